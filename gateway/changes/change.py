"""What an event says has changed, by its type; and what becomes of those that say nothing that can be used."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from gateway.changes.cloud_event import Event
from gateway.changes.senders import Sender
from resolvers.outdated import Invalidator, Outdated
from resolvers.refusal import Refusal
from sources.crn import CrnScheme

CUSTOMER: Final = "au.gov.overview.customer.changed.v1"
PART: Final = "au.gov.overview.part.changed.v1"
SYSTEM: Final = "au.gov.overview.system.changed.v1"

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {CUSTOMER: ("crn",), PART: ("crn", "part"), SYSTEM: ("system",)}
"""What the data of each type has to name."""


class _Data(Struct, frozen=True):
    crn: str | None = None
    part: str | None = None
    system: str | None = None


class Refused(Struct, frozen=True):
    """An event that was refused: its place in the message, and the code."""

    index: int
    code: str


class Heard(Struct, frozen=True):
    """What a message says: each thing that is out of date, how many events said so, how many were of unknown types,
    and which were refused."""

    outdated: tuple[Outdated, ...]
    accepted: int
    ignored: int
    refused: tuple[Refused, ...]


class Hearing:
    """Tells what events say."""

    def __init__(self, scheme: CrnScheme, invalidator: Invalidator) -> None:
        self._scheme = scheme
        self._invalidator = invalidator

    def hear(self, sender: Sender, events: Iterable[Event | None]) -> Heard:
        """Return what the events of a sender say; a bad one costs only itself."""
        outdated: dict[Outdated, None] = {}
        accepted, ignored, refused = 0, 0, list[Refused]()
        for index, event in enumerate(events):
            try:
                told = self._told(sender, event)
            except Refusal as refusal:
                refused.append(Refused(index, refusal.code))
                continue
            if told is None:
                ignored += 1
            else:
                accepted += 1
                outdated[told] = None  # what is said twice is done once
        return Heard(tuple(outdated), accepted, ignored, tuple(refused))

    def _told(self, sender: Sender, event: Event | None) -> Outdated | None:
        if event is None:
            raise Refusal("BAD_REQUEST")
        if event.type not in NEEDS:
            return None
        data = _data(event.data)
        if any(getattr(data, name) is None for name in NEEDS[event.type]):
            raise Refusal("BAD_USER_INPUT")
        if event.type == SYSTEM:
            outdated = Outdated(system=data.system)
        else:
            outdated = Outdated(self._crn(data.crn or ""), data.part)
        self._invalidator.check(outdated)
        if not sender.may_say(outdated):
            raise Refusal("FORBIDDEN")
        return outdated

    def _crn(self, told: str) -> Any:
        try:
            return self._scheme.parse(told)
        except ValueError:
            raise Refusal("BAD_USER_INPUT") from None


def _data(data: Any) -> _Data:
    try:
        return msgspec.convert(data, _Data)
    except msgspec.ValidationError:
        raise Refusal("BAD_USER_INPUT") from None
