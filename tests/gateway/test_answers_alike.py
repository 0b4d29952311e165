"""A gateway that gives finished answers again beside one that does not: nobody can tell them apart.

Both ask the same database by the same clock. Whoever walks through them reads as one caller or another, lets the
sources learn something, says what is out of date or does not, and lets time pass, over midnight, too.
"""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest

from cache import StaleServed
from gateway.engine.answering import Reuse, Reused
from gateway.settings import Settings
from sources.parts import Entitlement, Restriction
from sources.parts.customer import Name, NameKind, Relationship, RelationshipKind
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus
from tests.running import Gate, Hands, serving
from tests.running.answers import Answer
from tests.running.issuing import Issuing, issuing
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person, there
from tests.running.rates import Ticks

EVENING = there(2025, 3, 10, 23, 30)
STEPS = 120
OVERVIEW = """query($crn: CRN!) { customer(crn: $crn) { id crn overview { generatedAt freshUntil completeness
    restricted emptyMessage banners { kind } alerts { kind title } likelyReasons { reason }
    sections { source status asOf freshUntil code } cards { totalCount edges { cursor node { id title date count
        recency { label } } } } } } }"""
TIMELINE = """query($crn: CRN!) { customer(crn: $crn) { timeline(first: 5) { edges { cursor node { id title
    recency { label } } } sections { source status code } } } }"""
SECTIONS = """query($crn: CRN!) { customer(crn: $crn) { id crn recordType profile { names { family } }
    relationships { kind crn } entitlements { issuesOnFile } debts { truncated } ownership { cases { number } }
    interactions { totalCount edges { cursor node { id } } } } }"""
TWO = "query($crn: CRN!) { a: customer(crn: $crn) { profile { names { family } } } b: customer(crn: $crn) { crn } }"
DOCUMENTS = (OVERVIEW, TIMELINE, SECTIONS, TWO)
PURGE = "mutation($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"
PERSONAS = ("officer", "centre", "restricted", "partner", "dashboard")
SCOPES = "customer:read crn:read overview:read debts:read", "customer:read timeline:read claims:read"
OFFICERS = ("officer-77", "officer-78")
GENERATED = re.compile(r'"generatedAt":"[^"]*"')
OWN = frozenset("event_id mono sealed seq prev mac hash chain".split())
"""What each event of a journal has of its own."""
AGAIN = "_fetch_again"
"""What reads again, behind an answer, what was served stale."""


class Pair:
    """The two gateways, and whoever walks through them."""

    documents: Sequence[str] = DOCUMENTS

    def __init__(self, kept: Gate, plain: Gate, ages: Ticks, issuer: Issuing, random: Random) -> None:
        self.kept = kept
        self.plain = plain
        self.ages = ages
        self.issuer = issuer
        self.random = random
        self.locked: set[str] = set()

    async def ask(self) -> None:
        """The same question to both."""
        document, crn = self.random.choice(self.documents), self.random.choice((ANNE, ANNE, BORIS, CLARA))
        persona = self.random.choice(PERSONAS)
        headers = {"x-request-id": uuid.UUID(int=self.random.getrandbits(128)).hex}
        if self.random.random() < 0.3:
            token = self.issuer.token(sub=self.random.choice(OFFICERS), scope=self.random.choice(SCOPES))
            headers["authorization"] = f"Bearer {token}"
        for _ in range(self.random.choice((1, 2, 4, 6))):
            one, other = [await gate.ask(document, persona, headers, crn=crn) for gate in self.both]
            assert alike(one) == alike(other), (document, persona, headers)
            kept, plain = (records(gate, headers["x-request-id"]) for gate in self.both)
            assert kept == plain
            await self.settle()

    @property
    def both(self) -> tuple[Gate, Gate]:
        return self.kept, self.plain

    async def learn(self) -> None:
        """The sources learn something; nobody says so."""
        crn, family = self.random.choice((ANNE, BORIS)), f"Name{self.random.randrange(1000)}"
        if self.random.random() < 0.7:
            relative = Relationship(RelationshipKind.PARTNER, self.random.choice((BORIS, CLARA)))
            told: Any = person(crn, names=(Name(NameKind.LEGAL, family),), relationships=(relative,))
        else:
            self.locked ^= {crn}
            told = Restriction(crn, restricted=crn in self.locked, manager="officer-9")
        await self.plain.tell(told)

    async def purge(self) -> None:
        """Both are told what is out of date."""
        crn = self.random.choice((ANNE, BORIS))
        what = self.random.choice(
            ({"crn": crn}, {"crn": crn, "part": "customer"}, {"system": "sql"}, {"all": True})
        )
        for gate in self.both:
            assert (await gate.ask(PURGE, "restricted", input=what)).data

    async def wait(self) -> None:
        """Time passes."""
        self.move(timedelta(seconds=self.random.choice((1, 3, 6, 11, 16, 31, 62))))

    async def sleep(self) -> None:
        """It becomes midnight, or nearly."""
        now = self.plain.hands.now.astimezone(EVENING.tzinfo)
        midnight = datetime.combine(now.date() + timedelta(days=1), time.min, EVENING.tzinfo)
        self.move(midnight - now - timedelta(seconds=self.random.choice((0, 1, 2))))

    def move(self, by: timedelta) -> None:
        self.plain.hands.now += by
        self.ages.now += by.total_seconds()

    async def settle(self) -> None:
        """What was served stale is read again behind the answer: wait for that, however busy the machine is."""
        while reading := [
            one for one in asyncio.all_tasks() if getattr(one.get_coro(), "__name__", "") == AGAIN
        ]:
            await asyncio.wait(reading, timeout=10)
        for gate in self.both:
            gate.events[:] = [event for event in gate.events if not isinstance(event, StaleServed)]

    @property
    def known(self) -> int:
        """How many requests were known by their bytes."""
        return sum(isinstance(one, Reused) and one.known for one in self.kept.events)

    @property
    def hits(self) -> int:
        return sum(isinstance(one, Reused) and one.reuse is Reuse.HIT for one in self.kept.events)


def alike(answer: Answer) -> tuple[int, str]:
    return answer.status, GENERATED.sub("", answer.text)


def records(gate: Gate, number: str) -> list[dict[str, Any]]:
    """What the journal has of the requests with a number."""
    events = [one for one in gate.journal if one["request_id"] == number]
    return [{name: value for name, value in one.items() if name not in OWN} for one in events]


def told() -> list[Any]:
    soon = Appointment(
        "a-1", AppointmentProvider.SERV_AU, EVENING + timedelta(minutes=3), AppointmentStatus.BOOKED
    )
    return [
        *everything_of(ANNE, EVENING),
        *everything_of(BORIS, EVENING - timedelta(days=3)),
        *everything_of(CLARA, EVENING - timedelta(days=30)),
        Entitlement(ANNE, appointments=(soon,)),
    ]


P = TypeVar("P", bound=Pair)


@asynccontextmanager
async def pair(
    folder: Path, random: Random, walker: type[P], kept: Mapping[str, Any], plain: Mapping[str, Any]
) -> AsyncIterator[P]:
    """Whoever walks through two gateways that differ in their settings alone."""
    hands, ages = Hands(EVENING), Ticks(0.0)
    async with AsyncExitStack() as stack:
        issuer = await stack.enter_async_context(issuing())
        gates: list[Gate] = []
        for name, own in (("kept", kept), ("plain", plain)):
            home = folder / name
            home.mkdir()
            settings = Settings(
                home=home,
                database_url=f"sqlite+aiosqlite:///{folder / 'shared.db'}",
                keyring_file=folder / "keyring.json",
                issuers_file=issuer.file(folder),
                rate_staff=0,
                rate_partner=0,
                rate_service=0,
                **own,
            )
            records = told() if not gates else []
            serves = serving(home, *records, settings=settings, ages=ages, clock=hands)
            gates.append(await stack.enter_async_context(serves))
        yield walker(gates[0], gates[1], ages, issuer, random)


async def walk(walks: Pair, random: Random) -> None:
    """Ask and change, in any order, over midnight."""
    ways: list[Callable[[], Awaitable[None]]] = [
        *[walks.ask] * 12,
        walks.learn,
        walks.learn,
        walks.purge,
        walks.wait,
        walks.wait,
        walks.wait,
    ]
    for step in range(STEPS):
        await (walks.sleep if step == STEPS // 2 else random.choice(ways))()
    assert walks.hits > STEPS // 8


@pytest.mark.parametrize("seed", range(4))
async def test_nobody_can_tell_whether_answers_are_given_again(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    async with pair(tmp_path, random, Pair, {"answers": True}, {"answers": False}) as walks:
        await walk(walks, random)
        assert walks.known > STEPS // 16
