"""A gateway that may open few files, and is asked by more than that at once: it neither falls nor stays silent."""

import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.gateway.test_serving import asked
from tests.house.programs import answers, environment, free_port, running, wait_until
from tests.running.command import HOUSE, OVERVIEW, overview

FILES = 64
VIEWER = json.dumps({"query": "{ viewer { id } }"}).encode()


@pytest.mark.conformance
def test_a_gateway_that_runs_out_of_files_serves_again_afterwards(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    assert overview("migrate", home=tmp_path).returncode == 0
    token = overview("token", "officer", home=tmp_path).stdout.decode().strip()
    command = ["sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh", *OVERVIEW, "serve", "--port", str(port)]
    env = environment(PYTHONPATH=str(HOUSE), OVERVIEW_HOME=str(tmp_path))
    ready = answers(f"http://127.0.0.1:{port}/health/ready")
    with running(command, env, tmp_path, log) as process:
        wait_until(ready, process, log)
        with ExitStack() as open_now:
            for _ in range(2 * FILES):
                open_now.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            time.sleep(3.0)
            assert process.poll() is None, log.read_text()
        wait_until(ready, process, log)
        status, text = asked(port, VIEWER, authorization=f"Bearer {token}")
        assert (status, "data" in json.loads(text)) == (200, True)
    told = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    (running_out,) = [line for line in told if line["event"] == "fd.limit"]
    assert running_out["limit"] == FILES
    assert "Traceback" not in log.read_text()
