"""Knowledge links: for specific items only (BR-CO-25), by the activity first and then by the kind of card."""

from typing import Any

import msgspec
import pytest

from resolvers.caller import Presentation
from resolvers.cards.activity import Kind
from resolvers.policy import KnowledgeLink, OnlineCards
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, INTERACTION, RESTRICTION, Restriction
from sources.parts.customer import RecordFlag, RecordType
from sources.parts.interaction import InteractionKind
from tests.people import NOW, PARTNER, POLICY, body_with, overview_of
from tests.records import CALL, LETTER, ONLINE, OWNER, customer, days_before, debt, happened, history, written

INCOME, DEBTS, LETTERS = (KnowledgeLink(name, f"https://my.gov.au/{name}", name) for name in ("a", "b", "c"))
RULED = msgspec.structs.replace(
    POLICY,
    knowledge={"EMPINC": INCOME, "DEBT": DEBTS, "L100": LETTERS, "INBOUND_CALL": DEBTS},
    resources=(LETTERS, INCOME),
)
YESTERDAY = days_before(NOW, 1)


async def made(records: Any, policy: Any = RULED, **how: Any) -> Any:
    return await overview_of(body_with(records, policy=policy), **how)


async def links(records: Any, policy: Any = RULED) -> dict[str, tuple[KnowledgeLink, ...]]:
    shown = (await made(records, policy)).cards(None, None, 20, None)
    return {edge.node.title: edge.node.knowledge for edge in shown.edges}


async def test_only_specific_items_have_a_link() -> None:
    """BR-CO-25."""
    told = {
        INTERACTION: history(
            happened(ONLINE, NOW, activity="EMPINC", title="Report"),
            happened(ONLINE, NOW, activity="OTHER", title="Something else"),
        ),
        CORRESPONDENCE: history(
            written(LETTER, NOW, template="L100", title="Decision"), written(LETTER, NOW, title="Another")
        ),
        DEBT: history(debt("100", NOW)),
    }
    shown = await links(told)
    assert shown.pop("Debt raised: FTB INC") == (DEBTS,)
    assert shown == {
        "Report employment income": (INCOME,),
        "Something else": (),
        "Decision": (LETTERS,),
        "Another": (),
    }


async def test_the_link_of_an_activity_stands_before_that_of_its_kind() -> None:
    """BR-CO-25."""
    call = happened(CALL, NOW, activity="EMPINC", title="Income")
    assert await links({INTERACTION: history(call)}) == {"Report employment income": (INCOME, DEBTS)}


async def test_a_card_of_several_activities_has_the_links_of_each_once() -> None:
    ruled = msgspec.structs.replace(
        RULED,
        cards=msgspec.structs.replace(POLICY.cards, online=OnlineCards.BY_DAY),
        knowledge={"EMPINC": INCOME, "ADDR": DEBTS, "CLAIM": INCOME},
    )
    done = [happened(ONLINE, NOW, activity=code, title=code) for code in ("ADDR", "EMPINC", "CLAIM", "DOCUP")]
    ((title, found),) = (await links({INTERACTION: history(*done)}, ruled)).items()
    assert title == "multiple activities"
    assert sorted(link.title for link in found) == ["a", "b"]


async def test_an_overview_has_the_links_of_its_cards_once_in_their_order() -> None:
    """BR-CO-25; what is pinned stands first, what is outside the window has no say."""
    ruled = msgspec.structs.replace(RULED, knowledge={**RULED.knowledge, "UPDATE_PHONE_NUMBER": LETTERS})
    told = {
        INTERACTION: history(
            happened(ONLINE, NOW, activity="EMPINC"),
            happened(ONLINE, YESTERDAY, activity="EMPINC"),
            happened(InteractionKind.UPDATE_PHONE_NUMBER, days_before(NOW, 2)),
        ),
        DEBT: history(debt("100", days_before(NOW, 40))),
    }
    shown = await made(told, ruled)
    assert [card.kind for card in shown.pinned] == [Kind.UPDATE_PHONE_NUMBER]
    assert shown.knowledge == (LETTERS, INCOME)


async def test_an_overview_without_cards_has_resources_and_no_knowledge() -> None:
    shown = await made({})
    assert (shown.knowledge, shown.resources) == ((), (LETTERS, INCOME))


async def test_a_restricted_record_has_neither() -> None:
    """BR-CO-52."""
    told = {RESTRICTION: Restriction(OWNER, True), DEBT: history(debt("100", NOW))}
    shown = await made(told)
    assert (shown.knowledge, shown.resources) == ((), ())


async def test_a_partner_gets_the_links_of_the_cards_it_sees() -> None:
    told = {DEBT: history(debt("100", NOW)), INTERACTION: history(happened(ONLINE, NOW, activity="EMPINC"))}
    blind = msgspec.structs.replace(PARTNER, scopes=PARTNER.scopes - {"debts:read"})
    assert set((await made(told, caller=PARTNER)).knowledge) == {INCOME, DEBTS}
    assert (await made(told, caller=blind)).knowledge == (INCOME,)


@pytest.mark.parametrize(
    "told",
    [
        *({"record_flags": (flag,)} for flag in RecordFlag),
        *({"record_type": kind} for kind in RecordType),
    ],
    ids=str,
)
@pytest.mark.parametrize("presentation", Presentation)
async def test_a_flag_or_a_type_of_record_takes_nothing_from_an_overview(
    told: dict[str, Any], presentation: Presentation
) -> None:
    """Whoever deals with the record of somebody who died, or with a child's, needs to know what happened."""
    calls = history(happened(CALL, NOW))
    plain = await made({INTERACTION: calls}, presentation=presentation)
    shown = await made({CUSTOMER: customer(OWNER, **told), INTERACTION: calls}, presentation=presentation)
    assert shown.cards(None, None, 10, None).total_count == 1
    assert not shown.restricted
    assert (shown.completeness, shown.knowledge, shown.resources) == (
        plain.completeness,
        plain.knowledge,
        plain.resources,
    )
    assert (shown.profile_indicators, shown.banners) == ((), ())
