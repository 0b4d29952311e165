"""Several workers behind one port: they are replaced without a request being lost, and nothing of them is left over."""

import json
import os
import signal
import socket
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.running.command import overview
from tests.running.killing import ASKED, token
from tests.running.workers import Crew, asking, crew

pytestmark = pytest.mark.conformance

BROKEN = {"OVERVIEW_AGREEMENTS_FILE": "agreements.toml"}


def broken(home: Path) -> None:
    """A file that a gateway reads when it is joined, with a mistake in it."""
    (home / "agreements.toml").write_text('[agreements.one]\nparts = ["nonsense"]\n')


def lost(crew: Crew, bearer: str, signs: int) -> tuple[int, list[str]]:
    """Replace all workers so many times while clients ask; return how many answers there were, and what failed."""
    with asking(crew, ASKED, bearer) as clients:
        for _ in range(signs):
            before = crew.workers
            os.kill(crew.parent, signal.SIGHUP)
            crew.wait(partial(crew.has_others, before), 90)
    answers = [status for client in clients for status in client.answers]
    assert set(answers) == {200}
    assert all(client.answers for client in clients)
    return len(answers), [failure for client in clients for failure in client.failures]


def test_a_rolling_restart_loses_no_request(tmp_path: Path) -> None:
    bearer = token(tmp_path)
    with crew(tmp_path, 2, OVERVIEW_RATE_STAFF="0") as ours:
        answers, failures = lost(ours, bearer, 2)
        assert (failures, ours.restarts("restart"), ours.restarts("died")) == ([], 4, 0)
        assert answers > 100
        assert ours.serving == 2
        assert all(b'"ready"' in ready(ours.admin + place) for place in range(3))
        assert [told for told in ours.events if told["event"].startswith("worker.")] == []
    assert overview("audit", "verify", home=tmp_path).returncode == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_served_enough_is_replaced_and_no_request_fails(workers: int, tmp_path: Path) -> None:
    bearer = token(tmp_path)
    with crew(tmp_path, workers, "--limit-max-requests", "40", OVERVIEW_RATE_STAFF="0") as ours:
        before = ours.workers
        with asking(ours, ASKED, bearer, pause=0.05) as clients:
            ours.wait(lambda: ours.restarts("limit") >= 3, 90)
            assert not before & ours.workers
        assert [failure for client in clients for failure in client.failures] == []
        assert {status for client in clients for status in client.answers} == {200}
        assert ours.named("worker.died") == []


def test_where_no_worker_can_start_the_parent_says_so_once_and_ends(tmp_path: Path) -> None:
    broken(tmp_path)
    said = overview("serve", "--workers", "3", "--port", "0", home=tmp_path, **BROKEN)
    lines = said.stderr.decode().splitlines()
    assert said.returncode == 1
    assert lines[-1] == "No worker could start: the first ended with exit code 1."
    assert sum("agreements.toml" in line for line in lines) == 1
    assert said.stdout == b""


def test_a_worker_stays_when_the_one_to_come_cannot_start(tmp_path: Path) -> None:
    """No file is wrong, but the database has come to be another one's."""
    bearer = token(tmp_path)
    with crew(tmp_path, 2) as ours:
        before = ours.workers
        with closing(sqlite3.connect(tmp_path / "overview.db")) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '0001'")
        with asking(ours, ASKED, bearer, pause=0.1) as clients:
            os.kill(ours.parent, signal.SIGHUP)
            ours.wait(lambda: ours.named("worker.kept"))
            ours.wait(lambda: ours.named("config.rejected"))
        (kept,) = ours.named("worker.kept")
        (rejected,) = ours.named("config.rejected")
        assert rejected["reason"] == "worker 1 could not start with it"
        assert (kept["worker"], kept["why"], kept["exit_code"]) == (1, "restart", 1)
        assert (ours.workers, ours.serving, ours.restarts("restart")) == (before, 2, 0)
        assert [failure for client in clients for failure in client.failures] == []


def test_workers_that_die_one_after_the_other_are_started_after_longer_and_longer_pauses(
    tmp_path: Path,
) -> None:
    with crew(tmp_path, 2) as ours:
        steady = max(ours.workers)
        for deaths in (1, 2, 3):
            (other,) = ours.workers - {steady}
            os.kill(other, signal.SIGKILL)
            ours.wait(partial(ours.has, deaths=deaths, workers=2))
        died = ours.named("worker.died")
        assert [one["pause_seconds"] for one in died] == [0.0, 0.5, 1.0]
        assert {(one["signal"], one["ready"]) for one in died} == {("SIGKILL", True)}
        assert ours.restarts("died") == 3


def test_a_worker_that_does_not_end_in_its_time_is_ended(tmp_path: Path) -> None:
    """One that stands still hears nothing: it would be there for ever."""
    short = ("DEADLINE_STAFF", "DEADLINE_PARTNER", "DEADLINE_SERVICE", "PDF_SECONDS")
    with crew(tmp_path, 2, **{f"OVERVIEW_{name}": "1" for name in short}) as ours:
        before, stuck = ours.workers, min(ours.workers)
        os.kill(stuck, signal.SIGSTOP)
        os.kill(ours.parent, signal.SIGHUP)
        ours.wait(partial(ours.has_others, before), 90)
        ours.wait(lambda: ours.named("worker.stuck"))
        assert [one["signal"] for one in ours.named("worker.stuck")] == ["SIGKILL"]
        assert (ours.restarts("restart"), ours.restarts("died"), ours.serving) == (2, 0, 2)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_all_of_them_end_with_their_parent_in_order(sign: signal.Signals, tmp_path: Path) -> None:
    with crew(tmp_path, 2) as ours:
        workers = ours.workers
        os.kill(ours.parent, sign)
        ours.wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    said = ours.log.read_text().splitlines()
    first = f"Metrics on http://127.0.0.1:{ours.admin}/metrics"
    assert said == [
        f"Serving on http://127.0.0.1:{ours.port}/graphql",
        first,
        *(f"Metrics of worker {place} on http://127.0.0.1:{ours.admin + place}/metrics" for place in (1, 2)),
    ]


def test_workers_end_by_themselves_when_their_parent_is_killed(tmp_path: Path) -> None:
    with crew(tmp_path, 2) as ours:
        workers = ours.workers
        os.kill(ours.parent, signal.SIGKILL)
        ours.wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", ours.port), timeout=1)


def test_a_port_that_is_taken_is_told_as_it_always_was(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        alone, many = (
            overview("serve", "--port", str(port), *more, home=tmp_path) for more in ((), ("--workers", "2"))
        )
        own = overview("serve", "--port", "0", "--workers", "2", "--admin-port", str(port - 1), home=tmp_path)
    assert alone.returncode == many.returncode == own.returncode == 1
    assert alone.stderr == many.stderr
    assert alone.stderr.decode().startswith(f"Port {port} of 127.0.0.1 cannot be had (")
    assert "--admin-port" in own.stderr.decode()


def test_each_worker_has_metrics_of_its_own_and_the_parent_tells_of_them(tmp_path: Path) -> None:
    bearer = token(tmp_path)
    with crew(tmp_path, 2) as ours:
        with asking(ours, ASKED, bearer, pause=0.02) as clients:
            ours.wait(lambda: sum(len(client.answers) for client in clients) > 40)
        counts = []
        for place in (1, 2):
            own = Crew(ours.parent, ours.port, ours.admin + place, ours.log)
            counts.append(own.metric('http_requests_total{code="200",method="POST",route="/graphql"}'))
        assert sum(counts) == sum(len(client.answers) for client in clients)
        assert json.loads(ready(ours.admin))["workers"] == {"serving": 2, "wanted": 2}


def ready(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"GET /health/ready HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        said = b""
        while some := line.recv(4096):
            said += some
    return said.partition(b"\r\n\r\n")[2]
