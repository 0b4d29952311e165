"""The machine's clock against those of others: what differs is told once, what leaps each time."""

from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from gateway.clocks import ITSELF, Clocks, ClockSkew
from tests.running import NOON, serving
from tests.running.people import ANNE, everything_of

SECTIONS = """query($crn: CRN!) { customer(crn: $crn) { overview { generatedAt completeness sections { asOf } } } }"""


class Times:
    """A machine whose clocks go as a test says."""

    def __init__(self) -> None:
        self.wall = 1_700_000_000.0
        self.even = 5.0

    def go(self, seconds: float) -> None:
        self.wall += seconds
        self.even += seconds


def told(events: list[Struct]) -> list[tuple[str, float]]:
    return [(event.against, event.seconds) for event in events if isinstance(event, ClockSkew)]


def test_a_clock_that_differs_is_told_of_once_until_it_does_not() -> None:
    events: list[Struct] = []
    ahead: dict[str, float | None] = {"debts": None, "cache": 0.0}
    clocks = Clocks({name: lambda name=name: ahead[name] for name in ahead}, events.append)  # type: ignore[misc]
    for ahead["debts"] in (None, 1.9, 2.1, 3600.0, 1.8, -3600.0, 1.4, -1.0, -2.5):
        clocks.look()
    assert told(events) == [("debts", 2.1), ("debts", -2.5)]
    assert dict(clocks.offsets()) == {"debts": -2.5, "cache": 0.0}


def test_a_clock_that_leaps_is_told_of_whichever_way_and_one_that_goes_is_not() -> None:
    events: list[Struct] = []
    times = Times()
    clocks = Clocks({}, events.append, lambda: times.wall, lambda: times.even)
    for leap in (0.0, 1.0, 3600.0, 0.0, -3600.0, -1.0):
        times.go(1000.0)
        times.wall += leap
        clocks.look()
    assert told(events) == [(ITSELF, -3600.0), (ITSELF, 3600.0)]


async def test_nothing_is_as_of_later_than_its_answer_though_the_clock_was_set_back(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything_of(ANNE, NOON - timedelta(days=1))) as gate:
        for hands in (NOON, NOON - timedelta(hours=1), NOON):
            gate.hands.now = hands
            told = (await gate.ask(SECTIONS, crn=ANNE)).data["customer"]["overview"]
            read = {datetime.fromisoformat(one["asOf"]) for one in told["sections"]}
            assert read == {hands}
            assert datetime.fromisoformat(told["generatedAt"]) == hands
            assert told["completeness"] == "COMPLETE"
