"""A page of a search: filled up with whom the caller may see, asked for in few rounds, and silent about the rest."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from resolvers.access import Verdict
from resolvers.admission import ConflictOfInterest, parts_of
from resolvers.caller import Caller
from resolvers.criteria import criteria
from resolvers.finding import ROUNDS, CustomerConnection, Search, search
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from sources.crn import Crn
from sources.errors import SourceTimeout
from sources.parts import CUSTOMER, DEBT, RESTRICTION, Customer, Restriction
from sources.search import Candidate, Candidates, Criteria
from tests.people import OFFICER, PARTNER, Body
from tests.records import crn, customer, debt, history

WANTED = Criteria(quick="somebody")
PLAIN = Search(WANTED, (), duplicates=True)


class Line:
    """A finder that has these people, in this order; their place is their position. It remembers the sizes asked."""

    system = "told"
    time_limit = 5.0

    def __init__(self, people: Sequence[Crn], alike: dict[Crn, tuple[Crn, ...]] | None = None) -> None:
        self.people = people
        self.alike = alike or {}
        self.sizes: list[int] = []
        self.fault: Exception | None = None

    async def find(self, wanted: Criteria, size: int, after: str | None) -> Candidates:
        self.sizes.append(size)
        if self.fault is not None:
            raise self.fault
        start = int(after) + 1 if after is not None else 0
        page = self.people[start : start + size]
        found = [Candidate(one, str(start + n), self.alike.get(one, ())) for n, one in enumerate(page)]
        return Candidates(tuple(found), more=start + size < len(self.people))


def town(free: Sequence[int] = (), locked: Sequence[int] = (), order: Sequence[int] | None = None) -> Body:
    body = Body()
    for number in (*free, *locked):
        body.tell(CUSTOMER, customer(crn(number)), crn(number))
        body.tell(DEBT, history(debt("1", body.clock(), crn=crn(number), id=f"D{number}")), crn(number))
    for number in locked:
        restriction = Restriction(crn(number), restricted=True, officers=("officer-9",))
        body.tell(RESTRICTION, restriction, crn(number))
    body.finder = Line([crn(number) for number in (order if order is not None else (*free, *locked))])
    return body


def line(body: Body) -> Line:
    assert isinstance(body.finder, Line)
    return body.finder


async def page(
    scope: Scope, first: int = 3, after: str | None = None, asked: Search = PLAIN
) -> CustomerConnection:
    return await search(scope, asked, first, after, ["searchCustomers"])


def shown(found: CustomerConnection) -> list[Crn]:
    return [edge.node.number for edge in found.edges]


def people(*numbers: int) -> list[Crn]:
    return [crn(number) for number in numbers]


async def test_a_page_is_asked_for_once_when_everybody_may_be_seen() -> None:
    body = town(range(1, 9))
    found = await page(body.scope())
    assert (shown(found), line(body).sizes) == (people(1, 2, 3), [4])
    assert found.page_info.has_next_page
    assert found.page_info.end_cursor == found.edges[-1].cursor


async def test_a_page_with_hidden_people_is_filled_up() -> None:
    order = [1, 50, 51, 2, 52, 53, 54, 55, 56, 3, 4, 57, 5]
    body = town(range(1, 6), range(50, 58), order)
    found = await page(body.scope())
    assert (shown(found), found.page_info.has_next_page) == (people(1, 2, 3), True)
    assert line(body).sizes == [4, 8]
    found = await page(body.scope(), after=found.page_info.end_cursor)
    assert (shown(found), found.page_info.has_next_page) == (people(4, 5), False)


async def test_hidden_people_at_the_end_are_no_next_page() -> None:
    body = town([1, 2, 3], range(50, 60))
    found = await page(body.scope())
    assert (shown(found), found.page_info.has_next_page) == (people(1, 2, 3), False)


async def test_people_found_in_later_rounds_have_their_sections_too() -> None:
    body = town([1, 2, 3], range(50, 60), [*range(50, 60), 1, 2, 3])
    scope = body.scope()
    found = await page(scope, asked=Search(WANTED, (DEBT,), duplicates=False))
    assert [edge.node.record(DEBT).items[0].crn for edge in found.edges] == people(1, 2, 3)  # type: ignore[union-attr]
    assert sorted([asked for name, asked in body.asked if name == "debt"][-1]) == people(1, 2, 3)
    assert all("debt" in parts_of(scope.loaders.seen[one]) for one in people(1, 2, 3))


async def test_after_some_rounds_it_goes_on_with_the_next_page() -> None:
    hidden = range(1000, 1400)
    body = town([1, 2], hidden, [1, *hidden, 2])
    first = await page(body.scope())
    assert (shown(first), first.page_info.has_next_page) == (people(1), True)
    assert line(body).sizes == [4, 8, 16, 32, 64]
    assert len(line(body).sizes) == ROUNDS
    assert first.page_info.end_cursor not in {None, first.edges[0].cursor}
    pages = [first]
    while pages[-1].page_info.has_next_page and len(pages) < 10:
        pages.append(await page(body.scope(), after=pages[-1].page_info.end_cursor))
    assert [shown(each) for each in pages] == [people(1), [], [], people(2)]


async def test_the_cursor_of_a_hidden_place_is_as_long_as_any_other() -> None:
    body = town([1], range(1000, 1400))
    found = await page(body.scope())
    assert found.page_info.end_cursor is not None
    assert len(found.page_info.end_cursor) == len(found.edges[0].cursor)


async def test_a_duplicate_who_may_not_be_seen_is_none() -> None:
    body = town([1, 2], [50])
    line(body).people = people(1)
    line(body).alike = {crn(1): tuple(people(2, 50, 99))}
    scope = body.scope()
    (edge,) = (await page(scope)).edges
    assert len(edge.possible_duplicates) == 1
    verdicts = {one: decision.verdict for one, decision in scope.loaders.decisions.items()}
    assert [verdicts[crn(number)] for number in (1, 2, 50, 99)] == [
        Verdict.OPEN,
        Verdict.OPEN,
        Verdict.BANNER,
        Verdict.NOBODY,
    ]
    assert scope.loaders.seen.keys() == {crn(1)}
    body.asked.clear()
    await page(body.scope(), asked=Search(WANTED, (), duplicates=False))
    assert not any(crn(99) in asked for _, asked in body.asked)


async def test_another_number_of_a_person_is_the_person_once() -> None:
    body = town([1, 2], order=[7, 1, 2])
    body.tell(CUSTOMER, Customer(crn(7), canonical_crn=crn(1)), crn(7))
    assert shown(await page(body.scope())) == people(1, 2)


async def test_somebody_whom_only_the_finder_knows_is_not_shown() -> None:
    body = town([1], order=[99, 1])
    found = await page(body.scope())
    assert shown(found) == people(1)


async def test_ones_own_record_is_not_found_and_on_record() -> None:
    body = town([1, 2])
    caller = msgspec.structs.replace(OFFICER, own_crns=frozenset({crn(1)}))
    scope = body.scope(caller)
    assert shown(await page(scope)) == people(2)
    assert scope.loaders.decisions[crn(1)].code == "CONFLICT_OF_INTEREST"
    assert not scope.failures
    assert not [
        event for event in body.events if isinstance(event, ConflictOfInterest)
    ]  # nobody asked for it


@pytest.mark.parametrize("caller", [OFFICER, PARTNER], ids=["officer", "partner"])
async def test_a_restricted_person_leaves_no_trace_in_a_page(caller: Caller) -> None:
    knowing, innocent = (town([1, 2], [50], [1, 50, 2]), town([1, 2]))
    line(knowing).alike = {crn(1): (crn(50),)}
    assert [shape(await page(body.scope(caller))) for body in (knowing, innocent)] == [
        [people(1, 2), [(), ()], False],
        [people(1, 2), [(), ()], False],
    ]


def shape(found: CustomerConnection) -> list[Any]:
    return [shown(found), [edge.possible_duplicates for edge in found.edges], found.page_info.has_next_page]


@pytest.mark.parametrize(
    ("scopes", "code"),
    [({"customer:search"}, "FORBIDDEN"), ({"customer:read"}, "FORBIDDEN"), (OFFICER.scopes, None)],
)
async def test_a_search_needs_both_scopes(scopes: frozenset[str], code: str | None) -> None:
    body = town([1])
    scope = body.scope(msgspec.structs.replace(OFFICER, scopes=frozenset(scopes)))
    if code is None:
        await page(scope)
        return
    with pytest.raises(Refusal, match=code):
        await page(scope)
    assert (line(body).sizes, body.asked) == ([], [])
    (decision,) = scope.loaders.decisions.values()
    assert (decision.verdict, decision.rule) == (Verdict.REFUSED, "scope")


async def test_a_finder_that_fails_fails_the_search_and_is_on_record() -> None:
    body = town([1])
    line(body).fault = SourceTimeout("told")
    scope = body.scope()
    with pytest.raises(SourceTimeout):
        await page(scope)
    (decision,) = scope.loaders.decisions.values()
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "SOURCE_TIMEOUT")


@pytest.mark.parametrize(
    ("quick", "advanced", "fits"),
    [
        ("ab", None, True),
        ("a", None, False),
        ("a1", None, True),
        ("李 小", None, True),
        ("x" * 200, None, True),
        ("x" * 201, None, False),
        ("a b c d e f g h", None, True),
        ("a b c d e f g h i", None, False),
        ("a \ud800 b", None, True),
        (None, {"family": "a", "given": "b"}, True),
        (None, {"family": "a", "given": None}, False),
        (None, {"family": "ab", "given": "-"}, False),
        (None, {}, False),
        (None, None, False),
        ("ab", {"family": "ab"}, False),
    ],
)
def test_what_can_be_looked_for(quick: str | None, advanced: Any, fits: bool) -> None:
    if fits:
        made = criteria(quick, advanced, protected_names=True)
        assert made.protected_names
        assert msgspec.json.encode(made)
    else:
        with pytest.raises(Refusal, match="BAD_USER_INPUT") as refused:
            criteria(quick, advanced, protected_names=True)
        assert refused.value.detail


async def test_a_cursor_of_another_search_is_refused() -> None:
    body = town(range(1, 9))
    cursor = (await page(body.scope())).page_info.end_cursor
    staff = Search(msgspec.structs.replace(WANTED, protected_names=True), (), duplicates=False)
    for other in (staff, Search(Criteria(quick="other"), (), duplicates=False)):
        with pytest.raises(Refusal, match="BAD_USER_INPUT"):
            await page(body.scope(), after=cursor, asked=other)
