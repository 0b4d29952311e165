"""The contract of every part from a PostgreSQL database."""

from collections.abc import AsyncIterator

import pytest

from tests.contracts.bench import settled
from tests.contracts.cases import cells
from tests.contracts.contract import holds
from tests.contracts.in_postgresql import Servers, servers
from tests.sources.sql.servers import Server


@pytest.fixture(scope="module")
async def bench(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    async with servers(postgres, tmp_path_factory.mktemp("postgresql")) as bench:
        with settled():
            yield bench


@pytest.mark.parametrize(("part", "case"), cells("postgresql"))
async def test_a_database_keeps_the_contract(part: str, case: str, bench: Servers) -> None:
    await holds(bench, part, case)
