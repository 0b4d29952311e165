"""Several sources of one part: made one by a rule, nothing lost in silence, the same event once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.merged import Merged, Rule
from sources.parts import (
    CORRESPONDENCE,
    CUSTOMER,
    INTERACTION,
    RESTRICTION,
    Customer,
    History,
    Part,
    Restriction,
)
from sources.parts.history import Keyset, place
from sources.parts.interaction import SourceRef
from sources.parts.restriction import TemporaryAccess
from sources.source import (
    EVERYTHING,
    Filter,
    NothingKnown,
    Page,
    Reading,
    SourceAsked,
    SourceBroke,
    ask,
    ask_page,
)
from tests.people import NOW, StandingClock, Told
from tests.records import CALL, ONLINE, OWNER, SMS, crn, happened, history, written

OTHER = crn(2)
DOWN = SourceUnavailable("x", "reset")


class Named(Told):
    """A source under a name of its own, that may be told whole readings."""

    def __init__(self, part: Part[Any], system: str, retention_days: int | None = None) -> None:
        super().__init__(part, StandingClock(), [])
        self.system = system
        self.retention_days: Any = retention_days
        self.reads: dict[Crn, Reading[Any]] = {}

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[Any] | Fault]:
        return {**await super().fetch(crns), **{one: self.reads[one] for one in crns if one in self.reads}}


class Put:
    """Sources put together, and what was told on the way."""

    def __init__(self, part: Part[Any], rule: Rule, *told: Any) -> None:
        self.events: list[Struct] = []
        self.members = [Named(part, name) for name, _ in zip("abcd", told, strict=False)]
        for member, record in zip(self.members, told, strict=True):
            if record is not None:
                member.known[OWNER] = record
        self.merged: Merged[Any] = Merged(self.members, rule, lambda: NOW, self.events.append)

    async def one(self) -> Any:
        return (await ask(self.merged, [OWNER, OTHER], lambda: NOW, self.events.append))[OWNER]

    async def page(self, wanted: Filter, before: Keyset | None, size: int) -> Any:
        return await ask_page(self.merged, OWNER, wanted, before, size, self.events.append)

    async def pages(self, size: int, wanted: Filter = EVERYTHING) -> list[Any]:
        found: list[Any] = []
        while True:
            page = await self.page(wanted, place(found[-1]) if found else None, size)
            assert isinstance(page, Page), page.reason
            found += page.items
            if not page.more:
                return found


def titled(title: str) -> Customer:
    return Customer(OWNER, title=title)


FIRST = [
    (["Ms", "Dr"], "Ms", "a", []),
    ([None, "Dr"], "Dr", "b", []),
    ([DOWN, "Dr", "Mx"], "Dr", "b", ["reset"]),
    (["Ms", DOWN], "Ms", "a", []),
    ([None, DOWN, "Mx"], "Mx", "c", ["reset"]),
]


@pytest.mark.parametrize(("told", "title", "by", "gaps"), FIRST)
async def test_the_first_that_knows_is_believed(
    told: list[Any], title: str, by: str, gaps: list[str]
) -> None:
    outcome = await Put(
        CUSTOMER, Rule.FIRST, *(titled(one) if isinstance(one, str) else one for one in told)
    ).one()
    assert (outcome.record.title, outcome.told_by) == (title, by)
    assert [gap.reason for gap in outcome.gaps] == gaps


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ([None, None], NothingKnown),
        ([None, DOWN], SourceUnavailable),
        ([DOWN, None], SourceUnavailable),
        ([SourceTimeout("x"), DOWN], SourceTimeout),
    ],
)
async def test_when_nobody_knows_a_failure_is_no_ignorance(rule: Rule, told: list[Any], kind: type) -> None:
    part = {Rule.FIRST: CUSTOMER, Rule.UNION: INTERACTION, Rule.STRICTEST: RESTRICTION}[rule]
    assert isinstance(await Put(part, rule, *told).one(), kind)


async def test_a_member_that_breaks_costs_a_gap_and_each_member_is_told_of() -> None:
    put = Put(CUSTOMER, Rule.FIRST, None, titled("Dr"))
    put.members[0].known[OWNER] = Customer(OTHER)
    outcome = await put.one()
    assert (outcome.record.title, [type(gap).__name__ for gap in outcome.gaps]) == ("Dr", ["WrongSubject"])
    asked = [event for event in put.events if isinstance(event, SourceAsked)]
    assert [event.system for event in asked] == ["a", "b", "a+b"]
    assert not [event for event in put.events if isinstance(event, SourceBroke)]


async def test_a_union_holds_the_items_of_all_under_numbers_that_never_meet() -> None:
    first = history(happened(CALL, NOW, id="1"), happened(CALL, NOW - timedelta(hours=2), id="2"))
    second = history(happened(ONLINE, NOW - timedelta(hours=1), id="1", source=SourceRef("chats", "1")))
    outcome = await Put(INTERACTION, Rule.UNION, first, second).one()
    assert [(item.id, item.source.system) for item in outcome.record.items] == [
        ("1", "telephony"),
        ("b/1", "chats"),
        ("2", "telephony"),
    ]
    assert (outcome.told_by, outcome.gaps) == ("a+b", ())


async def test_what_only_the_second_system_tells_has_its_name_too() -> None:
    second = history(happened(CALL, NOW, id="1"))
    outcome = await Put(INTERACTION, Rule.UNION, None, second).one()
    assert ([item.id for item in outcome.record.items], outcome.told_by) == (["b/1"], "b")


def sms(at: datetime, number: str, **told: Any) -> Any:
    usual = {"template": "T1", "recipient_masked": "04** *** 006", "source": SourceRef(f"s{number}", number)}
    return written(SMS, at, id=number, **(usual | told))


HALF = NOW + timedelta(seconds=20)
TWINS = [
    (sms(NOW, "1"), sms(NOW + timedelta(seconds=59), "2"), ["1"]),
    (sms(NOW, "1"), sms(NOW - timedelta(seconds=1), "2"), ["1", "b/2"]),
    (sms(NOW, "1"), sms(NOW + timedelta(seconds=60), "2"), ["b/2", "1"]),
    (sms(NOW, "1"), sms(HALF, "2", template="T2"), ["b/2", "1"]),
    (sms(NOW, "1", template=None), sms(HALF, "2", template=None), ["b/2", "1"]),
    (sms(NOW, "1"), sms(HALF, "2", recipient_masked="04** *** 009"), ["b/2", "1"]),
    (sms(NOW, "1"), replace(written(SMS, HALF, id="2", template="T1", recipient_masked=None)), ["b/2", "1"]),
    (
        sms(NOW, "1", source=SourceRef("hub", "7")),
        sms(HALF, "2", template="T9", source=SourceRef("hub", "7")),
        ["1"],
    ),
    (
        sms(NOW, "1", source=SourceRef("hub", "7")),
        sms(HALF, "2", template="T9", source=SourceRef("hub", "8")),
        ["b/2", "1"],
    ),
]


@pytest.mark.parametrize(("one", "other", "ids"), TWINS)
async def test_the_same_event_told_by_two_systems_is_shown_once(one: Any, other: Any, ids: list[str]) -> None:
    # BR-GW-8
    """BR-GW-8."""
    put = Put(CORRESPONDENCE, Rule.UNION, history(one), history(other))
    assert [item.id for item in (await put.one()).record.items] == ids
    assert [item.id for item in await put.pages(1)] == ids


async def test_one_system_may_tell_of_two_alike() -> None:
    both = history(sms(NOW, "1"), sms(HALF, "2"))
    outcome = await Put(CORRESPONDENCE, Rule.UNION, both, history(sms(NOW, "3"))).one()
    assert [item.id for item in outcome.record.items] == ["2", "1"]


async def test_a_member_that_cannot_be_asked_leaves_a_gap_in_the_union() -> None:
    for told, ids in (
        ([history(happened(CALL, NOW, id="1")), DOWN], ["1"]),
        ([DOWN, history(happened(CALL, NOW, id="1"))], ["b/1"]),
    ):
        outcome = await Put(INTERACTION, Rule.UNION, *told).one()
        assert ([item.id for item in outcome.record.items], [gap.reason for gap in outcome.gaps]) == (
            ids,
            ["reset"],
        )


async def test_a_union_is_as_complete_as_its_least_complete_member_and_as_old_as_its_oldest() -> None:
    put = Put(INTERACTION, Rule.UNION, None, None, None)
    ages = [(None, NOW), (NOW - timedelta(days=9), NOW - timedelta(hours=1)), (NOW - timedelta(days=3), NOW)]
    for member, (since, read_at) in zip(put.members, ages, strict=True):
        gaps = (BadData(member.system, "record"),) if member.system == "b" else ()
        member.reads[OWNER] = Reading(History(OWNER, (), since), read_at, gaps)
    outcome = await put.one()
    assert outcome.record.complete_since == NOW - timedelta(days=3)
    assert (outcome.read_at, outcome.gaps[0].source, len(outcome.gaps)) == (NOW - timedelta(hours=1), "b", 1)


def closed(manager: str | None, *officers: str, until: datetime | None = None) -> Restriction:
    temporary = TemporaryAccess("t", until) if until is not None else None
    return Restriction(OWNER, True, manager, officers, temporary)


FREE = Restriction(OWNER, False)
STRICTEST = [
    ([FREE, FREE], FREE),
    ([FREE, None], FREE),
    ([FREE, closed("m", "o")], closed("m", "o")),
    ([closed("m", "o"), FREE], closed("m", "o")),
    ([None, closed("m")], closed("m")),
    ([closed("m", "o", "p"), closed("m", "p", "q")], closed("m", "p")),
    ([closed("m", "o"), closed("o", "m")], closed("m", "o")),
    ([closed("m", "o"), closed("x")], closed(None)),
    ([closed(None, "o"), closed(None, "o")], closed(None, "o")),
    ([closed("m", until=NOW), closed("m", until=NOW)], closed("m", until=NOW)),
    ([closed("m", until=NOW), closed("m")], closed("m")),
    ([closed("m", "o", "p"), closed("m", "o"), closed("m", "p")], closed("m")),
]


@pytest.mark.parametrize(("told", "meant"), STRICTEST)
async def test_the_strictest_restriction_lets_in_whom_all_let_in(told: list[Any], meant: Restriction) -> None:
    assert (await Put(RESTRICTION, Rule.STRICTEST, *told).one()).record == meant


@pytest.mark.parametrize("told", [[DOWN, FREE], [FREE, DOWN], [closed("m", "o"), DOWN], [None, DOWN, FREE]])
async def test_a_restriction_is_unknown_when_one_of_them_cannot_be_asked(told: list[Any]) -> None:
    assert isinstance(await Put(RESTRICTION, Rule.STRICTEST, *told).one(), SourceUnavailable)


@pytest.mark.parametrize(("days", "kept"), [([30, 90], 90), ([30, None], None), ([None, None], None)])
def test_together_they_keep_as_long_as_the_one_that_keeps_longest(days: list[Any], kept: int | None) -> None:
    members = [Named(INTERACTION, str(index), told) for index, told in enumerate(days)]
    merged: Merged[Any] = Merged(members, Rule.UNION, lambda: NOW, lambda event: None)
    assert (merged.retention_days, merged.system, merged.time_limit) == (kept, "0+1", 10.0)
