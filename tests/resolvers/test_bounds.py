"""What one request can cost, and what it may not: bombs of fragments and aliases, parts nobody may see, look-ups."""

import msgspec
import pytest
from graphql import parse

from resolvers.customer import picture
from resolvers.overview import OVERVIEW_PARTS, overview
from resolvers.refusal import Refusal
from resolvers.search import by_identifier
from schema import build
from sources.crn import Crn, ServicesAustralia
from sources.errors import SourceUnavailable
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, OWNERSHIP, PARTS, RESTRICTION, Restriction
from sources.parts.customer import Identifier, IdentifierKind
from tests.people import NOW, OFFICER, PARTNER, Body, body_with, overview_of, picture_of
from tests.records import OWNER, debt, history

LEVELS = 150
BOMB = f'{{ customer(crn: "{OWNER}") {{ ...F0 }} }} ' + " ".join(
    f"fragment F{n} on Customer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(LEVELS)
)


async def test_fragments_that_double_at_every_level_are_walked_once() -> None:
    document = f"{BOMB} fragment F{LEVELS} on Customer {{ debts {{ truncated }} }}"
    assert parse(document)
    body = body_with({DEBT: history(debt("100", NOW))})
    result = await build(ServicesAustralia()).execute(document, context_value=body.scope())
    assert result.errors is None
    assert body.times_asked(DEBT) == 1


async def test_an_overview_is_worked_out_once_however_often_it_is_asked_for() -> None:
    shown = await picture_of(body_with({}))
    assert overview(shown, None) is overview(shown, None)


async def test_parts_that_a_caller_may_not_see_are_not_asked() -> None:
    body = body_with({})
    await picture_of(body, OVERVIEW_PARTS, PARTNER)
    assert (body.times_asked(CORRESPONDENCE), body.times_asked(OWNERSHIP)) == (1, 0)


async def test_nothing_that_was_kept_survives_a_restriction_whatever_is_asked_then() -> None:
    body = body_with({})
    await picture_of(body, PARTS)
    assert await body.keeps(CORRESPONDENCE) or await body.keeps(CUSTOMER)
    body.clock.wait(20)
    body.tell(RESTRICTION, Restriction(OWNER, True, manager=OFFICER.id))
    await picture_of(body, [CUSTOMER])
    assert [part.name for part in PARTS if part is not RESTRICTION and await body.keeps(part)] == []


async def test_look_ups_count_like_customers() -> None:
    body = body_with({})
    scope = body.scope(loaders=body.loaders(most_customers=2))
    for value in ("1", "2"):
        assert await by_identifier(scope, "can", value, OVERVIEW_PARTS) is None
    with pytest.raises(Refusal, match="TOO_MANY_CUSTOMERS"):
        await by_identifier(scope, "can", "3", OVERVIEW_PARTS)
    assert len(scope.loaders.decisions) == 2


async def test_a_look_up_that_leads_somewhere_counts_its_customer_once() -> None:
    body = body_with({})
    body.numbers[Identifier(IdentifierKind.CAN, "1")] = OWNER
    scope = body.scope(loaders=body.loaders(most_customers=1))
    assert await by_identifier(scope, "can", "1", OVERVIEW_PARTS) is not None
    assert await picture(scope, OWNER, [CUSTOMER]) is not None


async def test_a_partner_cannot_tell_a_restricted_number_while_the_customer_source_is_down() -> None:
    seen = []
    for restricted in (False, True):
        body = body_with({RESTRICTION: Restriction(OWNER, restricted)})
        body.sources["customer"].known[OWNER] = SourceUnavailable("told")
        scope = body.scope(PARTNER)
        shown = await picture(scope, OWNER, OVERVIEW_PARTS)
        assert shown is not None
        assert bool(scope.loaders.seen) is not restricted  # what is on record as shown
        built = overview(shown, None)
        seen.append([(one.source, one.status, one.code) for one in built.sections])
    nobody = Body()
    nobody.sources["customer"].known[OWNER] = SourceUnavailable("told")
    unknown = await picture(nobody.scope(PARTNER), OWNER, OVERVIEW_PARTS)
    assert unknown is not None
    assert [(one.source, one.status, one.code) for one in overview(unknown, None).sections] == seen[1]


async def test_cards_do_not_go_on_when_other_sources_answer() -> None:
    body = body_with({DEBT: history(*(debt(str(n), NOW, raised_at=NOW) for n in range(1, 4)))})
    first = (await overview_of(body)).cards(None, None, 1, None)
    body.sources["debt"].known[OWNER] = SourceUnavailable("told")
    body.clock.wait(1000)
    with pytest.raises(Refusal, match="CONFLICT"):
        (await overview_of(body)).cards(None, None, 1, first.page_info.end_cursor)


async def test_a_first_day_to_come_is_refused() -> None:
    shown = await picture_of(body_with({}))
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        overview(shown, msgspec.convert("2999-01-01", type=type(shown.scope.today)))


def test_a_number_of_another_form_is_flagged_and_not_dropped() -> None:
    assert ServicesAustralia().warning(Crn("12AB")) == "FORM_MISMATCH"
