"""Made-up histories: days full of calls, transactions, letters, messages and debts, many of them alike."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.interaction import InteractionKind, Outcome
from tests.people import NOW
from tests.records import debt, happened, written

KINDS = st.sampled_from(
    [
        InteractionKind.INBOUND_CALL,
        InteractionKind.ONLINE_ACTIVITY,
        InteractionKind.MOBILE_APP_ACTIVITY,
        InteractionKind.UPDATE_PHONE_NUMBER,
        InteractionKind.SERVICE_CENTRE_VISIT,
        InteractionKind.FORM,
        InteractionKind.CASE_NOTE,
        InteractionKind.OTHER,
    ]
)
CHANNELS = st.sampled_from(
    [
        CorrespondenceChannel.LETTER_ONLINE,
        CorrespondenceChannel.LETTER_PAPER,
        CorrespondenceChannel.EMAIL,
        CorrespondenceChannel.SMS,
        CorrespondenceChannel.FAX,
    ]
)
TITLES = st.sampled_from(["Asked", "asked", "Reported", "Told"])
OUTCOMES = st.sampled_from([Outcome.SUCCESS, Outcome.NOT_ACHIEVED])
MOMENTS = st.integers(0, 12 * 24).map(lambda number: NOW - timedelta(hours=3 * number))


@st.composite
def record(draw: st.DrawFn, moments: st.SearchStrategy[datetime] = MOMENTS) -> Any:
    """Anything that happened at one of few moments under one of few titles."""
    at, title, family = draw(moments), draw(TITLES), draw(st.integers(0, 9))
    number = f"R{draw(st.integers(0, 10**9))}"
    if family < 5:
        return happened(draw(KINDS), at, id=number, title=title, outcome=draw(OUTCOMES))
    if family < 9:
        return written(draw(CHANNELS), at, id=number, title=title)
    return debt("10", at, id=number)


def lives(most: int = 30) -> st.SearchStrategy[list[Any]]:
    """The records of one customer, each number once."""
    return st.lists(record(), max_size=most, unique_by=lambda one: one.id)
