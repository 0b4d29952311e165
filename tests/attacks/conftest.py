"""The gateways that a file of tests attacks."""

from collections.abc import AsyncIterator

import pytest

from tests.attacks.stage import Stage, set_up


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with set_up(tmp_path_factory.mktemp("attacks")) as here:
        yield here
