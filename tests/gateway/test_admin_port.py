"""The admin port of a server: there when it is asked for, and gone when the server is."""

import os
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.house.programs import free_port, group_of
from tests.running.command import overview, served

pytestmark = pytest.mark.conformance


def got(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGINT])
def test_both_ports_are_served_and_both_end_with_the_server(ends: signal.Signals, tmp_path: Path) -> None:
    port, admin, log = free_port(), free_port(), tmp_path / "log"
    with served(log, "--admin-port", str(admin), home=tmp_path, port=port) as process:
        status, text = got(admin, "/metrics")
        assert (status, "build_info{" in text, "inflight" in text) == (200, True, True)
        assert [got(admin, path)[0] for path in ("/health/live", "/health/ready", "/graphql")] == [
            200,
            200,
            404,
        ]
        assert got(port, "/metrics")[0] == 404
        os.killpg(process.pid, ends)
        process.wait(10)
        assert group_of(process) == []
    assert log.read_text().splitlines() == [
        f"Serving on http://127.0.0.1:{port}/graphql",
        f"Metrics on http://127.0.0.1:{admin}/metrics",
    ]


def test_an_admin_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path / "log", home=tmp_path, port=port):
        said = overview("serve", "--port", "0", home=tmp_path, OVERVIEW_ADMIN_PORT=str(port))
    assert said.returncode == 1
    assert said.stderr.decode().startswith(f"Port {port} of 127.0.0.1 cannot be had")
    assert "--admin-port" in said.stderr.decode()


@pytest.mark.parametrize(
    "address", ["collector:4318", "ftp://collector", "http://", "http://user@collector:4318"]
)
def test_an_address_of_a_collector_that_cannot_be_one_stops_the_start(address: str, tmp_path: Path) -> None:
    said = overview("serve", "--port", "0", home=tmp_path, OVERVIEW_OTLP_ENDPOINT=address)
    assert said.returncode == 2
    assert said.stderr.decode().startswith("OVERVIEW_OTLP_ENDPOINT: ")
