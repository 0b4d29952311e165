"""The loader entry: the only way to a customer's data, and the only place that decides who may see it.

One set of dataloaders per request over the cache per CRN. The restriction is fetched in the same wave as the parts;
what arrives is withheld until the decision, kept only when the record is not restricted, and dropped when it is no.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from aiodataloader import DataLoader
from msgspec.structs import replace

from cache import NEGATIVE_SECONDS, Found
from resolvers.access import (
    Decision,
    Known,
    Verdict,
    before_asking,
    before_searching,
    decide,
    too_many,
    visible_parts,
)
from resolvers.admission import EVENTS, Admission, as_nobodys, person_of, value_of
from resolvers.asking import Asking
from resolvers.decoys import decoy_of
from resolvers.errands import Errands
from resolvers.grants import Grants, held
from resolvers.kinship import NOBODY, Kin
from resolvers.loading import Loading, Wanted
from resolvers.masking import masked
from resolvers.neighbours import Neighbours, keep_or_drop, look_up, may_browse, opened, renewed
from resolvers.numbers import canonical_of
from resolvers.refusal import Refusal
from resolvers.waiting import RESERVE, in_what_is_left
from sources.crn import Crn
from sources.document import DocumentSource, Streamed
from sources.errors import Fault
from sources.parts import CORRESPONDENCE, CUSTOMER, RESTRICTION, Part
from sources.parts.customer import Identifier
from sources.parts.history import Keyset
from sources.search import Candidates, Criteria, ask_finder
from sources.source import Filter, NothingKnown, Observer, Page, Reading, ask_page

ALIAS_HOPS = 2
UNSEEN = frozenset({Verdict.HIDDEN, Verdict.NOBODY})

Ask: TypeAlias = Callable[[int, str | None], Awaitable[Candidates]]


class Loaders:
    """The loaders of one request. `decisions` grows with every customer that is decided on; the audit reads it.

    `recorded` are those on record before the request has ended. By `until`, a monotonic moment, it is answered.
    `errands` are what is being loaded for it, `observe` is told what happens.
    """

    def __init__(self, neighbours: Neighbours, asking: Asking, most_customers: int, until: float) -> None:
        self.asking = asking
        self.observe: Final[Observer] = neighbours.observe
        neighbours = self._neighbours = neighbours.of(asking.asker)
        self._most = most_customers
        self._until = until - RESERVE
        self.errands: Final = Errands()
        self.loading: Final = Loading(neighbours, self.errands, self._until)
        self._directory = DataLoader(self.errands.batched(look_up(neighbours)))
        self._wanted: set[str] = set()
        self._reserved = 0
        self.decisions: dict[Crn, Decision] = {}
        self.recorded: dict[Crn, tuple[Decision, frozenset[str]]] = {}
        self.seen: dict[Crn, list[Admission]] = {}

    @property
    def grants(self) -> Grants | None:
        """Where grants of broken glass are kept."""
        return self._neighbours.grants

    @property
    def documents(self) -> DocumentSource | None:
        """Who has documents."""
        return self._neighbours.documents

    async def admit(self, crns: Collection[Crn], parts: Collection[Part[Any]]) -> dict[Crn, Admission]:
        """Load parts of customers in one wave and decide on each. A number that is another number of a person leads
        to that person's admission, under the canonical number."""
        self.count(crns)
        return await self.consider(crns, parts, noted=True)

    async def consider(
        self, crns: Collection[Crn], parts: Collection[Part[Any]], *, noted: bool = False
    ) -> dict[Crn, Admission]:
        """Load and decide as `admit` does, without counting: of people whom nobody asked for, a search came upon them.

        None of them is on record until `note` says so.
        """
        admissions: dict[Crn, Admission] = {}
        wanted = {crn: crn for crn in crns}
        for _ in range(ALIAS_HOPS + 1):
            wave = await self._wave(list(dict.fromkeys(wanted.values())), parts, noted=noted)
            for admission in wave.values() if noted else ():
                # a number that leads on shows nothing itself
                self.note(admission, shown=canonical_of(person_of(admission)) is None)
            admissions |= {crn: wave[canonical] for crn, canonical in wanted.items()}
            moved = {crn: canonical_of(person_of(admissions[crn])) for crn in wanted}
            wanted = {crn: canonical for crn, canonical in moved.items() if canonical is not None}
            if not wanted:
                break
        straight = all(one.crn == crn for crn, one in admissions.items())  # none led on to another number
        if noted and straight and any(one.decision.verdict in UNSEEN for one in admissions.values()):
            await self.pretend(",".join(crns), parts)
        return admissions

    async def pretend(self, asked: str, parts: Collection[Part[Any]]) -> None:
        """Work as much for a partner as if a question had led to somebody: to a restricted record, say."""
        if not self.asking.caller.is_staff:
            await self._wave([decoy_of(asked)], parts, noted=False)

    def note(self, admission: Admission, *, shown: bool = True, asked: bool = True) -> None:
        """Put a decision on record, and of an open one what is shown. Who was not `asked` for alarms nobody."""
        decision = admission.decision
        if asked and self.decisions.get(admission.crn) != decision and decision.code in EVENTS:
            self._neighbours.observe(EVENTS[decision.code](self.asking.request_id))
        self.decisions[admission.crn] = decision
        if shown and admission.decision.verdict is Verdict.OPEN:
            self.seen.setdefault(admission.crn, []).append(admission)

    def search(self, asked: Crn, wanted: Criteria, most: int) -> Ask:
        """Return what gives the candidates of a search, which shows so many customers at most and counts as so many.

        `asked` stands on record where a number would. Raise the refusal.
        """
        refused = before_searching(self.asking, asked)
        if refused is not None:
            self.decisions[asked] = refused
            raise Refusal(refused.code or "FORBIDDEN")
        finder, observe = self._neighbours.finder, self.observe
        if finder is None:
            raise Refusal("UNSUPPORTED_BY_SOURCE")
        self.count((), most)

        async def candidates(size: int, after: str | None) -> Candidates:
            asking = self.errands.begin(ask_finder(finder, wanted, size, after, observe))
            found = await in_what_is_left(self._until, finder.system, asking)
            if isinstance(found, Fault):
                self.decisions[asked] = Decision(asked, Verdict.REFUSED, "search", found.code)
                raise found
            return found

        return candidates

    def system(self, part: Part[Any]) -> str:
        """Return the name of the system that tells a part."""
        return self._neighbours.sources[part.name].system

    def fresh_until(self, part: Part[Any], outcome: Reading[Any] | NothingKnown) -> datetime:
        """Return the moment up to which an outcome counts as fresh."""
        if isinstance(outcome, NothingKnown):
            return outcome.read_at + timedelta(seconds=NEGATIVE_SECONDS)
        return outcome.read_at + timedelta(seconds=self._neighbours.cache.limits(part.name).fresh)

    async def resolve(self, identifier: Identifier) -> Crn | None:
        """Return the canonical number behind an identifier, None when it leads to nobody; raise the directory's fault.

        A look-up counts like a customer, and one that leads to nobody is on record like one.
        """
        asked = Crn(f"{identifier.kind.value} {identifier.value}")
        refused = before_asking(self.asking, asked)
        if refused is not None:
            self.decisions[asked] = refused
            raise Refusal(refused.code or "FORBIDDEN")
        self.count([asked])
        system, load = self._neighbours.directory.system, self._directory.load(identifier)
        found: Crn | Fault | None = await in_what_is_left(self._until, system, load)
        if isinstance(found, Fault):
            self.decisions[asked] = Decision(asked, Verdict.REFUSED, "look-up", found.code)
            raise found
        if found is None:
            self.decisions[asked] = Decision(asked, Verdict.NOBODY, "look-up")
        else:
            self._wanted = self._wanted - {asked} | {found}
        return found

    async def page(
        self, crn: Crn, part: Part[Any], wanted: Filter, before: Keyset | None, size: int
    ) -> Page[Any]:
        """Return older items of a customer that this request was let in to; raise the source's fault."""
        if self._shown(crn, part) is None:
            raise Refusal("FORBIDDEN_FIELD")
        source = self._neighbours.source(part)
        earliest = self.asking.earliest
        if earliest is not None:
            wanted = replace(wanted, since=max(earliest, wanted.since or earliest))
        older = self.errands.begin(ask_page(source, crn, wanted, before, size, self._neighbours.observe))
        page = await in_what_is_left(self._until, source.system, older)
        if isinstance(page, Fault):
            raise page
        return page

    async def renew(self, crn: Crn, part: Part[Any], since: datetime) -> Found | None:
        """Return a part, read after a moment, of a customer that this request was let in to; None if not shown."""
        decision, asking = self._shown(crn, part), self.asking
        if decision is None:
            return None
        seconds = max(0.0, (asking.now - since).total_seconds())
        renewing = self.errands.begin(renewed(self._neighbours, part, crn, seconds))
        found = await self.loading.found(part.name, renewing)
        await keep_or_drop(self._neighbours, {crn: decision}, {crn: {part.name: found}})
        return masked(part.name, found, decision, asking.earliest)

    async def document(self, crn: Crn, number: str) -> Streamed | None:
        """Return a document of a customer whose correspondence this request was let in to; raise its source's fault."""
        if self._shown(crn, CORRESPONDENCE) is None:
            raise Refusal("FORBIDDEN_FIELD")
        return await opened(self._neighbours, crn, number)

    def _shown(self, crn: Crn, part: Part[Any]) -> Decision | None:
        decision = self.decisions.get(crn)
        shown = decision is not None and decision.verdict is Verdict.OPEN and part.name in decision.parts
        return decision if shown else None

    def count(self, crns: Collection[str], found: int = 0) -> None:
        """Count customers that are asked for, and so many that may be found; refuse more than one operation may."""
        # before anything is awaited: fields that ask side by side are one operation
        wanted, reserved = self._wanted | set(crns), self._reserved + found
        if len(wanted) + reserved > self._most:
            raise Refusal("TOO_MANY_CUSTOMERS", f"One operation may ask for {self._most} customers at most.")
        self._wanted, self._reserved = wanted, reserved

    async def _wave(
        self, crns: Collection[Crn], parts: Collection[Part[Any]], *, noted: bool
    ) -> dict[Crn, Admission]:
        told = {crn: before_asking(self.asking, crn) for crn in crns}
        admissions = {crn: Admission(crn, no, {}) for crn, no in told.items() if no is not None}
        asked = [crn for crn, no in told.items() if no is None]
        if not asked:
            return admissions
        granted = await held(self._neighbours.grants, self.asking)
        wanted = {part.name for part in parts}
        names = {crn: self._names(wanted, granted=crn in granted) for crn in asked}
        kin, found = await self._kin_and_parts(names)
        known = {crn: Known(None, None, kin, granted.get(crn)) for crn in asked}
        decided = {crn: self._decide(crn, known[crn], found[crn], noted=noted) for crn in asked}
        await keep_or_drop(self._neighbours, decided, found)
        return admissions | {crn: self._admission(crn, decided[crn], found[crn]) for crn in asked}

    def _names(self, wanted: Collection[str], *, granted: bool) -> list[str]:
        """Return the names of the parts to load of a customer."""
        visible = visible_parts(self.asking, granted=granted) & set(wanted)
        return [
            name for name in self._neighbours.sources if name in {RESTRICTION.name, CUSTOMER.name} | visible
        ]

    async def _kin_and_parts(self, names: Wanted) -> tuple[Kin, Mapping[Crn, Mapping[str, Found]]]:
        kin = self._neighbours.kinship.known(self.asking.caller.own_crns, self.asking.now)
        if kin is not None:
            return kin, await self.loading.load(names)
        return await asyncio.gather(self._kin(), self.loading.load(names))

    async def _kin(self) -> Kin:
        asking, kinship = self.asking, self._neighbours.kinship
        if not asking.caller.own_crns or CUSTOMER.name not in self._neighbours.sources:
            return NOBODY

        async def people(crns: Collection[Crn]) -> list[Any]:
            loaded = await self.loading.load({crn: [CUSTOMER.name] for crn in crns})
            return [loaded[crn][CUSTOMER.name].value for crn in crns]

        return await kinship.of(asking.caller.own_crns, asking.now, people)

    def _decide(self, crn: Crn, of_caller: Known, found: Mapping[str, Found], *, noted: bool) -> Decision:
        told, person = value_of(found, RESTRICTION), value_of(found, CUSTOMER)
        decision = decide(self.asking, crn, replace(of_caller, restriction=told, person=person))
        if decision.verdict is Verdict.OPEN and isinstance(person, NothingKnown):
            decision = Decision(crn, Verdict.NOBODY, "unknown", restricted=decision.restricted)
        if (
            noted
            and decision.grant is None
            and canonical_of(person) is None
            and not may_browse(self._neighbours, self.asking, decision)
        ):
            decision = too_many(crn)
        return decision

    def _admission(self, crn: Crn, decision: Decision, found: Mapping[str, Found]) -> Admission:
        told, person = value_of(found, RESTRICTION), value_of(found, CUSTOMER)
        shown = {
            name: masked(name, value, decision, self.asking.earliest)
            for name, value in found.items()
            if name in decision.parts
        }
        fresh = None if told is None or isinstance(told, Fault) else self.fresh_until(RESTRICTION, told)
        if decision.verdict is Verdict.HIDDEN and isinstance(person, Fault):
            return Admission(crn, decision, as_nobodys(found, person, self._neighbours.clock()), fresh)
        return Admission(crn, decision, shown, fresh)
