"""What a timeline says of sources that fail, and of related people: nothing is silently short."""

from datetime import timedelta

import msgspec
import pytest

from resolvers.refusal import Refusal
from resolvers.timeline import Asked
from sources.errors import SourceTimeout, SourceUnavailable
from sources.parts import (
    CORRESPONDENCE,
    CUSTOMER,
    DEBT,
    ENTITLEMENT,
    INTERACTION,
    OWNERSHIP,
    RESTRICTION,
    Restriction,
)
from sources.parts.customer import Relationship, RelationshipKind
from tests.people import NOW, OFFICER, Body, body_with
from tests.records import (
    CALL,
    OWNER,
    SMS,
    crn,
    customer,
    happened,
    history,
    written,
)
from tests.resolvers.timelines import answer_of, page_of, state, titles, whole

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def test_a_source_that_is_down_costs_only_its_own_entries() -> None:
    body = whole()
    body.tell(CORRESPONDENCE, SourceTimeout("told"))
    page, failed = await answer_of(body)
    assert failed == ["SOURCE_TIMEOUT"]
    assert (state(page, "correspondence").status.value, state(page, "correspondence").code) == (
        "TIMEOUT",
        "SOURCE_TIMEOUT",
    )
    assert len(page.edges) == 10


async def test_when_nothing_can_be_read_the_timeline_fails() -> None:
    body = whole()
    for part in (INTERACTION, CORRESPONDENCE, DEBT, OWNERSHIP, ENTITLEMENT):
        body.tell(part, SourceUnavailable("told"))
    with pytest.raises(SourceUnavailable):
        await page_of(body)


async def test_when_other_sources_answer_the_next_page_asks_to_start_again() -> None:
    body = whole()
    after = (await page_of(body, first=3)).page_info.end_cursor
    other = whole()
    other.tell(DEBT, SourceUnavailable("told"))
    page, failed = await answer_of(other, first=3, after=after)
    assert page.edges == ()
    assert failed == ["SOURCE_UNAVAILABLE", "CONFLICT"]
    assert state(page, "debt").code == "SOURCE_UNAVAILABLE"
    assert state(page, "interaction").code == "CONFLICT"
    assert len((await page_of(body, first=3, after=after)).edges) == 3


async def test_older_items_that_cannot_be_had_are_told_and_the_others_go_on() -> None:
    """The reading of the calls breaks off; letters go on, and the section says from when the calls are whole."""
    calls = [happened(CALL, NOW - MINUTE * n) for n in range(4)]
    texts = [written(SMS, NOW - DAY - MINUTE * n) for n in range(6)]
    body = body_with(
        {INTERACTION: history(*calls, complete_since=calls[-1].at), CORRESPONDENCE: history(*texts)}
    )
    body.sources["interaction"].older = SourceUnavailable("told")
    seen: list[str] = []
    after = None
    while True:
        page = await page_of(body, first=3, after=after)
        told = state(page, "interaction")
        assert told.truncated
        assert told.complete_since == calls[-1].at
        seen += [edge.node.place.id for edge in page.edges]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    assert seen == [*(one.id for one in calls), *(one.id for one in texts)]


RELATED = frozenset({RelationshipKind.PARTNER, RelationshipKind.CHILD})


def family(*others: int, **told: object) -> Body:
    related = tuple(Relationship(RelationshipKind.PARTNER, crn(one)) for one in others)
    body = body_with({CUSTOMER: customer(relationships=related), INTERACTION: history(happened(CALL, NOW))})
    for one in others:
        body.tell(CUSTOMER, customer(crn(one)), crn(one))
        item = happened(CALL, NOW - MINUTE * one, crn=crn(one), title=f"Of {one}")
        body.tell(INTERACTION, history(item), crn(one))
    return body


async def test_related_people_stand_beside_the_customer_when_they_are_asked_for() -> None:
    body = family(2)
    assert titles(await page_of(body)) == ["Asked about a payment"]
    page = await page_of(body, Asked(related=RELATED))
    assert titles(page) == ["Asked about a payment", "Of 2"]
    own, other = (edge.node.person for edge in page.edges)
    assert own is None
    assert other is not None
    assert (other.kind, other.crn) == (RelationshipKind.PARTNER, crn(2))
    caller = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"crn:read"})
    hidden = (await page_of(body, Asked(related=RELATED), caller=caller)).edges[1].node.person
    assert hidden is not None
    assert hidden.crn is None
    assert titles(await page_of(body, Asked(related=frozenset({RelationshipKind.CHILD})))) == [
        "Asked about a payment"
    ]


async def test_whoever_may_not_be_seen_is_not_there() -> None:
    body = family(2, 3)
    body.tell(RESTRICTION, Restriction(crn(2), restricted=True), crn(2))
    page, failed = await answer_of(body, Asked(related=RELATED))
    assert titles(page) == ["Asked about a payment", "Of 3"]
    assert failed == []
    assert {one.person.crn for one in page.sections if one.person is not None} == {crn(3)}


async def test_more_related_people_than_a_page_shows_are_told_of() -> None:
    page = await page_of(family(2, 3, 4, 5, 6), Asked(related=RELATED))
    assert titles(page) == ["Asked about a payment", "Of 2", "Of 3", "Of 4", "Of 5"]
    assert state(page, "relationships").truncated


async def test_of_a_restricted_record_it_is_said_that_it_is_restricted() -> None:
    body = family()
    body.tell(RESTRICTION, Restriction(OWNER, restricted=True))
    with pytest.raises(Refusal) as refused:
        await page_of(body)
    assert refused.value.code == "RESTRICTED_RECORD"
