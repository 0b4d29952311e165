"""Programs that a test starts, watches and always stops: nothing it started outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

BIN = Path(sys.executable).parent
PATIENCE = 30.0
"""Seconds that a program may take to be ready, and to go."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def environment(**settings: str) -> dict[str, str]:
    """The environment of a program: ours without settings of the gateway, and with its commands."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OVERVIEW_")}
    return kept | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | settings


@contextmanager
def running(
    command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own; what it says goes to `log`; all of it is gone afterwards."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGINT, signal.SIGKILL):
        if group_of(process):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)


def group_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that live in a started program's session, itself included until it is waited for."""
    process.poll()
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _is_in(entry, process.pid)
    ]


def _is_in(entry: Path, session: int) -> bool:
    try:
        state, _, _, found = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return False
    return int(found) == session and state != "Z"


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, patience: float = PATIENCE
) -> None:
    end = time.monotonic() + patience
    while not ready():
        assert process.poll() is None, f"{process.args!r} ended:\n{log.read_text()}"
        assert time.monotonic() < end, f"{process.args!r} is not ready in time:\n{log.read_text()}"
        time.sleep(0.05)


def answers(url: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    return ask
