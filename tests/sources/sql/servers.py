"""A PostgreSQL of our own, for one test session: no network, no disk syncs, gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house.postgres import Postgres, installed
from tests.house.programs import environment, running, wait_until

USER = "postgres"


class Server:
    """A running server, and the databases that are made in it."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._made = 0

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self._postgres.data}"

    def create(self, template: str = "template0") -> str:
        """A new database; its name."""
        self._made += 1
        name = f"test{self._made}"
        where = ("--host", str(self._postgres.data), "--username", USER)
        self._postgres.run("createdb", *where, "--template", template, name)
        return name


@contextmanager
def postgres_server(log: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="postgres-", dir="/tmp") as folder:
        postgres = installed(Path(folder))
        data = str(postgres.data)
        postgres.run("initdb", "--username", USER, "--auth", "trust", "--no-sync", "--pgdata", data)
        quick = ("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60")
        command = [postgres.program("postgres"), "-D", data, "-k", data, *quick]
        with running(command, environment(), postgres.data, log, postgres.user) as server:
            wait_until(lambda: postgres.succeeds("pg_isready", "--host", data), server, log)
            yield Server(postgres)
