"""What happens all the time while something is wrong fills no log."""

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from cache import StaleServed
from gateway.telemetry.events import lines
from gateway.telemetry.levels import Level
from gateway.telemetry.sampling import Sampled
from tests.running import NOON, Hands


def test_what_is_served_stale_is_a_line_every_ten_seconds_for_each_part_of_a_system() -> None:
    heard: list[Struct] = []
    hands = Hands(NOON)
    sampled = Sampled(heard.append, hands)
    debts, calls = StaleServed("debt", "debts", 3, 31.0), StaleServed("interaction", "interactions", 1, 16.0)
    for second in range(21):
        hands.now = NOON + timedelta(seconds=second)
        for event in (debts, debts, calls):
            sampled(event)
    assert [event for event in heard if isinstance(event, StaleServed) and event.part == "debt"] == [
        replace(debts, passed_over=passed) for passed in (0, 19, 19)
    ]
    assert [event for event in heard if isinstance(event, StaleServed) and event.part == "interaction"] == [
        replace(calls, passed_over=passed) for passed in (0, 9, 9)
    ]


def test_it_says_which_part_how_many_and_how_old_at_the_level_of_what_happens_all_day() -> None:
    (line,) = lines(StaleServed("debt", "debts", 3, 31.0, 19))
    assert (line.event, line.level) == ("cache.stale_served", Level.INFO)
    assert line.told == {"part": "debt", "system": "debts", "values": 3, "age": 31.0, "passed_over": 19}
