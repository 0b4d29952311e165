"""What is kept of a customer, and what is worked out each time: restrictions, retention and cards."""

from datetime import timedelta
from typing import Any

import pytest

from resolvers.cards.activity import Kind
from resolvers.policy import OnlineCards
from sources.parts import INTERACTION, RESTRICTION, Restriction
from sources.parts.restriction import TemporaryAccess
from tests.people import NOW, OFFICER, body_with, overview_of, picture_of, ruled
from tests.records import CALL, ONLINE, OWNER, crn, happened, history

SPOUSE = crn(2)


async def cards(body: Any) -> list[tuple[str, int]]:
    made = await overview_of(body)
    return [(edge.node.title, edge.node.count) for edge in made.cards(None, None, 10, None).edges]


async def test_what_a_source_said_is_kept_and_cards_are_worked_out_each_time() -> None:
    """BR-GW-4: another policy, another day, and other cards of what was read once."""
    two = history(happened(ONLINE, NOW, title="Report income"), happened(ONLINE, NOW, title="Update address"))
    body = body_with({INTERACTION: two})
    assert sorted(await cards(body)) == [("Report income", 1), ("Update address", 1)]
    body.policy = ruled(online=OnlineCards.BY_DAY)
    assert await cards(body) == [("multiple activities", 2)]
    body.policy = ruled(off=(Kind.ONLINE_ACTIVITY.value,))
    assert await cards(body) == []
    assert body.times_asked(INTERACTION) == 1
    assert await body.keeps(INTERACTION)


@pytest.mark.parametrize(("days", "opens"), [(0, True), (7, True), (8, False)])
async def test_restriction_covers_both_of_a_couple_and_a_temporary_officer_is_let_in_for_seven_days_at_most(
    days: int, opens: bool
) -> None:
    """BR-AC-5: the source says so of both of them, and the gateway keeps to what it says of each."""
    until = NOW + timedelta(days=days)
    for owner in (OWNER, SPOUSE):
        body = body_with({INTERACTION: history(happened(CALL, NOW, crn=owner))}, owner=owner)
        access = TemporaryAccess(OFFICER.id, until)
        body.tell(RESTRICTION, Restriction(owner, restricted=True, temporary=access), owner)
        seen = await picture_of(body, owner=owner)
        assert seen.restricted
        assert (INTERACTION.name in seen.decision.parts) is opens
        assert (await overview_of(body, owner=owner)).activities == ()


async def test_only_one_officer_at_a_time_is_let_in_for_a_while() -> None:
    """BR-AC-5: whoever is named last is the one."""
    body = body_with({})
    for officer, opens in ((OFFICER.id, True), ("somebody-else", False)):
        access = TemporaryAccess(officer, NOW + timedelta(days=1))
        body.tell(RESTRICTION, Restriction(OWNER, restricted=True, temporary=access))
        await body.cache.invalidate(OWNER)
        assert bool((await picture_of(body)).decision.parts) is opens
