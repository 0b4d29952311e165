"""Smart IVR: what the caller heard and answered in the current call (BR-CO-60, BR-CO-61)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.call import CallContext
from resolvers.caller import Caller, Presentation
from resolvers.overview import OVERVIEW_PARTS, overview
from resolvers.refusal import Refusal
from resolvers.smart_ivr import IvrCard
from sources.errors import SourceUnavailable
from sources.parts import INTERACTION
from sources.parts.interaction import InteractionKind, Outcome
from tests.people import EVERY_SCOPE, LABELS, NOW, OFFICER, PARTNER, body_with, picture_of
from tests.records import CALL, happened, history

NUMBER = InteractionKind.UPDATE_PHONE_NUMBER
ESTIMATE = InteractionKind.FAMILY_INCOME_ESTIMATE
REMINDER = InteractionKind.IVR_REMINDER_MESSAGE
BEGAN = NOW - timedelta(minutes=5)
HERE = CallContext("C1", NOW - timedelta(minutes=1))
SMART = Presentation.SMART_CENTRE


async def heard(
    *items: Any,
    call: CallContext | None = HERE,
    presentation: Presentation = SMART,
    caller: Caller = OFFICER,
) -> tuple[IvrCard, ...]:
    told = items[0] if items and isinstance(items[0], Exception) else history(*items)
    body = body_with({INTERACTION: told})
    return overview(await picture_of(body, caller=caller), None, presentation, call).smart_ivr


def prompt(kind: InteractionKind, outcome: Outcome, **told: Any) -> Any:
    return happened(
        kind, BEGAN, **({"outcome": outcome, "call_id": "C1", "title": "In its own words"} | told)
    )


@pytest.mark.parametrize("kind", [NUMBER, ESTIMATE])
@pytest.mark.parametrize(
    ("outcome", "colour", "result"),
    [
        (Outcome.SUCCESS, "GREEN", "Done in this call. Do not ask again."),
        (Outcome.NOT_ACHIEVED, "RED", "Not done in this call."),
        (Outcome.ACTION_REQUIRED, "AMBER", "An officer has to follow up."),
        (Outcome.MIXED, "AMBER", "Done in part. Check what is missing."),
        (Outcome.UNKNOWN, "AMBER", "What came of it is not known. Check it."),
    ],
)
async def test_a_task_has_one_of_three_icons_and_says_what_was_asked_and_what_came_of_it(
    kind: InteractionKind, outcome: Outcome, colour: str, result: str
) -> None:
    """BR-CO-60, BR-CO-61."""
    (card,) = await heard(prompt(kind, outcome))
    assert (card.kind.value, card.colour.value, card.result) == (kind.value, colour, result)
    assert (card.asked, card.text) == (LABELS.ivr[kind.value], "In its own words")


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (Outcome.SUCCESS, True),
        (Outcome.NOT_APPLICABLE, True),
        (Outcome.NOT_ACHIEVED, False),
        (Outcome.MIXED, False),
        (Outcome.UNKNOWN, False),
    ],
)
async def test_a_reminder_is_there_only_if_it_was_played_to_the_end(outcome: Outcome, shown: bool) -> None:
    """BR-CO-60."""
    cards = await heard(prompt(REMINDER, outcome, title="Played: report by Tuesday"))
    assert [(card.text, card.result, card.colour.value) for card in cards] == [
        ("Played: report by Tuesday", "The caller has heard it. Do not repeat it.", "BLUE")
    ][: int(shown)]


async def test_they_stand_in_the_order_in_which_the_caller_heard_them() -> None:
    late = prompt(ESTIMATE, Outcome.SUCCESS, recorded_at=NOW, id="a", title="Second")
    late = msgspec.structs.replace(late, started_at=BEGAN + timedelta(seconds=30))
    assert [card.text for card in await heard(late, prompt(NUMBER, Outcome.SUCCESS, title="First"))] == [
        "First",
        "Second",
    ]


@pytest.mark.parametrize(
    ("call", "presentation", "caller"),
    [
        (None, SMART, OFFICER),
        (CallContext("C2", HERE.answered_at), SMART, OFFICER),
        (HERE, Presentation.SERVICE_CENTRE, OFFICER),
        (HERE, SMART, PARTNER),
    ],
)
async def test_they_belong_to_the_current_call_in_the_smart_centre_and_to_officers(
    call: CallContext | None, presentation: Presentation, caller: Caller
) -> None:
    """BR-CO-60."""
    assert (
        await heard(prompt(NUMBER, Outcome.SUCCESS), call=call, presentation=presentation, caller=caller)
        == ()
    )


async def test_a_medicare_number_is_hidden_in_them_too() -> None:
    (card,) = await heard(prompt(NUMBER, Outcome.SUCCESS, title="Said 2123 45670 1"))
    assert card.text == f"Said {LABELS.overview['medicare_number']}"


async def test_where_the_interactions_are_away_it_is_not_said_that_nothing_was_asked() -> None:
    with pytest.raises(SourceUnavailable):
        await heard(SourceUnavailable("telephony"))
    assert await heard(SourceUnavailable("telephony"), call=None) == ()


async def test_without_the_scope_for_the_timeline_it_is_refused_and_not_empty() -> None:
    blind = msgspec.structs.replace(OFFICER, scopes=EVERY_SCOPE - {"timeline:read"})
    with pytest.raises(Refusal) as refused:
        await heard(prompt(NUMBER, Outcome.SUCCESS), caller=blind)
    assert refused.value.code == "FORBIDDEN_FIELD"


async def test_what_is_asked_in_the_call_is_in_one_place_only() -> None:
    body = body_with({INTERACTION: history(prompt(NUMBER, Outcome.SUCCESS), happened(CALL, BEGAN))})
    shown = overview(await picture_of(body), None, SMART, HERE)
    assert ([card.kind.value for card in shown.smart_ivr], shown.pinned) == ([NUMBER.value], ())
    after = overview(await picture_of(body), None, SMART, None)
    assert (after.smart_ivr, [card.kind.value for card in after.pinned]) == ((), [NUMBER.value])


async def test_a_call_that_was_answered_in_the_year_1_hides_nothing_and_breaks_nothing() -> None:
    body = body_with({INTERACTION: history(happened(CALL, BEGAN, id="on"))})
    picture = await picture_of(body, OVERVIEW_PARTS)
    call = CallContext("C2", datetime(1, 1, 1, tzinfo=UTC))
    assert len(overview(picture, None, call=call).cards(None, None, 9, None).edges) == 1
