"""Ids and cursors that were tampered with, sealed elsewhere, or given out for something else."""

from typing import Any

from resolvers.sealing import NodeKey, node_id
from tests.attacks.attack import Attack
from tests.attacks.callers import HONEST, OFFICER, partner
from tests.attacks.scene import Scene
from tests.attacks.town import ANNE, BORIS, ME, NAME
from tests.attacks.ways import NODE, PAGE, Sends, asks, node, quick

SECOND = """query($crn: CRN!, $after: String) { customer(crn: $crn) {
    correspondence(first: 1, after: $after) { edges { node { id title } } } } }"""
ELSEWHERE, STRANGER = node("Interaction", BORIS, "talk"), partner("stranger")
NO, BAD, VIEW = "FORBIDDEN", "BAD_USER_INPUT", "view:free"


def sealed(scene: Scene, gate: str, kind: str = "Customer") -> str:
    return node_id(scene.stage.gates[gate].gateway.sealer, NodeKey(kind, ANNE))


async def of_another_keyring(scene: Scene) -> None:
    await scene.ask(NODE, id=sealed(scene, "retired" if scene.gate is scene.stage.gates["main"] else "main"))


async def tampered(scene: Scene) -> None:
    id = sealed(scene, "main")
    for place in range(0, len(id), 5):
        await scene.ask(NODE, id=id[:place] + ("A" if id[place] != "A" else "B") + id[place + 1 :])


async def token_as_id(scene: Scene) -> None:
    await scene.ask(NODE, id=scene.gate.gateway.sealer.seal("token", b"\x93" + ANNE.encode()))


async def id_as_token(scene: Scene) -> None:
    await scene.ask("{ viewer { id } }", lambda _: [("authorization", f"Bearer {sealed(scene, 'main')}")])


async def cursor(scene: Scene, owner: Any = ANNE) -> str:
    """A cursor that an honest officer got."""
    page = await scene.ask(PAGE, HONEST, crn=owner)
    found: str = page.data["customer"]["interactions"]["edges"][0]["cursor"]
    await scene.mark()
    return found


async def cursor_as_id(scene: Scene) -> None:
    await scene.ask(NODE, id=await cursor(scene))


def with_a_cursor(document: str, owner: str, *, as_id: bool = False) -> Sends:
    """Go on in a list of somebody from a cursor of the customer's interactions, or from a node's id."""

    async def send(scene: Scene) -> None:
        after = sealed(scene, "main") if as_id else await cursor(scene)
        await scene.ask(document, crn=owner, after=after)

    return send


async def cursor_of_a_search(scene: Scene) -> None:
    await quick(NAME)(scene)
    after = scene.answers[-1].data["searchCustomers"]["edges"][0]["cursor"]
    await scene.mark()
    await scene.ask(PAGE, crn=ANNE, after=after)


ATTACKS = [
    Attack("an id of another keyring", OFFICER, of_another_keyring, 200, None, 0, ""),
    Attack("an id of a retired version", OFFICER, of_another_keyring, 200, None, 0, "", at="retired"),
    Attack("an id with a letter changed", OFFICER, tampered, 200, None, 0, ""),
    Attack("an id of a type that is none", OFFICER, node("Restriction", ANNE), 200, None, 0, ""),
    Attack("an id of an item of somebody else", OFFICER, ELSEWHERE, 200, None, 4, VIEW),
    Attack("a number as an id", OFFICER, asks(NODE, id=ANNE), 200, None, 0, ""),
    Attack("a cursor as an id", OFFICER, cursor_as_id, 200, None, 0, ""),
    Attack("a token as an id", OFFICER, token_as_id, 200, None, 0, ""),
    Attack("an id as a token", OFFICER, id_as_token, 401, "UNAUTHENTICATED", 0, ""),
    Attack("an id as a cursor", OFFICER, with_a_cursor(PAGE, ANNE, as_id=True), 200, BAD, 3, VIEW),
    Attack("a cursor of another customer", OFFICER, with_a_cursor(PAGE, ME), 200, BAD, 3, VIEW),
    Attack("a cursor of another list", OFFICER, with_a_cursor(SECOND, ANNE), 200, BAD, 3, VIEW),
    Attack("a cursor of a search", OFFICER, cursor_of_a_search, 200, BAD, 3, VIEW),
    Attack("a colleague's cursor", STRANGER, with_a_cursor(PAGE, ANNE), 403, NO, 0, "deny:agreement"),
]
