"""Asking a finder: the time limit, faults as values, and what is no answer."""

import asyncio
from typing import Any

import pytest
from msgspec import Struct

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.search import Candidate, Candidates, Criteria, ask_finder
from sources.source import SourceAsked, SourceBroke
from tests.sources.specimens import crn

WANTED = Criteria(quick="somebody")
ONE, OTHER = Candidate(crn(1), "1"), Candidate(crn(2), "2", (crn(3),))


class Finding:
    """A finder that answers with what it was told, or raises it."""

    system = "told"
    time_limit = 0.05

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    async def find(self, wanted: Criteria, size: int, after: str | None) -> Candidates:
        self.asked.append((wanted, size, after))
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is asyncio.sleep:
            await asyncio.sleep(10)
        answer: Any = self.answer
        return answer  # type: ignore[no-any-return]


async def asked(answer: Any, size: int = 5) -> tuple[Candidates | Fault, list[Struct]]:
    events: list[Struct] = []
    return await ask_finder(Finding(answer), WANTED, size, None, events.append), events


def told(event: Struct) -> tuple[Any, ...]:
    assert isinstance(event, SourceAsked)
    assert event.seconds >= 0
    return event.part, event.system, event.keys, event.known, event.faults, event.reasons


async def test_an_answer_is_handed_on_and_told() -> None:
    good = Candidates((ONE, OTHER), more=True)
    answer, (event,) = await asked(good)
    assert answer == good
    assert told(event) == ("search", "told", 1, 1, {}, ())
    finder = Finding(good)
    await ask_finder(finder, WANTED, 5, "place", list[Struct]().append)
    assert finder.asked == [(WANTED, 5, "place")]


async def test_nobody_is_an_answer_too() -> None:
    answer, (event,) = await asked(Candidates((), more=False))
    assert answer == Candidates((), more=False)
    assert told(event) == ("search", "told", 1, 0, {}, ())


async def test_whoever_takes_too_long_is_not_waited_for() -> None:
    answer, (event,) = await asked(asyncio.sleep)
    assert isinstance(answer, SourceTimeout)
    assert told(event) == ("search", "told", 1, 0, {"SOURCE_TIMEOUT": 1}, ())


async def test_a_fault_is_a_value_without_frames() -> None:
    answer, (event,) = await asked(SourceUnavailable("told", "refused"))
    assert isinstance(answer, SourceUnavailable)
    assert answer.__traceback__ is None
    assert told(event) == ("search", "told", 1, 0, {"SOURCE_UNAVAILABLE": 1}, ("refused",))


async def test_a_bug_of_an_adapter_is_a_fault_and_told_by_type_alone() -> None:
    answer, (broke, event) = await asked(ZeroDivisionError("somebody"))
    assert isinstance(answer, SourceUnavailable)
    assert broke == SourceBroke("search", "told", "ZeroDivisionError")
    assert told(event)[4] == {"SOURCE_UNAVAILABLE": 1}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [ONE],
        (ONE,),
        Candidates([ONE], more=False),  # type: ignore[arg-type]
        Candidates((ONE, OTHER, Candidate(crn(4), "4")), more=False),
        Candidates((ONE, ONE), more=False),
        Candidates((crn(1),), more=False),  # type: ignore[arg-type]
        Candidates((Candidate(crn(1), ""),), more=False),
        Candidates((Candidate(crn(1), None),), more=False),  # type: ignore[arg-type]
        Candidates((Candidate(7, "1"),), more=False),  # type: ignore[arg-type]
        Candidates((Candidate(crn(1), "1", [crn(2)]),), more=False),  # type: ignore[arg-type]
        Candidates((Candidate(crn(1), "1", (crn(1),)),), more=False),
        Candidates((Candidate(crn(1), "1", (None,)),), more=False),  # type: ignore[arg-type]
        Candidates((ONE,), more=1),  # type: ignore[arg-type]
        Candidates((), more=True),
    ],
    ids=range(15),
)
async def test_an_answer_of_another_shape_is_bad_data(answer: Any) -> None:
    found, (event,) = await asked(answer, size=2)
    assert isinstance(found, BadData)
    assert found.reason == "shape"
    assert told(event)[4] == {"SOURCE_BAD_DATA": 1}
