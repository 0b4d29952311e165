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


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(
        home=tmp_path,
        events_file=events_file(tmp_path),
        telephony_file=telephony_file(tmp_path),
        live_subscriptions=50,
        live_init_seconds=1.0,
        live_check_seconds=0.5,
    )
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old"), settings=settings) as serves:
        yield serves
