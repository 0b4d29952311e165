"""Memory, files and the event loop: what is seen of them, and what is told."""

import asyncio
import time
from pathlib import Path

import pytest
from msgspec import Struct

from gateway.overload.files import Files, FilesRunningOut, limit, opened
from gateway.overload.memory import MEBIBYTE, Memory, MemorySoftLimit, Stage, resident
from gateway.overload.watchdog import BEAT, Lateness, LoopBlocked, Watchdog
from resolvers.caller import CallerKind
from tests.running.until import until

STAFF, PARTNER, SERVICE = CallerKind


class Using:
    """So many bytes, or files, as the test says; None where it cannot be told."""

    def __init__(self, now: int) -> None:
        self.now: int | None = now

    def __call__(self) -> int:
        if self.now is None:
            raise OSError
        return self.now


def test_partners_are_turned_away_first_and_officers_never() -> None:
    events: list[Struct] = []
    used = Using(99)
    memory = Memory(100, events.append, used)
    stages = []
    for used.now in (99, 100, 109, 111, 105, 104, 96, 95, 94, None, 120):
        memory.look()
        stages.append((memory.stage, *(memory.lets_in(kind) for kind in (STAFF, SERVICE, PARTNER))))
    easy = (Stage.EASY, True, True, True)
    tight = (Stage.TIGHT, True, True, False)
    scarce = (Stage.SCARCE, True, False, False)
    assert stages == [easy, tight, tight, scarce, scarce, tight, tight, tight, easy, easy, scarce]
    told = [event.stage for event in events if isinstance(event, MemorySoftLimit)]
    assert told == [Stage.TIGHT, Stage.SCARCE, Stage.TIGHT, Stage.EASY, Stage.SCARCE]


def test_without_a_limit_memory_is_nobodys_business() -> None:
    memory = Memory(0, lambda event: pytest.fail(str(event)), Using(2**50))
    memory.look()
    assert memory.lets_in(PARTNER)


def test_what_the_process_uses_is_known() -> None:
    before = resident()
    held = bytearray(b"x") * (64 * MEBIBYTE)
    assert resident() - before > 48 * MEBIBYTE, len(held)


def test_files_that_run_out_are_told_of_once_until_there_are_some_again() -> None:
    events: list[Struct] = []
    used = Using(0)
    files = Files(events.append, used)
    for share in (0.5, 0.91, 0.95, 0.85, 0.91, 0.7, 0.91):
        used.now = int(limit() * share)
        files.look()
    assert [event.open for event in events if isinstance(event, FilesRunningOut)] == [int(limit() * 0.91)] * 2


def test_the_files_that_are_open_are_counted(tmp_path: Path) -> None:
    before = opened()
    with (tmp_path / "one").open("w"), (tmp_path / "two").open("w"):
        assert opened() == before + 2


def stand(seconds: float) -> None:
    """Hold the event loop up."""
    time.sleep(seconds)


@pytest.mark.conformance
async def test_a_loop_that_stands_is_told_of_while_it_stands_and_by_its_function_alone() -> None:
    events: list[LoopBlocked] = []
    watchdog = Watchdog(Lateness(ready=0.3, live=1.5), events.append)  # type: ignore[arg-type]
    async with watchdog.watching():
        await asyncio.sleep(2 * BEAT)
        assert (watchdog.is_ready, watchdog.is_live) == (True, True)
        began = time.monotonic()
        stand(1.2)
        assert len(events) == 1  # before the loop went on
        assert not watchdog.is_ready
        await asyncio.sleep(0.05)
        assert (watchdog.is_ready, watchdog.is_live) == (False, True)
        assert 0.9 < watchdog.worst < 1.4
        stand(2.0)
        assert not watchdog.is_live
        assert time.monotonic() - began > 3
    (first, second) = events
    assert (first.function, first.file) == ("stand", "overload/test_running_out.py")
    assert first.line == stand.__code__.co_firstlineno + 2
    assert 0.3 < first.seconds < 1.2
    assert second.function == "stand"


@pytest.mark.conformance
async def test_a_loop_that_goes_on_again_is_ready_after_a_moment() -> None:
    watchdog = Watchdog(Lateness(ready=0.3, live=10.0), lambda _: None)
    async with watchdog.watching():
        await asyncio.sleep(0.05)
        stand(0.8)
        assert not watchdog.is_ready
        await asyncio.sleep(3.0)
        assert watchdog.is_ready


async def test_a_watchdog_that_does_not_watch_has_nothing_against_anybody() -> None:
    watchdog = Watchdog(Lateness(0.01, 0.02), lambda _: None)
    stand(0.05)
    assert (watchdog.is_ready, watchdog.is_live, watchdog.worst) == (True, True, 0.0)


async def test_memory_and_files_are_looked_at_now_and_then() -> None:
    looks: list[float] = []
    watchdog = Watchdog(Lateness(5, 10), lambda _: None, [lambda: looks.append(time.monotonic())])
    async with watchdog.watching():
        await until(lambda: len(looks) > 1)
    seen = len(looks)
    await asyncio.sleep(0.3)
    assert len(looks) == seen  # nobody looks any more
