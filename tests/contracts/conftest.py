"""One PostgreSQL server for all of the contract's tests."""

from collections.abc import Iterator

import pytest

from tests.sources.sql.servers import Server, postgres_server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "log") as server:
        yield server
