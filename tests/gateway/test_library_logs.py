"""What libraries and Python have to say, from a process of its own: who and where, never in their words."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.house.programs import environment
from tests.running.command import HOUSE
from tests.sources.specimens import crn

SECRET = crn(918_273)
START = """
import asyncio, logging, threading, warnings
from gateway.telemetry.library_logs import capture
from gateway.telemetry.logs import Log
from gateway.telemetry.marks import Marks
capture(Log(Marks(b"key")))
SECRET = "{secret}"
"""


def said(program: str, folder: Path, ends: int = 0) -> list[dict[str, Any]]:
    """The lines that a program writes; every one of them is JSON, and none has the secret."""
    command = [sys.executable, "-c", START.format(secret=SECRET) + program]
    done = subprocess.run(
        command, env=environment(PYTHONPATH=str(HOUSE)), cwd=folder, capture_output=True, check=False
    )
    text = done.stderr.decode()
    assert done.returncode == ends, text
    assert SECRET not in text + done.stdout.decode()
    return [json.loads(line) for line in text.splitlines()]


LOGGED = """
for name in "sqlalchemy.pool httpx2 redis.connection opentelemetry.sdk strawberry.execution urllib3".split():
    logging.getLogger(name).warning("took %s for %s", SECRET, "somebody")
    logging.getLogger(name).info("GET /customers/" + SECRET)
try:
    raise LookupError(SECRET)
except LookupError:
    logging.getLogger("strawberry.execution").exception(SECRET)
logging.getLogger("odd").error({"a": SECRET})
logging.getLogger("odd").error("%d", SECRET)
logging.getLogger("odd").critical(ValueError(SECRET), stack_info=True)
"""


def test_a_library_is_named_and_not_quoted(tmp_path: Path) -> None:
    lines = said(LOGGED, tmp_path)
    loggers = [line["logger"] for line in lines]
    assert (
        loggers[:6]
        == "sqlalchemy.pool httpx2 redis.connection opentelemetry.sdk strawberry.execution urllib3".split()
    )
    assert [line["level"] for line in lines] == ["warning"] * 6 + ["error"] * 3 + ["critical"]
    assert {line["event"] for line in lines} == {"library"}
    assert lines[6]["error"] == "LookupError"
    assert lines[6]["frames"][0].startswith("__main__:")
    assert all("text" not in line for line in lines)


SERVER = """
server = logging.getLogger("uvicorn.error")
server.warning("Invalid HTTP request received.")
server.warning("Invalid HTTP request received: " + SECRET)
server.error("Cancel %s running task(s), timeout graceful shutdown exceeded", SECRET)
server.error(f"Traceback of {SECRET}")
logging.getLogger("uvicorn.access").warning('%s - "%s %s"', "127.0.0.1", "GET", SECRET)
logging.getLogger("elsewhere").warning("Invalid HTTP request received.")
"""


def test_of_the_server_only_its_own_sentences_are_quoted(tmp_path: Path) -> None:
    assert [line.get("text") for line in said(SERVER, tmp_path)] == [
        "Invalid HTTP request received.",
        None,
        "Cancel %s running task(s), timeout graceful shutdown exceeded",
        None,
        None,
        None,
    ]


NOBODY = """
async def lost():
    raise LookupError(SECRET)

async def run():
    task = asyncio.create_task(lost())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task

def ends():
    raise KeyError(SECRET)

class Kept:
    def __del__(self):
        raise OSError(SECRET)

asyncio.run(run())
thread = threading.Thread(target=ends)
thread.start()
thread.join()
Kept()
warnings.warn("of " + SECRET, RuntimeWarning)
raise ZeroDivisionError(SECRET)
"""


def test_what_nobody_caught_and_what_python_warns_of_is_named_and_not_quoted(tmp_path: Path) -> None:
    lines = said(NOBODY, tmp_path, ends=1)
    assert [(line["logger"], line["level"], line["error"]) for line in lines] == [
        ("asyncio", "error", "LookupError"),
        ("threading", "error", "KeyError"),
        ("python", "error", "OSError"),
        ("py.warnings", "warning", "RuntimeWarning"),
        ("python", "critical", "ZeroDivisionError"),
    ]
