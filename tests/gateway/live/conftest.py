"""A gateway with two people, of whom one is followed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.settings import Settings
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS
from tests.running.senders import events_file
from tests.running.stale import named
from tests.running.telephones import telephony_file


def told(folder: Path) -> Settings:
    return Settings(
        home=folder,
        events_file=events_file(folder),
        telephony_file=telephony_file(folder),
        live_subscriptions=50,
        live_init_seconds=3.0,
    )


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old"), settings=told(tmp_path)) as serves:
        yield serves


@pytest.fixture
async def watchful(tmp_path: Path) -> AsyncIterator[Gate]:
    """It looks twice a second whether those who follow still may."""
    settings = told(tmp_path).model_copy(update={"live_check_seconds": 0.5})
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old"), settings=settings) as serves:
        yield serves
