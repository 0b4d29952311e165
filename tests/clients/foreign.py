"""Programs of Python that would disturb our own packages: each in an environment of its own, as its lock says."""

import fcntl
import hashlib
import re
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

PY: Final = Path(__file__).parent / "py"
KEPT: Final = Path(sys.prefix) / "clients"
INSTALLING: Final = 300.0
"""Seconds that an installation may take."""
UNREACHED = re.compile(
    r"NameResolutionError|NewConnectionError|ConnectTimeout|No matching distribution|ProxyError"
)


@cache
def environment(name: str) -> Path:
    """The folder of an environment with what `py/<name>.lock` names; where it cannot be had, its tests are skipped."""
    lock = PY / f"{name}.lock"
    KEPT.mkdir(exist_ok=True)
    with (KEPT / f"{name}.busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)  # of several processes of tests one installs
        return _installed(lock, KEPT / name)


def _installed(lock: Path, folder: Path) -> Path:
    mark, wanted = folder / ".installed", hashlib.sha256(lock.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return folder
    venv.create(folder, clear=True, symlinks=True, with_pip=True)
    words = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    command = [str(folder / "bin/python"), *words, "--require-hashes", "--requirement", str(lock)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=INSTALLING)
    if ran.returncode != 0 and UNREACHED.search(ran.stderr):
        pytest.skip("pip reaches no registry, and the packages are not installed")
    assert ran.returncode == 0, ran.stderr
    mark.write_text(wanted)
    return folder


def script(environment_of: str, name: str, seconds: float, *words: Any) -> subprocess.CompletedProcess[str]:
    """How a script of `py` ended, run with the packages of an environment."""
    command = [
        str(environment(environment_of) / "bin/python"),
        "-I",
        str(PY / f"{name}.py"),
        *map(str, words),
    ]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=seconds)
