"""Where a server's time goes: py-spy looks at its process from outside and does not stop it; slower it is all the same.

Functions written in C are told by the function in Python that called them. Only what holds the interpreter's lock is
looked at: not what waits, nor what a system's call or a library does beside it.
"""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.bench.speed.machine import OTHERS, onto
from tests.clients import foreign

LOOKS: Final = 200
"""So many times a second."""
MOST: Final = 50
ENDING: Final = 30.0
"""Seconds within which a profiler that was told to end has written what it saw."""


@contextmanager
def profiled(pid: int, file: Path) -> Iterator[None]:
    """Look at a process meanwhile, and write what took long to a file. One that cannot be looked at is told so."""
    raw = file.with_suffix(".stacks")
    program = str(foreign.environment("spy") / "bin/py-spy")
    words = ["record", "--pid", str(pid), "--rate", str(LOOKS), "--gil", "--nonblocking"]
    words += ["--format", "raw", "--output", str(raw)]
    log = file.with_suffix(".log")
    with log.open("wb") as told:
        spy = subprocess.Popen(onto(OTHERS, [program, *words]), stdout=told, stderr=told)
    try:
        yield
    finally:
        spy.send_signal(signal.SIGINT)
        spy.wait(ENDING)
    if not raw.exists():
        print(f"py-spy could not look at the server: {log}")
        return
    file.write_text(summed(raw.read_text("utf-8")), "utf-8")


def summed(stacks: str) -> str:
    """Return how much of all looks fell into each module and function itself, and into it or what it called."""
    modules, alone, below = Counter[str](), Counter[str](), Counter[str]()
    for line in stacks.splitlines():
        path, _, count = line.rpartition(" ")
        frames = [frame.rpartition(":")[0] + ")" if ":" in frame else frame for frame in path.split(";")]
        modules[frames[-1].partition("(")[2].rstrip(")")] += int(count)
        alone[frames[-1]] += int(count)
        for frame in set(frames):
            below[frame] += int(count)
    total = sum(alone.values())
    told = [f"{total} looks"]
    for heading, counted in (
        ("a module itself", modules),
        ("a function itself", alone),
        ("with all it called", below),
    ):
        told += ["", heading]
        told += [f"{count / total:6.1%}  {name}" for name, count in counted.most_common(MOST)]
    return "\n".join(told) + "\n"
