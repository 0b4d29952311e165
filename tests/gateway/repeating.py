"""Requests that are sent again, and whether they were known by their bytes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.engine.answering import Reused
from gateway.settings import Settings
from tests.running import NOON, Gate, serving
from tests.running.answers import Answer
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person
from tests.running.stale import named
from tests.running.until import until
from tests.running.valkey import valkey

OVERVIEW = """query Look($crn: CRN!) { customer(crn: $crn) { id crn profile { names { family } }
    overview { generatedAt completeness cards { edges { node { title recency { label } } } } } } }"""
SECTIONS = "query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } debts { truncated } } }"
NAMES = "query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } } }"
MANY = "query($crns: [CRN!]!) { customers(crns: $crns) { id profile { names { family } } } }"
PURGE = "mutation($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"
SCOPES = "customer:read crn:read overview:read debts:read"


def records() -> list[Any]:
    return [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON), person(CLARA)]


def token(gate: Gate, hours: int = 12) -> dict[str, str]:
    """The token of an officer who has just logged in, to be shown again later."""
    return {"authorization": f"Bearer {gate.token(hours=hours)}"}


def known(gate: Gate) -> list[bool]:
    """Of each operation, whether its request was known."""
    return [one.known for one in gate.events if isinstance(one, Reused)]


async def learnt(gate: Gate, document: str = SECTIONS, *told: Any, **variables: Any) -> Answer:
    """The answer to a request that is known by its bytes."""
    for _ in range(4):
        answer = await gate.ask(document, *told, **(variables or {"crn": ANNE}))
        assert answer.data
    assert known(gate)[-1]
    return answer


def family(answer: Answer) -> str:
    return str(answer.data["customer"]["profile"]["names"][0]["family"])


async def is_known(gate: Gate, document: str = SECTIONS, times: int = 1, **headers: str) -> bool:
    for _ in range(times):
        await gate.ask(
            document, headers={name.replace("_", "-"): one for name, one in headers.items()}, crn=ANNE
        )
    return known(gate)[-1]


@asynccontextmanager
async def two_processes(folder: Path) -> AsyncIterator[tuple[Gate, Gate]]:
    """Two gateways over one cache and one database."""
    with valkey() as shared:
        settings = Settings(home=folder, redis_url=shared.url)
        async with (
            serving(folder, *records(), settings=settings) as one,
            serving(folder, settings=settings) as other,
        ):
            await until(lambda: one.gateway.shared.store.healthy)
            yield one, other


async def outdated(one: Gate, other: Gate, document: str = SECTIONS) -> Answer:
    """Have another process learn a new name and say so, once what one of them kept was seen; return its last answer
    with the old name."""
    await other.tell(named(ANNE, "New"))
    before = await one.ask(document, crn=ANNE)
    assert family(before) != "New"
    assert (await other.ask(PURGE, "restricted", input={"crn": ANNE})).data
    await until(lambda: not one.gateway.neighbours.cache.at_hand("customer", "sql", [ANNE]))
    return before
