"""Somebody of whom an old name is kept, so that an invalidation can be seen through a gateway."""

from typing import Any

from sources.parts.customer import Name, NameKind
from tests.running.people import ANNE, person
from tests.running.serving import Gate

ASKED = "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } } }"


def named(who: Any, family: str) -> Any:
    return person(who, names=(Name(NameKind.LEGAL, family),))


async def shown(gate: Gate, who: str = ANNE) -> str:
    name = (await gate.ask(ASKED, crn=who)).data["customer"]["profile"]["names"][0]["family"]
    return str(name)


async def changes(gate: Gate, family: str = "New", *people: Any) -> None:
    """Let the sources know another name of somebody whose old one is kept."""
    for who in people or (ANNE,):
        before = await shown(gate, who)
        await gate.tell(named(who, family))
        assert await shown(gate, who) == before, "it is kept, so an invalidation can be seen"
