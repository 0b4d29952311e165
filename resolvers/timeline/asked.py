"""What is asked of a timeline: which entries are wanted, and how much of that its sources can be asked."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from resolvers.cards.correspondence import CHANNELS
from resolvers.histories import narrowed
from resolvers.medicare import without_numbers
from resolvers.refusal import Refusal, bad_input
from resolvers.scope import Scope
from resolvers.timeline.entry import Entry, TimelineKind
from sources.parts import INTERACTION, Part
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.customer import RelationshipKind
from sources.parts.interaction import Channel, InteractionKind, Outcome
from sources.source import Filter
from sources.sql.folding import chunks, folded

MOST_WORDS = 8
LONGEST_TEXT = 200
LOOKED_THROUGH = ("service_area", "contact_type", "queue")
"""The fields of an item that are looked through for a text, and that its entry does not show."""

LETTERS_AND_MESSAGES: dict[str, frozenset[CorrespondenceChannel]] = {
    "ONLINE_LETTER": frozenset({CorrespondenceChannel.LETTER_ONLINE}),
    "PAPER_LETTER": frozenset({CorrespondenceChannel.LETTER_PAPER}),
    "EMAIL": frozenset({CorrespondenceChannel.EMAIL}),
    "SMS": frozenset({CorrespondenceChannel.SMS}),
    "PUSH_NOTIFICATION": frozenset({CorrespondenceChannel.PUSH}),
    "OTHER": frozenset({CorrespondenceChannel.FAX, CorrespondenceChannel.OTHER}),
}
"""The channels of the correspondence of each kind."""


class Asked(Struct, frozen=True):
    """Which entries are wanted; what is empty does not narrow. `related` are the related people to show as well."""

    kinds: frozenset[TimelineKind] = frozenset()
    channels: frozenset[Channel] = frozenset()
    departments: frozenset[str] = frozenset()
    outcomes: frozenset[Outcome] = frozenset()
    officer: str | None = None
    since: date | None = None
    until: date | None = None
    text: str | None = None
    related: frozenset[RelationshipKind] = frozenset()

    @property
    def binding(self) -> str:
        """What a cursor of the list is bound to."""
        return msgspec.json.encode(self, order="deterministic").decode()

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the text, folded."""
        return _words(self.text or "")

    @property
    def scans(self) -> bool:
        """Whether more is looked through than shown: a source cannot be asked for all that is wanted."""
        return bool(self.departments or self.outcomes or self.officer or self.text)


NARROWS_NOTHING = Asked()


def checked(scope: Scope, asked: Asked) -> Asked:
    """Return what is asked; refuse what cannot be looked for, and the officers' names to whoever is none."""
    narrowed(scope, since=asked.since, until=asked.until)
    if asked.officer is not None and not scope.caller.is_staff:
        raise Refusal("FORBIDDEN_FIELD")
    text = asked.text
    if text is not None and not (len(text) <= LONGEST_TEXT and 1 <= len(asked.words) <= MOST_WORDS):
        raise bad_input(f"`text` can be 1 to {MOST_WORDS} words, and {LONGEST_TEXT} characters.")
    return asked


def source_filter(scope: Scope, asked: Asked, part: Part[Any]) -> Filter | None:
    """Return what a history's source is asked for; None when nothing of it can be wanted."""
    days = narrowed(scope, since=asked.since, until=asked.until)
    if part is INTERACTION:
        kinds = _interaction_kinds(asked.kinds)
        if asked.kinds and not kinds:
            return None
        channels = frozenset(one.value for one in asked.channels)
        return msgspec.structs.replace(days, kinds=kinds, channels=channels)
    ways = frozenset(CorrespondenceChannel)
    if asked.kinds:
        ways &= frozenset().union(*(LETTERS_AND_MESSAGES.get(kind.name, ()) for kind in asked.kinds))
    if asked.channels:
        ways &= {way for way in ways if CHANNELS.get(way, Channel.OTHER) in asked.channels}
    if not ways:
        return None
    every = len(ways) == len(CorrespondenceChannel)
    return msgspec.structs.replace(days, channels=frozenset() if every else frozenset(w.value for w in ways))


def _interaction_kinds(kinds: frozenset[TimelineKind]) -> frozenset[str]:
    named = {kind.name for kind in kinds}
    if "OTHER" in named:
        named.add(InteractionKind.CASE_NOTE.name)
    return frozenset(InteractionKind[name].value for name in named if name in InteractionKind.__members__)


def sieve(asked: Asked, mark: str) -> Callable[[Entry], bool]:
    """Return what tells whether an entry is wanted. `mark` stands where a Medicare number was."""
    if asked == NARROWS_NOTHING:
        return lambda _: True
    words = asked.words
    departments = {folded(name).strip() for name in asked.departments}

    def admits(entry: Entry) -> bool:
        return (
            (not asked.kinds or entry.kind in asked.kinds)
            and (not asked.channels or entry.channel in asked.channels)
            and (not asked.outcomes or entry.outcome in asked.outcomes)
            and (not departments or folded(entry.department or "").strip() in departments)
            and (asked.officer is None or entry.officer == asked.officer)
            and (asked.since is None or entry.day >= asked.since)
            and (asked.until is None or entry.day <= asked.until)
            and (not words or _is_told(words, _texts(entry, mark)))
        )

    return admits


def _texts(entry: Entry, mark: str) -> Iterator[str]:
    """Yield what a text is looked for in: what the entry says, and what else its item tells of where it was handled."""
    yield from filter(None, (entry.title, entry.description, entry.department, entry.officer))
    for name in LOOKED_THROUGH:
        text = getattr(entry.item, name, None)
        if text:
            yield without_numbers(text, mark)


def _is_told(words: tuple[str, ...], texts: Iterable[str]) -> bool:
    """Tell whether each of the words begins a word of one of the texts."""
    told = [word for text in texts for word in _words(text)]
    return all(any(one.startswith(word) for one in told) for word in words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(piece for pieces in chunks(text) for piece in pieces)
