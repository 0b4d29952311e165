"""Requests that are sent again, and whether they were known by their bytes."""

from typing import Any

from gateway.engine.answering import Reused
from tests.running import NOON, Gate
from tests.running.answers import Answer
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person

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
