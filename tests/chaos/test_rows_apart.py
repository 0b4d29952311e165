"""The rows for which the process has to be one of its own: a clock that is wrong, and files that run out."""

import asyncio
import socket
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.clocks import SHARED
from sandbox.upstreams.running import SERVICES, Upstreams, running
from sources.crn import Crn
from tests.chaos.apart import Apart, apart
from tests.chaos.invariants import audited, mixed, too_old, untrue
from tests.chaos.stage import Asked, records_of
from tests.running.services import sources_file, told_by_town
from tests.running.valkey import valkey
from tests.sources.specimens import crn

pytestmark = pytest.mark.conformance

HOUR = 3600.0
FILES = 64
NEARLY = 60.0
"""Seconds that a program may take on a busy machine from choosing its clock to having it."""
PEOPLE = [crn(number) for number in range(201, 221)]


def known() -> Any:
    """What the systems know: everybody's records are of yesterday."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    records = [record for owner in PEOPLE for record in records_of(owner, yesterday)]
    return running(told_by_town(records))


def times(asked: Asked) -> list[tuple[datetime, datetime]]:
    """When each section says that it was read, and when the answer was made."""
    overviews = [told["overview"] for told in asked.shown if told is not None]
    return [
        (datetime.fromisoformat(section["asOf"]), datetime.fromisoformat(one["generatedAt"]))
        for one in overviews
        for section in one["sections"]
    ]


def requests(systems: Upstreams) -> dict[str, int]:
    return {name: systems.calls(name).requests for name in SERVICES}


async def taken_over(first: Apart, second: Apart, systems: Upstreams, people: list[Crn]) -> Asked:
    """What one gateway shows of somebody whom the other has just read, without that anybody is asked again.

    A busy machine may keep the two from the Valkey for a moment: then it is tried with the next.
    """
    for one in people:
        assert (await first.ask(one)).answer.status == 200
        before, shown = requests(systems), await second.ask(one)
        assert shown.answer.status == 200
        if requests(systems) == before:
            return shown
        await asyncio.sleep(0.5)
    raise AssertionError("what one reads is never of any use to the other")


def complaints(gateway: Apart) -> list[str]:
    """I1 to I4 of everything that was asked."""
    found = list(audited(gateway.journal, gateway.asked))
    for one in gateway.asked:
        found += (*mixed(one), *too_old(one), *untrue(one))
    return found


@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["an hour ahead", "an hour behind"])
async def test_f32_a_clock_that_is_wrong_is_told_of_and_nothing_lives_longer_or_shorter_for_it(
    off: float, tmp_path: Path
) -> None:
    with valkey() as shared:
        async with known() as systems:
            home = tmp_path / "right"
            more = {
                "OVERVIEW_SOURCES": str(sources_file(tmp_path, systems.addresses)),
                "OVERVIEW_REDIS_URL": shared.url,
                "OVERVIEW_KEYRING_FILE": str(home / "keyring.json"),
            }
            async with (
                apart(home, more) as right,
                apart(tmp_path / "wrong", more, off=off) as wrong,
            ):
                here = await taken_over(wrong, right, systems, PEOPLE[:10])
                there = await taken_over(right, wrong, systems, PEOPLE[10:])
                for read, made in (*times(here), *times(there)):
                    assert read <= made + timedelta(seconds=1)
                told = await wrong.until_logged("clock.skew")
                assert abs(told["seconds"] + off) < NEARLY
                offsets = wrong.metrics()
                assert abs(offsets["clock_offset_seconds", SHARED] + off) < NEARLY
                assert abs(right.metrics()["clock_offset_seconds", SHARED]) < 2
                assert "clock.skew" not in {line["event"] for line in right.log}
                await asyncio.sleep(2.0)
                against = [line["against"] for line in wrong.log if line["event"] == "clock.skew"]
                assert len(against) == len(set(against))  # of each clock once
                # whose clock is ahead says of what the other read that it is older than it is, never younger
                for one in (right, wrong):
                    assert [told for told in complaints(one) if not told.startswith("I2")] == []


async def test_f46_files_that_run_out_cost_no_answer_for_longer_than_they_are_gone(tmp_path: Path) -> None:
    async with known() as systems:
        more = {"OVERVIEW_SOURCES": str(sources_file(tmp_path, systems.addresses))}
        async with apart(tmp_path / "home", more, files=FILES) as gateway:
            assert (await gateway.ask(PEOPLE[0])).answer.status == 200
            before = gateway.files
            assert gateway.metrics()["process_max_fds", ""] == FILES
            with ExitStack() as open_now:
                for _ in range(2 * FILES):
                    crowd = socket.create_connection(("127.0.0.1", gateway.port), timeout=5)
                    open_now.enter_context(crowd)
                told = await gateway.until_logged("fd.limit")
                assert told["limit"] == FILES
                assert gateway.files >= 0.9 * FILES
            await gateway.until_ready()
            for one in PEOPLE[:4]:
                assert (await gateway.ask(one)).answer.status == 200
            assert gateway.files <= before + 8  # a system more is connected to than was
            assert gateway.metrics()["process_open_fds", ""] < 0.9 * FILES
            assert [line["event"] for line in gateway.log].count("fd.limit") == 1
            assert "Traceback" not in (gateway.home / "log").read_text()
            assert complaints(gateway) == []
