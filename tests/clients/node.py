"""Programs of Node: packages that the lock names, installed once, and scripts that print what they found as JSON."""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any, Final

import pytest

JS: Final = Path(__file__).parent / "js"
OLDEST: Final = 20
INSTALLING: Final = 300.0
RUNNING: Final = 120.0
"""Seconds that an installation may take, and a script."""


def script(name: str, **told: Any) -> Any:
    """What a script of `js` prints, which reads what it is told as JSON."""
    return json.loads(run([node(), f"{name}.mjs"], installed(), json.dumps(told)))


class Begun:
    """A script that goes on: it says what it finds, a line at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def says(self) -> Any:
        """What it says next."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "it has ended"
        return json.loads(line)

    def says_until(self, is_it: Callable[[Any], bool]) -> Any:
        """What it says at last, after whatever else."""
        while not is_it(told := self.says()):
            pass
        return told


@contextmanager
def begun(name: str, **told: Any) -> Iterator[Begun]:
    """A script of `js` that goes on until it is ended, at the latest after `RUNNING`."""
    with subprocess.Popen(
        [node(), f"{name}.mjs"], cwd=installed(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        last = Timer(RUNNING, process.kill)
        last.start()
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(told))
            process.stdin.close()
            yield Begun(process)
        finally:
            last.cancel()
            process.kill()


def tool(name: str, *words: str, folder: Path | None = None) -> str:
    """What a command of an installed package says, run in a folder; it must end well."""
    packages = installed()
    return run([str(packages / "node_modules/.bin" / name), *words], folder or packages)


def run(command: list[str], folder: Path, told: str = "") -> str:
    ran = subprocess.run(
        command, cwd=folder, input=told, check=False, capture_output=True, text=True, timeout=RUNNING
    )
    assert ran.returncode == 0, f"{command} said:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@cache
def node() -> str:
    """The program Node; without a good one its tests are skipped."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not here")
    told = subprocess.run([found, "--version"], check=True, capture_output=True, text=True).stdout
    version = re.match(r"v(\d+)\.", told)
    if version is None or int(version[1]) < OLDEST:
        pytest.skip(f"Node {OLDEST} or newer is needed; here is {told.strip()}")
    return found


@cache
def installed() -> Path:
    """The folder of the scripts, with the packages that its lock names; without them its tests are skipped."""
    node()
    lock = hashlib.sha256((JS / "package-lock.json").read_bytes()).hexdigest()
    mark = JS / "node_modules/.installed"
    if mark.exists() and mark.read_text() == lock:
        return JS
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not here, and the packages are not installed")
    ran = subprocess.run([npm, "ci"], cwd=JS, check=False, capture_output=True, text=True, timeout=INSTALLING)
    if ran.returncode != 0 and re.search("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network", ran.stderr):
        pytest.skip("npm reaches no registry, and the packages are not installed")
    assert ran.returncode == 0, ran.stderr
    mark.write_text(lock)
    return JS
