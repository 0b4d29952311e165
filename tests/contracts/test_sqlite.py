"""The contract of every part from an SQLite file."""

from collections.abc import AsyncIterator

import pytest

from tests.contracts.bench import settled
from tests.contracts.cases import cells
from tests.contracts.contract import holds
from tests.contracts.in_sqlite import Files, files


@pytest.fixture(scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Files]:
    async with files(tmp_path_factory.mktemp("sqlite")) as bench:
        with settled():
            yield bench


@pytest.mark.parametrize(("part", "case"), cells("sqlite"))
async def test_a_file_keeps_the_contract(part: str, case: str, bench: Files) -> None:
    await holds(bench, part, case)
