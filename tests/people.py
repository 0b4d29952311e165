"""A body with invented customers: sources that tell what they are told, a clock that stands, and requests."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from cache import CrnCache, Keys, MemoryStore
from cache.pieces import Pieces
from gateway.keyring import Keyring, KeyringSealer
from gateway.policy_file import labels, policy
from gateway.settings import USUAL_PURPOSES
from resolvers.access import Decision
from resolvers.agreement import Agreement
from resolvers.asking import Asking
from resolvers.browsing import Browsing
from resolvers.caller import Caller, CallerKind, Presentation
from resolvers.customer import Picture, picture
from resolvers.grants import Grants
from resolvers.kinship import Kinship
from resolvers.loaders import Loaders
from resolvers.neighbours import Neighbours, judge
from resolvers.overview import OVERVIEW_PARTS, Overview, overview
from resolvers.policy import Policy
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from sources.coalescing import Coalescing
from sources.crn import Crn, ServicesAustralia
from sources.errors import Fault
from sources.parts import PARTS, Part
from sources.parts.customer import Identifier
from sources.parts.history import Keyset
from sources.search import Finder
from sources.source import Filter, Page, Reading
from tests.records import OWNER, customer

T = TypeVar("T")
NOW = datetime(2025, 3, 10, 1, 30, tzinfo=UTC)  # half past noon in Sydney
POLICY = policy()
LABELS = labels()
SEALER = KeyringSealer(Keyring(b"k" * 32))
EVERY_SCOPE = frozenset(
    "customer:read crn:read overview:read timeline:read correspondence:read debts:read ownership:read "
    "claims:read customer:search contact:read sensitive:read".split()
)
OFFICER = Caller(CallerKind.STAFF, "officer-1", "body", scopes=EVERY_SCOPE)
PARTNER = Caller(CallerKind.PARTNER, "partner-1", "council", scopes=EVERY_SCOPE)


class StandingClock:
    """A clock that moves when it is told to; it tells the time and, from its start, the seconds."""

    def __init__(self, now: datetime = NOW) -> None:
        self.start = self.now = now

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - self.start).total_seconds()

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Told:
    """A source of one part that knows what it was told, and remembers what it was asked.

    `older` is what its pages are taken from, where that is more than its readings hold; `gaps` are the pages'.
    """

    system = "told"
    time_limit = 5.0
    retention_days = None
    most_at_once = 100

    def __init__(
        self, part: Part[Any], clock: StandingClock, asked: list[tuple[str, tuple[Crn, ...]]]
    ) -> None:
        self.part = part
        self.known: dict[Crn, Any] = {}
        self.older: Any = None
        self.gaps: tuple[Fault, ...] = ()
        self.pages: list[tuple[Crn, Keyset | None, int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self._clock = clock
        self._asked = asked

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[Any] | Fault]:
        self._asked.append((self.part.name, tuple(crns)))
        answer = {crn: self._answer(self.known[crn]) for crn in crns if crn in self.known}
        await self.open.wait()
        return answer

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        self.pages.append((crn, before, size))
        held = self.older or self.known[crn]
        if isinstance(held, Fault):
            raise held
        items = [
            one
            for one in held.items
            if (before is None or Keyset(one.at, one.id) < before) and wanted.admits(one)
        ]
        return Page(tuple(items[:size]), len(items) > size, self.gaps)

    def _answer(self, told: Any) -> Reading[Any] | Fault:
        return told if isinstance(told, Fault) else Reading(told, self._clock())


UNSAID: Any = object()
EVERY_PART = Agreement("council", frozenset(part.name for part in PARTS))


def asking(caller: Caller, now: datetime = NOW, purpose: Any = UNSAID, **told: Any) -> Asking:
    """A caller with the usual purpose; a partner with an agreement about everything."""
    if caller.kind is CallerKind.PARTNER:
        told = {"agreement": EVERY_PART} | told
    return Asking(caller, USUAL_PURPOSES[caller.kind] if purpose is UNSAID else purpose, now, **told)


class Body:
    """One gateway's neighbours: its sources by part, its cache, its directory, and what they were asked, in order."""

    system = "told"
    time_limit = 5.0

    def __init__(self, now: datetime = NOW, policy: Policy = POLICY) -> None:
        self.clock = StandingClock(now)
        self.policy = policy
        self.asked: list[tuple[str, tuple[Crn, ...]]] = []
        self.events: list[Struct] = []
        self.coalescing = Coalescing(self.clock, self.events.append)
        self.numbers: dict[Identifier, Crn] = {}
        self.sources = {part.name: Told(part, self.clock, self.asked) for part in PARTS}
        self.finder: Finder | None = None
        self.grants: Grants | None = None
        self.record: list[dict[Crn, Decision]] = []
        self.unrecorded: Refusal | None = None
        self.browsing = Browsing()
        self.kinship = Kinship()
        self.store = MemoryStore()
        self.keys = Keys(b"secret", "test", "1")
        self.cache = CrnCache(self.store, self.keys, judge, monotonic=self.clock.monotonic)
        self.pieces: Pieces | None = Pieces()

    async def resolve(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Crn]:
        self.asked.append(("identifier", ()))
        return {one: self.numbers[one] for one in identifiers if one in self.numbers}

    def tell(self, part: Part[Any], record: Any, owner: Crn = OWNER) -> None:
        self.sources[part.name].known[owner] = record

    def times_asked(self, part: Part[Any]) -> int:
        return sum(name == part.name for name, _ in self.asked)

    async def keeps(self, part: Part[Any], owner: Crn = OWNER) -> bool:
        (looked,) = await self.store.look([self.keys.place(part.name, "told", owner)])
        return looked.entry is not None

    def loaders(
        self,
        caller: Caller = OFFICER,
        purpose: Any = UNSAID,
        most_customers: int = 50,
        **told: Any,
    ) -> Loaders:
        neighbours = Neighbours(
            self.sources,
            self,
            self.cache,
            self.clock,
            self.events.append,
            self.coalescing,
            self.finder,
            self.grants,
            self.browsing,
            self.kinship,
        )
        return Loaders(
            neighbours,
            asking(caller, self.clock(), purpose, rules=self.policy.access, **told),
            most_customers,
            inf,
        )

    def scope(self, caller: Caller = OFFICER, loaders: Loaders | None = None) -> Scope:
        return Scope(
            request_id="r-1",
            caller=caller,
            purpose=USUAL_PURPOSES[caller.kind],
            now=self.clock(),
            policy=self.policy,
            labels=LABELS,
            scheme=ServicesAustralia(),
            loaders=loaders or self.loaders(caller),
            sealer=SEALER,
            source_states=list,
            record=self.put_on_record,
            pieces=self.pieces,
        )

    async def put_on_record(self, scope: Scope) -> None:
        """Keep what was decided so far; raise what the test put in the way."""
        if self.unrecorded is not None:
            raise self.unrecorded
        self.record.append(dict(scope.loaders.decisions))


def body_with(
    records: Mapping[Part[Any], Any], now: datetime = NOW, policy: Policy = POLICY, owner: Crn = OWNER
) -> Body:
    """A body that knows one customer."""
    body = Body(now, policy)
    for part, record in {PARTS[0]: customer(owner), **records}.items():
        body.tell(part, record, owner)
    return body


async def there(value: T | Awaitable[T]) -> T:
    """What is there at once or has to be waited for."""
    return await value if isinstance(value, Awaitable) else value


async def picture_of(
    body: Body, parts: Collection[Part[Any]] = OVERVIEW_PARTS, caller: Caller = OFFICER, owner: Crn = OWNER
) -> Picture:
    """What one request of a caller sees of a customer."""
    found = await picture(body.scope(caller), owner, parts)
    assert found is not None
    return found


async def overview_of(
    body: Body,
    since: Any = None,
    caller: Caller = OFFICER,
    owner: Crn = OWNER,
    presentation: Presentation | None = None,
) -> Overview:
    """The overview as one request of a caller gets it."""
    return overview(await picture_of(body, caller=caller, owner=owner), since, presentation)


def ruled(**cards: Any) -> Policy:
    """The policy that ships, with other rulings about cards."""
    return msgspec.structs.replace(POLICY, cards=msgspec.structs.replace(POLICY.cards, **cards))


def silent(policy: Policy, *kinds: str) -> Policy:
    """A policy that does not show alerts of these kinds."""
    return msgspec.structs.replace(policy, alerts=msgspec.structs.replace(policy.alerts, off=kinds))
