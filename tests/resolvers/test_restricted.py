"""A restricted record: nothing of it is shown, and nothing of it but the restriction is kept."""

import asyncio
from typing import Any

import msgspec
import pytest

from resolvers.access import Verdict
from resolvers.customer import Picture, picture, pictures
from resolvers.overview import OVERVIEW_PARTS
from resolvers.refusal import Refusal
from resolvers.search import by_identifier
from sources.errors import SourceUnavailable
from sources.parts import CUSTOMER, DEBT, PARTS, RESTRICTION, Customer, Restriction
from sources.parts.customer import Identifier, IdentifierKind
from tests.people import OFFICER, PARTNER, Body, body_with, overview_of, picture_of
from tests.records import OWNER, crn, customer, debt, history

LOCKED = Restriction(OWNER, True, manager="chief")
MANAGER = msgspec.structs.replace(OFFICER, id="chief")
OTHERS = [part for part in PARTS if part is not RESTRICTION]


def locked(**told: Any) -> Body:
    body = body_with({RESTRICTION: msgspec.structs.replace(LOCKED, **told)})
    body.tell(DEBT, history(debt("100", body.clock())))
    return body


@pytest.mark.parametrize("caller", [OFFICER, PARTNER, MANAGER], ids=["officer", "partner", "manager"])
async def test_nothing_but_the_restriction_is_kept(caller: Any) -> None:
    """BR-GW-6."""
    body = locked()
    await picture(body.scope(caller), OWNER, OTHERS)
    assert await body.keeps(RESTRICTION)
    assert [part.name for part in OTHERS if await body.keeps(part)] == []


async def test_what_was_kept_is_forgotten_when_the_record_becomes_restricted() -> None:
    body = locked(restricted=False)
    await picture_of(body, OTHERS)
    assert await body.keeps(DEBT)
    body.tell(RESTRICTION, LOCKED)
    body.clock.wait(31)
    assert (await picture_of(body, OTHERS)).decision.verdict is Verdict.BANNER
    assert [part.name for part in OTHERS if await body.keeps(part)] == []


async def test_a_new_restriction_is_known_within_thirty_seconds() -> None:
    body = locked(restricted=False)
    await picture_of(body)
    body.tell(RESTRICTION, LOCKED)
    body.clock.wait(30)
    assert (await picture_of(body)).decision.verdict is Verdict.BANNER


async def test_an_officer_gets_id_number_and_banner_and_no_section() -> None:
    body = locked()
    seen = await picture_of(body)
    assert (seen.crn, seen.restricted, bool(seen.id)) == (OWNER, True, True)
    for part in OVERVIEW_PARTS:
        with pytest.raises(Refusal, match="RESTRICTED_RECORD"):
            seen.record(part)
    for section in ("profile", "record_type", "record_flags", "identifiers", "relationships", "ownership"):
        with pytest.raises(Refusal, match="RESTRICTED_RECORD"):
            getattr(seen, section)


async def test_a_listed_officer_gets_the_sections_and_an_overview_that_is_a_banner_only() -> None:
    seen = await picture_of(locked(), caller=MANAGER)
    assert seen.profile is not None
    assert seen.record(DEBT) is not None
    for caller in (MANAGER, OFFICER):
        shown = await overview_of(locked(), caller=caller)
        assert [banner.kind.value for banner in shown.banners] == ["RESTRICTED_ACCESS"]
        assert (shown.sections, shown.activities, shown.pinned) == ((), (), ())
        assert (shown.empty_message, shown.cards(None, None, 10, None).total_count) == (None, 0)
        assert shown.restricted


async def test_to_a_partner_a_restricted_number_is_like_an_unknown_one() -> None:
    body = locked()
    shown = await pictures(body.scope(PARTNER), [OWNER, crn(77)], OTHERS)
    assert shown == {OWNER: None, crn(77): None}
    first, second = Body(), locked()
    assert await picture(first.scope(PARTNER), OWNER, OTHERS) is None
    assert await picture(second.scope(PARTNER), OWNER, OTHERS) is None
    assert sorted(first.asked) == sorted(second.asked)


async def test_an_unknown_restriction_costs_only_its_own_customer_and_keeps_nothing() -> None:
    body = locked(restricted=False)
    body.tell(CUSTOMER, customer(crn(2)), crn(2))
    body.tell(RESTRICTION, SourceUnavailable("told"))
    shown = await pictures(body.scope(), [OWNER, crn(2)], OTHERS)
    refused = shown[OWNER]
    assert isinstance(refused, Refusal)
    assert refused.code == "ACCESS_CHECK_UNAVAILABLE"
    assert isinstance(shown[crn(2)], Picture)
    assert [part.name for part in PARTS if await body.keeps(part)] == []


async def test_an_unknown_restriction_is_asked_for_again_at_once() -> None:
    body = locked(restricted=False)
    body.tell(RESTRICTION, SourceUnavailable("told"))
    with pytest.raises(Refusal):
        await picture_of(body)
    body.tell(RESTRICTION, Restriction(OWNER, False))
    assert (await picture_of(body)).decision.verdict is Verdict.OPEN


async def test_a_gateway_that_has_no_source_of_restrictions_shows_nobody() -> None:
    body = locked(restricted=False)
    del body.sources["restriction"]
    with pytest.raises(Refusal, match="ACCESS_CHECK_UNAVAILABLE"):
        await picture(body.scope(), OWNER, OTHERS)


async def test_nobody_is_known_by_a_number_of_which_the_source_knows_nothing() -> None:
    body = Body()
    assert await picture(body.scope(), OWNER, OTHERS) is None
    body.tell(CUSTOMER, customer())
    assert await picture(body.scope(), OWNER, OTHERS) is not None


async def test_a_restricted_record_and_an_unknown_number_cost_a_partner_the_same_calls() -> None:
    asked: list[list[str]] = []
    for body in (locked(), Body()):
        for _ in range(3):
            assert await picture(body.scope(PARTNER), OWNER, OTHERS) is None
        asked.append(sorted(part for part, _ in body.asked))
    assert asked[0] == asked[1]
    assert (
        asked[0].count("restriction") == 2
    )  # of the number, and of a decoy: as many as another number leads on to


class Counting(asyncio.SelectorEventLoop):
    """An event loop that counts what is put on its agenda: every await that waits puts something there."""

    steps = 0

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:  # type: ignore[override]
        self.steps += 1
        return super().call_soon(callback, *args, context=context)


async def steps(body: Body, caller: Any) -> list[int]:
    """What three requests in a row take: one whose customer is asked for the first time, two who are not."""
    loop: Any = asyncio.get_running_loop()
    taken = []
    for _ in range(3):
        before = loop.steps
        assert await picture(body.scope(caller), OWNER, OTHERS) is None
        taken.append(loop.steps - before)
        body.clock.wait(4)
    return taken


def test_a_restricted_record_and_an_unknown_number_cost_a_partner_the_same_awaits() -> None:
    with asyncio.Runner(loop_factory=Counting) as runner:
        unknown = runner.run(steps(Body(), PARTNER))
        restricted = runner.run(steps(locked(), PARTNER))
    assert restricted == unknown
    assert restricted[0] > 0


async def test_whatever_leads_to_a_restricted_record_costs_a_partner_what_leads_to_nobody() -> None:
    number = Identifier(IdentifierKind.CAN, "4711")
    asked = []
    for body in (locked(), Body()):
        body.tell(CUSTOMER, Customer(crn(7), canonical_crn=OWNER), crn(7))
        if body.sources["restriction"].known:
            body.numbers[number] = OWNER
        else:
            body.sources["customer"].known.clear()
        assert await by_identifier(body.scope(PARTNER), "can", "4711", OTHERS) is None
        body.clock.wait(31)
        assert await picture(body.scope(PARTNER), crn(7), OTHERS) is None
        asked.append(sorted(part for part, _ in body.asked))
    assert asked[0] == asked[1]
