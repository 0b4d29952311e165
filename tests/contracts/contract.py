"""The contract: what a client gets and an operator reads of a case, and that nothing of it is left afterwards."""

from collections.abc import Sequence
from typing import Any

from sources.crn import Crn
from tests.contracts.bench import SLOW, Bench, Heard, asked, gate_for, patience
from tests.contracts.cases import Told, of_two, told
from tests.contracts.pictures import is_lost, is_refused, is_unknown, is_whole, nothing_leaks
from tests.contracts.subjects import NAMES, mark


async def holds(bench: Bench, part: str, case: str) -> None:
    """A case, from before it to after it."""
    if case == "knows it not":
        await _unknown(bench, part)
        return
    expected = told(bench.kind, part, case)
    people = bench.crowd.take(2 if of_two(bench.kind, case) else 1)
    gate = gate_for(bench, part, case)
    if case == "stale":
        await asked(gate, bench.crowd.take(1))  # so that there is a connection to keep
    async with bench.wrong(part, case, people):
        failing = await asked(gate, people)
    after = await asked(gate, people)
    shown = _whole(after, people)
    assert after.lines == ()
    assert failing.lines == expected.lines
    assert failing.seconds < patience(bench.kind, case)
    _log_tells_nothing(failing, people)
    if expected.code is None:
        _whole(failing, people)
        assert case != "slow" or failing.seconds >= SLOW / 2
        return
    _one_is_lost(bench, part, case, failing, people, shown)


def _one_is_lost(
    bench: Bench, part: str, case: str, failing: Heard, people: Sequence[Crn], whole: Sequence[Any]
) -> None:
    """The first of the people lacks a part, and the other one nothing."""
    expected: Told = told(bench.kind, part, case)
    answer = failing.answer
    lost = {error["path"][1] for error in answer.errors}
    assert len(lost) == 1, answer.text
    (index,) = lost
    assert index == 0 or case == "dropped"  # who comes first in a batch is left to chance
    if part == "restriction":
        is_refused(answer, index)
        assert answer.status == (503 if len(people) == 1 else 200)
        for each in NAMES:
            assert mark(each, people[index]) not in answer.text
    else:
        assert answer.status == 200
        is_lost(answer, index, part, bench.system(part), expected, whole[index])
    nothing_leaks(answer.text, part, [] if expected.gap else [people[index]])
    for other, owner in enumerate(people):
        if other != index:
            is_whole(answer.partial["customers"][other], owner)
            assert answer.partial["customers"][other] == whole[other]


def _whole(heard: Heard, people: Sequence[Crn]) -> list[Any]:
    """Everybody is shown with everything, and nobody has anything to say about it."""
    shown: list[Any] = heard.answer.data["customers"]
    for one, owner in zip(shown, people, strict=True):
        is_whole(one, owner)
    return shown


async def _unknown(bench: Bench, part: str) -> None:
    """A customer whom one source does not know: that is an answer, and no failure."""
    owner = bench.crowd.lacking[part]
    heard = await asked(bench.gates["patient"], [owner])
    assert heard.lines == ()
    (shown,) = heard.answer.data["customers"]
    if part == "customer":
        assert shown is None
        return
    is_whole(shown, owner, unless=part)
    is_unknown(shown, part)


def _log_tells_nothing(heard: Heard, people: Sequence[Crn]) -> None:
    for part in NAMES:
        nothing_leaks(heard.log, part, people)
