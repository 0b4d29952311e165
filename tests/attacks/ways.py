"""What an attack sends: an operation that leads to a customer, each way that the language has."""

from collections.abc import Awaitable, Callable
from typing import Any

from resolvers.sealing import NodeKey, node_id
from tests.attacks.scene import Scene
from tests.running import Answer
from tests.running.seeking import SEARCH

Sends = Callable[[Scene], Awaitable[Any]]

BRIEF = "id crn profile { names { family } }"
ITEM = f"__typename ... on Customer {{ {BRIEF} }} ... on Interaction {{ title }} ... on Debt {{ id }}"
NODE = f"query($id: ID!) {{ node(id: $id) {{ {ITEM} }} }}"
PAGE = """query($crn: CRN!, $after: String) { customer(crn: $crn) { interactions(first: 1, after: $after) {
    edges { cursor node { id title } } pageInfo { endCursor } } } }"""


def asks(document: str, **variables: Any) -> Sends:
    async def send(scene: Scene) -> Answer:
        return await scene.ask(document, **variables)

    return send


def customer(owner: str, fields: str = BRIEF) -> Sends:
    return asks(f"query($crn: CRN!) {{ customer(crn: $crn) {{ {fields} }} }}", crn=owner)


def customers(*owners: str, fields: str = BRIEF) -> Sends:
    return asks(f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ {fields} }} }}", crns=owners)


def by(**number: str) -> Sends:
    return asks(f"query($by: CustomerIdentifier!) {{ customerBy(identifier: $by) {{ {BRIEF} }} }}", by=number)


def quick(words: str) -> Sends:
    return asks(SEARCH, quick=words, first=1)


def advanced(**known: str) -> Sends:
    return asks(SEARCH, advanced=known, first=1)


def node(kind: str, owner: Any, native: str = "") -> Sends:
    """Ask for what an id stands for that this gateway would give out."""

    async def send(scene: Scene) -> Answer:
        return await scene.ask(NODE, id=node_id(scene.gate.gateway.sealer, NodeKey(kind, owner, native)))

    return send
