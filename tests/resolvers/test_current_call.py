"""The call that the officer is in: left out of the history, and read no older than it is."""

from datetime import timedelta
from typing import Any

import pytest

from resolvers.call import CallContext
from resolvers.cards.activity import Kind
from resolvers.overview import Overview, overview, overview_during
from resolvers.refusal import Refusal
from sources.errors import SourceTimeout
from sources.parts import INTERACTION, RESTRICTION, Restriction
from sources.parts.interaction import InteractionKind, Outcome
from tests.people import NOW, OFFICER, Body, body_with, overview_of, picture_of
from tests.records import CALL, OWNER, happened, history

ANSWERED = NOW - timedelta(minutes=2)
HERE = CallContext("C1", ANSWERED)
QUEUED = InteractionKind.PLACE_IN_QUEUE
ARRANGED = InteractionKind.SCHEDULED_CALLBACK
NUMBER = InteractionKind.UPDATE_PHONE_NUMBER
OVER = ANSWERED - timedelta(days=1)


async def during(call: CallContext | None, *items: Any) -> Overview:
    body = body_with({INTERACTION: history(*items)})
    return overview(await picture_of(body), None, None, call)


def listed(shown: Overview) -> list[tuple[str, bool]]:
    page = shown.cards(None, None, 20, None)
    return [(edge.node.title, edge.node.on_current_call) for edge in page.edges]


async def test_the_call_that_the_officer_is_in_is_no_card_and_the_one_before_is() -> None:
    """BR-CO-16."""
    now = happened(CALL, ANSWERED, call_id="C1", title="This call")
    before = happened(CALL, OVER, call_id="C0", ended_at=OVER + timedelta(minutes=5), title="An earlier call")
    assert listed(await during(HERE, now, before)) == [("An earlier call", False)]
    assert [title for title, _ in listed(await during(None, now, before))] == ["This call", "An earlier call"]


async def test_whatever_was_done_in_the_current_call_is_nowhere_in_the_history() -> None:
    items = [
        happened(kind, ANSWERED, call_id="C1", title=kind.value)
        for kind in InteractionKind
        if kind not in {QUEUED, ARRANGED}
    ]
    shown = await during(HERE, *items)
    assert listed(shown) == []
    assert shown.pinned == ()


@pytest.mark.parametrize("kind", [QUEUED, ARRANGED])
async def test_a_place_in_the_queue_and_a_call_back_are_shown_on_the_call_that_they_led_to(
    kind: InteractionKind,
) -> None:
    """BR-CO-16."""
    kept = happened(kind, ANSWERED - timedelta(hours=1), call_id="C1", title="Kept")
    assert listed(await during(HERE, kept)) == [("Kept", True)]
    assert listed(await during(CallContext("C2", ANSWERED), kept)) == [("Kept", False)]
    assert listed(await during(None, kept)) == [("Kept", False)]


@pytest.mark.parametrize(
    ("began", "ended", "shown"),
    [
        (ANSWERED - timedelta(minutes=20), None, False),
        (ANSWERED - timedelta(hours=2), None, False),
        (ANSWERED - timedelta(hours=2, seconds=1), None, True),
        (ANSWERED + timedelta(minutes=5), None, False),
        (ANSWERED - timedelta(minutes=20), ANSWERED - timedelta(minutes=10), True),
    ],
)
async def test_a_call_without_a_number_is_the_current_one_while_it_is_not_over_and_began_shortly_before(
    began: Any, ended: Any, shown: bool
) -> None:
    """BR-CO-16."""
    unnumbered = happened(CALL, began, ended_at=ended, title="Without a number")
    assert bool(listed(await during(HERE, unnumbered))) is shown
    assert listed(await during(CallContext("C1"), unnumbered)), "without a moment nothing is guessed"


async def test_a_number_updated_in_an_earlier_call_is_pinned_like_any_other() -> None:
    shown = await during(HERE, happened(NUMBER, OVER, call_id="C0", title="Confirmed"))
    assert [card.title for card in shown.pinned] == ["Confirmed"]


async def test_pages_of_one_call_are_no_pages_of_another() -> None:
    items = [happened(CALL, OVER, call_id=f"C{at}", title=f"Call {at}") for at in range(2, 6)]
    body = body_with({INTERACTION: history(*items)})
    picture = await picture_of(body)
    first = overview(picture, None, None, HERE).cards(None, None, 2, None)
    with pytest.raises(Refusal) as refused:
        overview(picture, None, None, CallContext("C9")).cards(None, None, 2, first.page_info.end_cursor)
    assert refused.value.detail == "`after` is not a cursor of this list."


@pytest.mark.parametrize(
    "call",
    [
        CallContext(""),
        CallContext("a call"),
        CallContext("C" * 65),
        CallContext("C1", NOW + timedelta(minutes=5, seconds=1)),
        CallContext("C1", NOW.replace(tzinfo=None)),
    ],
)
async def test_a_call_that_cannot_be_is_refused(call: CallContext) -> None:
    with pytest.raises(Refusal) as refused:
        await during(call)
    assert refused.value.code == "BAD_USER_INPUT"


def heard(at: Any) -> Any:
    return happened(NUMBER, at, call_id="C1", outcome=Outcome.SUCCESS, title="Confirmed")


async def kept_before_the_call() -> Body:
    """A body whose interactions were read, and kept, before the call was answered."""
    body = body_with({INTERACTION: history(happened(CALL, OVER, title="An earlier call"))})
    await overview_of(body)
    body.clock.wait(10)
    body.asked.clear()
    return body


async def test_what_was_read_before_the_call_was_answered_is_read_again() -> None:
    body = await kept_before_the_call()
    body.tell(INTERACTION, history(heard(body.clock())))
    call = CallContext("C1", body.clock() - timedelta(seconds=5))
    shown = await overview_during(await picture_of(body), None, None, call)
    assert [card.text for card in shown.smart_ivr] == ["Confirmed"]
    assert body.times_asked(INTERACTION) == 1
    again = await overview_during(await picture_of(body), None, None, call)
    assert (len(again.smart_ivr), body.times_asked(INTERACTION)) == (1, 1), "once is enough for a call"


async def test_without_a_call_what_is_kept_is_served() -> None:
    body = await kept_before_the_call()
    await overview_during(await picture_of(body), None, None, None)
    await overview_during(await picture_of(body), None, None, CallContext("C1"))
    assert body.times_asked(INTERACTION) == 0


async def test_what_cannot_be_read_again_is_shown_as_it_was_and_as_stale() -> None:
    body = await kept_before_the_call()
    body.tell(INTERACTION, SourceTimeout("told"))
    call = CallContext("C1", body.clock() - timedelta(seconds=5))
    shown = await overview_during(await picture_of(body), None, None, call)
    assert listed(shown) == [("An earlier call", False)]
    (section,) = [one for one in shown.sections if one.source == INTERACTION.name]
    assert (section.status.value, shown.completeness.value) == ("STALE", "STALE")
    body.clock.wait(1)
    assert listed(await overview_of(body)) == [("An earlier call", False)], "and stays kept"


async def test_where_it_cannot_be_read_again_it_is_not_said_that_nothing_was_asked() -> None:
    body = await kept_before_the_call()
    call = CallContext("C1", body.clock() - timedelta(seconds=5))
    body.tell(INTERACTION, SourceTimeout("told"))
    with pytest.raises(SourceTimeout):
        _ = (await overview_during(await picture_of(body), None, None, call)).smart_ivr
    body.tell(INTERACTION, history(happened(CALL, OVER)))
    assert (await overview_during(await picture_of(body), None, None, call)).smart_ivr == ()


async def test_of_a_restricted_record_nothing_is_read_again() -> None:
    body = await kept_before_the_call()
    body.tell(RESTRICTION, Restriction(OWNER, restricted=True, manager=OFFICER.id))
    body.clock.wait(60)
    picture = await picture_of(body)
    body.asked.clear()
    shown = await overview_during(picture, None, None, CallContext("C1", body.clock()))
    assert (shown.restricted, shown.smart_ivr, body.asked) == (True, (), [])


def test_the_kinds_that_stay_are_the_ones_that_led_to_the_call() -> None:
    assert {Kind[QUEUED.name], Kind[ARRANGED.name]} == {Kind.PLACE_IN_QUEUE, Kind.SCHEDULED_CALLBACK}
