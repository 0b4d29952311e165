"""The entries of a timeline: one thing that happened, told once, and its place among all the others."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from resolvers.cards.activity import IconColour, Kind
from resolvers.recency import Recency
from resolvers.sealing import NodeKey, Sealer, node_id
from sources.crn import Crn
from sources.parts import CORRESPONDENCE, INTERACTION
from sources.parts.customer import RelationshipKind
from sources.parts.interaction import Channel, Direction, Outcome, SourceRef
from sources.words import Word


class TimelineKind(Word):
    """What an entry of a timeline tells of: everything that has a card, and what became of entitlements."""

    _ignore_ = ["one"]  # noqa: RUF012
    # an entry is of the kind of its card, so that a new kind of card is a kind here without being named again
    for one in Kind:
        locals()[one.name] = (one.value, one.doc)

    CLAIM = "CLAIM", "A claim was submitted or decided."
    PAYMENT = "PAYMENT", "A payment started, was suspended, resumed or cancelled."
    REPORT = "REPORT", "A report was submitted."


class Place(Struct, frozen=True, order=True, array_like=True):
    """The place of an entry among all others of its timeline, whoever told it: the higher stands first.

    `at` is the place of its record in its history, which never changes: for a letter a moment on its issue date, for
    a message when it was made.
    """

    at: datetime
    part: str
    crn: Crn
    id: str


class Person(Struct, frozen=True):
    """The related person that an entry is about. `crn` is None for a caller who may not see numbers."""

    kind: RelationshipKind
    crn: Crn | None


NODES: Final[Mapping[str, str]] = {INTERACTION.name: "Interaction", CORRESPONDENCE.name: "Correspondence"}
"""The nodes that items of histories are, by part."""


class Entry(Struct, frozen=True):
    """One thing that happened. `officer` is a staff id, for staff only; `person` is set for an entry of a related
    person. `item` is the item of a history that it is told by, where it is one, and `sealer` seals that item's id."""

    id: str
    place: Place
    kind: TimelineKind
    at: datetime
    day: date
    recency: Recency | None
    title: str
    description: str | None
    channel: Channel | None
    direction: Direction
    outcome: Outcome
    colour: IconColour
    source: SourceRef
    department: str | None = None
    officer: str | None = None
    person: Person | None = None
    pinned: bool = False
    pin_reason: str | None = None
    item: Any = None
    sealer: Sealer | None = None

    @property
    def record(self) -> str | None:
        """The node id of what it is told by, where that has one."""
        if self.sealer is None or self.item is None:
            return None
        return node_id(self.sealer, NodeKey(NODES[self.place.part], self.item.crn, self.item.id))
