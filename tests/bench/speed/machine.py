"""The machine under a process: which core it has, how much of it it used, and its memory."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SERVERS: Final = 0
OTHERS: Final = 1
"""The core of the server that is measured, and that of the client and the systems."""
_ONTO: Final = (
    "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execvp(sys.argv[2], sys.argv[2:])"
)


def onto(core: int, command: Sequence[str]) -> list[str]:
    """Return the command that runs another on one core, with all the threads that it will have."""
    return [sys.executable, "-c", _ONTO, str(core % (os.cpu_count() or 1)), *command]


def stay(core: int) -> None:
    """Keep this process on one core."""
    os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def used(pid: int) -> float:
    """Return the seconds of processor that a process has used, by itself and for it by the system."""
    told = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def peak_mebibytes(pid: int) -> float:
    """Return the most memory that a process had so far."""
    return _mebibytes(pid, "VmHWM")


def mebibytes(pid: int) -> float:
    """Return the memory that a process has now."""
    return _mebibytes(pid, "VmRSS")


def _mebibytes(pid: int, name: str) -> float:
    told = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    assert told is not None
    return int(told[1]) / 1024


def described() -> str:
    """Return what the machine is, in a line."""
    processors = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    release = os.uname().release
    return f"{len(processors)} × {processors[0] if processors else os.uname().machine}, Linux {release}"
