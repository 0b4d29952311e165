"""What a soak knows of the sources' records: each way in which one may be shown too old is found out."""

from typing import Any

import msgspec
import pytest

from cache.two_levels import NEAR_SECONDS
from tests.chaos.stage import Asked
from tests.chaos.test_invariants import shown
from tests.running import Answer
from tests.running.people import ANNE
from tests.soak.truth import Seen, Truth, editions

NOW = 1_741_568_400.0
"""Of the clock, as the answer was given; the sections are from the same moment."""


def seen(edition: int, began: float, door: str = "here", at: float = NOW) -> Seen:
    told: dict[str, Any] = shown(ANNE)
    told["interactions"]["edges"][0]["node"]["title"] = f"Mark0101v{edition}-call"
    text = msgspec.json.encode({"data": {"customers": [told]}}).decode()
    return Seen(Asked((ANNE,), Answer(200, {}, text), 0.1), door, "officer", began, at)


def test_an_edition_is_found_wherever_it_is_shown() -> None:
    (told,) = seen(3, 0).asked.shown
    assert told is not None
    assert editions(told) == {("interaction", 3)}


@pytest.mark.parametrize(
    ("door", "began", "old"),
    [("here", 99.9, False), ("here", 100.1, True), ("there", 104.9, False), ("there", 105.1, True)],
)
def test_what_was_acknowledged_is_shown_at_once_by_who_was_told_and_soon_by_the_others(
    door: str, began: float, old: bool
) -> None:
    truth = Truth()
    edition = truth.written(ANNE, "interaction", NOW)
    truth.acknowledged(ANNE, "interaction", edition, "here", {"there": True}, 100.0)
    assert bool(list(truth.outdated(seen(1, began, door)))) is old
    assert list(truth.outdated(seen(edition, began, door))) == []
    truth.forget(99.0)
    assert bool(list(truth.outdated(seen(1, began, door)))) is old


def test_whom_nobody_is_sure_to_have_told_is_bound_once_it_was_said_again() -> None:
    truth = Truth()
    edition = truth.written(ANNE, "interaction", NOW)
    truth.acknowledged(ANNE, "interaction", edition, "here", {"there": False}, 100.0)
    assert list(truth.outdated(seen(1, 1_000, "there"))) == []
    assert truth.untold == {("here", ANNE)}
    truth.said_again("here", ANNE, 200.0)
    assert truth.untold == set()
    assert list(truth.outdated(seen(1, 199.0 + NEAR_SECONDS, "there"))) == []
    assert list(truth.outdated(seen(1, 201.0 + NEAR_SECONDS, "there"))) != []


def test_what_is_too_old_or_is_said_to_be_newer_than_it_is_is_found_out() -> None:
    truth = Truth()
    truth.written(ANNE, "interaction", NOW)
    assert list(truth.outdated(seen(1, 0, at=NOW + 121))) == []
    (older,) = truth.outdated(seen(1, 0, at=NOW + 123))
    assert "123.0 seconds before it was shown" in older
    truth = Truth()
    truth.written(ANNE, "interaction", NOW - 60)
    (untrue,) = truth.outdated(seen(1, 0))
    assert "60.0 seconds after it was replaced" in untrue
