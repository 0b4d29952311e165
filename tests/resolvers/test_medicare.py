"""Medicare numbers are never shown (BR-CO-6), and other numbers stay: every number here is invented."""

import random
from typing import Any

import pytest
from msgspec.structs import fields

from resolvers.cards.activity import Details, DigitalDetails, VisitDetails
from resolvers.histories import history_page
from resolvers.medicare import ITEMS, TEXTS, without_numbers
from resolvers.sealing import NodeKey, node_id
from resolvers.search import by_node_id
from sources.parts import (
    CORRESPONDENCE,
    CUSTOMER,
    ENTITLEMENT,
    INTERACTION,
    Correspondence,
    Entitlement,
    Interaction,
)
from sources.parts.customer import AccountState, Indicator, IndicatorKind
from sources.parts.entitlement import Benefit, BenefitStatus
from sources.parts.interaction import InteractionKind, Location, SourceRef
from sources.source import EVERYTHING
from tests.people import NOW, body_with, overview_of, picture_of, there
from tests.records import CALL, ONLINE, OWNER, SMS, customer, happened, history, written

CARD = "2123456701"
SPACED = "2123 45670 1"
MARK = "[Medicare number]"


@pytest.mark.parametrize(
    "text",
    [
        SPACED,
        CARD,
        "2123-45670-1",
        "2123\u00a045670\u00a01",
        "2123 45670 1/2",
        "2123456701/2",
        "2123456701 / 2",
        "2123 45670 1-2",
        "212345670 1",
        "9123 45678 0",  # mistyped, and written as nothing else is
        "2345678912/1",  # its check digit is wrong, its form is not
    ],
)
def test_a_medicare_number_is_taken_out_however_it_is_written(text: str) -> None:
    """BR-CO-6."""
    assert without_numbers(text, MARK) == MARK
    assert without_numbers(f"Card {text}, seen.", MARK) == f"Card {MARK}, seen."
    assert without_numbers(f"({text})", MARK) == f"({MARK})"


@pytest.mark.parametrize(
    "text",
    ["Medicare 2345678911", "medicare card no. 2345678911", "MEDICARE: 3345678911", "Medicare2345678911"],
)
def test_after_the_word_medicare_ten_digits_are_one_even_if_mistyped(text: str) -> None:
    """BR-CO-6."""
    assert without_numbers(text, "#").endswith("#")
    assert without_numbers("2345678911", "#") == "2345678911"


@pytest.mark.parametrize(
    "text",
    [
        "0491 570 156",
        "0491570156",
        "(02) 5550 1234",
        "0255501234",
        "+61 491 570 156",
        "+61491570156",
        "Medicare 0491570156",
        "Medicare enquiry, call 4915701560",
        f"+1 {CARD}",
        f"+61 {CARD}",
        "1300 123 456",
        "1300123456",
        "204123456K",
        "Receipt 4012345678",
        "Receipt 2123456700",
        f"R{CARD}",
        f"{CARD}X",
        f"1{CARD}",
        f"{CARD}1",
        f"{CARD}.50",
        f"${CARD}",
        f"7-{CARD}",
        f"{CARD}-22",
        "51 824 753 556",
        "123 456 782",
        "4567 8901 2345 6789",
        "062-000 12345678",
        "12345678901",
        "10/03/2025 09:30",
        "2025-03-10T09:30:00",
        "2123 456",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """BR-CO-6 is precise: telephones, receipts, CRNs, amounts, accounts and days are not Medicare numbers."""
    assert without_numbers(text, MARK) == text


def test_of_receipts_that_are_ten_bare_digits_one_in_twenty_two_is_lost() -> None:
    """What the check digit cannot tell apart; as many are allowed for as chance makes likely."""
    numbers = [f"{random.Random(seed).randrange(10**10):010d}" for seed in range(4_000)]
    lost = sum(without_numbers(f"Receipt {number}", MARK) != f"Receipt {number}" for number in numbers)
    assert 0.03 < lost / len(numbers) < 0.06


def test_all_of_several_are_taken_out() -> None:
    assert without_numbers(f"{SPACED} and {CARD}; call 0491570156", "#") == "# and #; call 0491570156"


def test_every_text_of_details_is_looked_at() -> None:
    """Whoever adds a text to the details decides here whether a source's own words stand in it."""
    no_words = {"receipt_number", "time_zone", "language"}
    for kind in Details.__args__:
        texts = {one.name for one in fields(kind) if one.type in {str, str | None}}
        assert texts - no_words == set(TEXTS.get(kind, ())), kind


async def cards_of(*records: Any) -> Any:
    part = CORRESPONDENCE if hasattr(records[0], "template") else INTERACTION
    made = await overview_of(body_with({part: history(*records)}))
    return [edge.node for edge in made.cards(None, None, 10, None).edges]


async def test_no_text_of_a_card_or_an_activity_shows_one() -> None:
    """BR-CO-6."""
    visit = happened(
        InteractionKind.SERVICE_CENTRE_VISIT,
        NOW,
        summary=f"Showed {SPACED}",
        location=Location(f"Centre {CARD}", "Australia/Sydney"),
        queue=f"Q {CARD}",
        contact_type=f"For {SPACED}",
    )
    (card,) = await cards_of(visit)
    (shown,) = card.activities
    assert (card.title, card.description) == (f"Centre {MARK}", f"Showed {MARK}")
    assert (shown.title, shown.description) == (card.title, card.description)
    assert isinstance(shown.details, VisitDetails)
    assert (shown.details.location, shown.details.queue) == (f"Centre {MARK}", f"Q {MARK}")
    assert shown.details.contact_type == f"For {MARK}"
    (message,) = await cards_of(written(SMS, NOW, title=SPACED, description=CARD, recipient_masked=CARD))
    assert (message.title, message.description) == (MARK, MARK)
    assert message.activities[0].details.recipient_masked == MARK


async def test_the_numbers_of_a_record_itself_stay() -> None:
    """A receipt number and the number at the source are numbers of their own, whatever they look like."""
    done = happened(
        ONLINE, NOW, id=CARD, receipt_number=CARD, status_raw=f"Held {CARD}", source=SourceRef("portal", CARD)
    )
    (card,) = await cards_of(done)
    (shown,) = card.activities
    assert (shown.id, shown.source.native_id) == (CARD, CARD)
    assert isinstance(shown.details, DigitalDetails)
    assert (shown.details.status, shown.details.receipt_number) == (f"Held {MARK}", CARD)


def test_every_text_of_an_item_is_looked_at() -> None:
    """Whoever adds a text to these records decides here whether a source's own words stand in it."""
    no_words: dict[Any, set[str]] = {
        Interaction: {"id", "activity", "officer", "receipt_number", "call_id"},
        Correspondence: {"id", "template", "language", "reissue_of"},
    }
    for kind, numbers in no_words.items():
        texts = {one.name for one in fields(kind) if one.type in {str, str | None}}
        assert texts - numbers == set(ITEMS[kind]), kind


async def test_no_text_of_a_history_shows_one_and_its_order_stays() -> None:
    """BR-CO-6."""
    call = happened(CALL, NOW, title=f"About {CARD}", summary=SPACED, queue=f"Q {CARD}", receipt_number=CARD)
    message = written(SMS, NOW, title=CARD, description=f"Of {SPACED}", recipient_masked=CARD)
    body = body_with({INTERACTION: history(call), CORRESPONDENCE: history(message)})
    for part, texts in (
        (
            INTERACTION,
            {"title": f"About {MARK}", "summary": MARK, "queue": f"Q {MARK}", "receipt_number": CARD},
        ),
        (CORRESPONDENCE, {"title": MARK, "description": f"Of {MARK}", "recipient_masked": MARK}),
    ):
        seen = await picture_of(body)
        page = await there(history_page(seen.scope, seen, part, EVERYTHING, 10, None, ()))
        (edge,) = page.edges
        assert {name: getattr(edge.node, name) for name in texts} == texts
        kind = "Interaction" if part is INTERACTION else "Correspondence"
        sealed = node_id(seen.scope.sealer, NodeKey(kind, OWNER, edge.node.id))
        assert await by_node_id(body.scope(), sealed, ()) == edge.node


async def test_no_alert_shows_one() -> None:
    """BR-CO-6."""
    told = Benefit("YAL", BenefitStatus.SUSPENDED, NOW.date(), f"of {CARD}")
    made = await overview_of(body_with({ENTITLEMENT: Entitlement(OWNER, benefits=(told,))}))
    assert [alert.label for alert in made.alerts] == [f"YAL Suspended - of {MARK} 10 Mar"]


async def test_titles_that_differ_by_it_only_are_one_card() -> None:
    calls = [happened(CALL, NOW, title=f"About {text}") for text in (SPACED, CARD, "2345 67891 1")]
    (card,) = await cards_of(*calls)
    assert (card.title, card.count) == (f"About {MARK}", 3)


async def test_no_indicator_shows_one() -> None:
    """BR-CO-6."""
    marks = (
        Indicator(IndicatorKind.REMOTE, detail=f"Gove {CARD}"),
        Indicator(IndicatorKind.MOBILE_APP, state=AccountState.LOCKED, lock_reason=f"Gave {SPACED}"),
    )
    remote, app = (
        await overview_of(body_with({CUSTOMER: customer(OWNER, indicators=marks)}))
    ).profile_indicators
    assert (remote.hover_text, app.hover_text) == (f"Gove {MARK}", f"Locked: Gave {MARK}")
    assert app.lock_reason == f"Gave {MARK}"
