"""How a worker ended, in words, and how long the next one waits; the line to its parent, and what a parent tells."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import pytest

from cache.store import Reach
from gateway.keyring import open_keyring
from gateway.listening import Listening
from gateway.reload.asking import fault
from gateway.settings import Settings
from gateway.shared import open_shared
from gateway.workers.administration import Restarts, Serving
from gateway.workers.endings import LONGEST_PAUSE, Ending, ending, is_orderly, pause
from gateway.workers.events import Why, WorkerDied, WorkerReplaced
from gateway.workers.line import Line, Said
from gateway.workers.parent import Parent, Plan
from gateway.workers.worker import limit_of

PAGE = (Path(__file__).parents[2] / "docs/running.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("returncode", "found", "words", "status"),
    [
        (0, Ending(exit_code=0), "with exit code 0", 1),
        (3, Ending(exit_code=3), "with exit code 3", 3),
        (-signal.SIGKILL, Ending(signal="SIGKILL"), "by SIGKILL", 1),
        (-signal.SIGTERM, Ending(signal="SIGTERM"), "by SIGTERM", 1),
        (-40, Ending(signal="signal 40"), "by signal 40", 1),
    ],
)
def test_an_ending_has_words_and_a_status_that_is_never_success(
    returncode: int, found: Ending, words: str, status: int
) -> None:
    assert (ending(returncode), found.words, found.status) == (found, words, status)


@pytest.mark.parametrize(
    ("returncode", "orderly"), [(0, True), (-15, True), (-2, True), (1, False), (-9, False)]
)
def test_an_order_was_followed_or_was_not(returncode: int, orderly: bool) -> None:
    assert is_orderly(ending(returncode)) is orderly


def test_the_pause_is_none_at_first_then_grows_and_has_an_end() -> None:
    assert [pause(deaths) for deaths in range(6)] == [0.0, 0.0, 0.5, 1.0, 2.0, 4.0]
    assert pause(10_000) == LONGEST_PAUSE


def test_chance_spreads_the_limit_over_a_quarter_and_leaves_none_at_none() -> None:
    assert {limit_of(40) for _ in range(2_000)} == set(range(40, 51))
    assert limit_of(0) == 0


@pytest.mark.parametrize(
    ("workers", "limit", "supervised"), [(1, 0, False), (2, 0, True), (1, 9, True), (4, 9, True)]
)
def test_a_parent_is_there_when_somebody_has_to_be_replaced(
    workers: int, limit: int, supervised: bool
) -> None:
    assert Listening(workers=workers, limit_max_requests=limit).supervised is supervised


async def test_a_line_carries_words_and_tells_when_the_other_is_gone() -> None:
    here, there = socket.socketpair()
    heard: list[Said | None] = []
    told = asyncio.Event()

    def hear(word: Said | None) -> None:
        heard.append(word)
        if word is None:
            told.set()

    one, other = Line(here, hear), Line(there, lambda _: None)
    await one.open()
    await other.open()
    other.say(Said.READY)
    other.say(Said.ENOUGH)
    other.close()
    await asyncio.wait_for(told.wait(), 10)
    assert heard == [Said.READY, Said.ENOUGH, None]
    one.close()


async def test_a_line_that_says_what_is_no_word_counts_as_gone() -> None:
    here, there = socket.socketpair()
    told: asyncio.Queue[Said | None] = asyncio.Queue()
    line = Line(here, told.put_nowait)
    await line.open()
    there.sendall(b"nonsense\n")
    assert await asyncio.wait_for(told.get(), 10) is None
    line.close()
    there.close()


async def test_the_page_tells_of_every_metric_of_a_parent() -> None:
    restarts = Restarts()
    with socket.create_server(("127.0.0.1", 0)) as door:
        plan = Plan(("true",), door, (), 2, 0.0, 1.0, lambda: None, fault)
        restarts.registry.register(Serving(Parent(plan, restarts)))
        restarts(WorkerDied(1, True, None, "SIGKILL", 0.0))
        restarts(WorkerReplaced(2, Why.LIMIT))
        counted = {
            why: restarts.registry.get_sample_value("worker_restarts_total", {"why": why.value})
            for why in Why
        }
        families = list(restarts.registry.collect())
    assert counted == {Why.DIED: 1, Why.LIMIT: 1, Why.RESTART: 0}
    names = {f"{one.name}_total" if one.type == "counter" else one.name for one in families}
    section = PAGE.partition("\n## Several workers\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|([^|]*)\|", section, re.MULTILINE))
    assert rows.keys() == names
    assert set(re.findall(r"`(\w+)`", rows["worker_restarts_total"])) == {"why"}
    assert set(re.findall(r"`(\w+)`", rows["config_reload_total"])) == {"result"}
    assert all(f"`{why.value}`" in section for why in Why)


async def test_workers_that_share_nothing_do_not_say_that_all_of_them_know(tmp_path: Path) -> None:
    from_one, from_many = (
        open_shared(settings, open_keyring(settings.keyring, make=True), lambda _: None)
        for settings in (Settings(home=tmp_path), Settings(home=tmp_path, workers=2))
    )
    everything = Reach(None, None, None)
    assert await from_one.store.advance(everything) is True
    assert await from_many.store.advance(everything) is False
