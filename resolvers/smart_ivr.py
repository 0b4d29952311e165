"""Smart IVR: what the caller heard and answered before this call was put through (BR-CO-60, BR-CO-61).

It is there so that the officer repeats neither messages nor tasks. It belongs to the current call alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from resolvers.call import CallContext
from resolvers.cards.activity import IconColour
from resolvers.medicare import without_numbers
from resolvers.policy import Labels
from sources.parts import History, Interaction
from sources.parts.interaction import InteractionKind, Outcome, SourceRef
from sources.words import Word


class IvrKind(Word):
    """What the machine asked or played before an officer answered."""

    UPDATE_PHONE_NUMBER = "UPDATE_PHONE_NUMBER", "It asked to confirm or update the telephone number."
    FAMILY_INCOME_ESTIMATE = "FAMILY_INCOME_ESTIMATE", "It asked for an estimate of the family's income."
    IVR_REMINDER_MESSAGE = "IVR_REMINDER_MESSAGE", "It played a reminder."


HEARD: Final[Mapping[InteractionKind, IvrKind]] = {InteractionKind[kind.name]: kind for kind in IvrKind}
ICONS: Final[Mapping[Outcome, IconColour]] = {
    Outcome.SUCCESS: IconColour.GREEN,
    Outcome.NOT_ACHIEVED: IconColour.RED,
}
"""The three icons of a task: done, refused or failed, and amber for whatever an officer has to look into."""

PLAYED: Final = frozenset({Outcome.SUCCESS, Outcome.NOT_APPLICABLE})


class IvrCard(Struct, frozen=True):
    """One thing that the machine asked or played in the current call, and what came of it."""

    id: str
    kind: IvrKind
    at: datetime
    asked: str
    text: str
    result: str
    outcome: Outcome
    colour: IconColour
    source: SourceRef


def ivr_cards(
    history: History[Interaction] | None, call: CallContext | None, labels: Labels
) -> tuple[IvrCard, ...]:
    """Return what was asked and played in a call, in the order in which the caller heard it."""
    if history is None or call is None:
        return ()
    heard = [
        _card(HEARD[item.kind], item, labels)
        for item in history.items
        if item.kind in HEARD and item.call_id == call.call_id and _was_heard(item)
    ]
    return tuple(sorted(heard, key=lambda card: (card.at, card.id)))


def _was_heard(item: Interaction) -> bool:
    """Tell whether it was a task, or a reminder that was played to the end (BR-CO-60)."""
    return item.kind is not InteractionKind.IVR_REMINDER_MESSAGE or item.outcome in PLAYED


def _card(kind: IvrKind, item: Interaction, labels: Labels) -> IvrCard:
    message = kind is IvrKind.IVR_REMINDER_MESSAGE
    return IvrCard(
        id=item.id,
        kind=kind,
        at=item.started_at,
        asked=labels.ivr[kind.value],
        text=without_numbers(item.summary or item.title, labels.overview["medicare_number"]),
        result=labels.ivr["PLAYED" if message else item.outcome.value],
        outcome=item.outcome,
        colour=IconColour.BLUE if message else ICONS.get(item.outcome, IconColour.AMBER),
        source=item.source,
    )
