"""Restricted records, by every way: a banner for officers, and for everybody else what an unknown number gives."""

from typing import Any

from sources.parts import Restriction
from tests.attacks.attack import Attack
from tests.attacks.callers import HONEST, key, officer, partner
from tests.attacks.scene import Scene
from tests.attacks.town import GHOST, LAPSED, LATER, LENGTHY, LOCKED, LOCKED_TOO, SHUT, SHUT_CAN
from tests.attacks.ways import PAGE, Sends, advanced, by, customer, customers, node, quick

FOUND = "deny:restricted search:search"
NO, DENIED = "RESTRICTED_RECORD", "deny:restricted"
OFFICER, PARTNER, TEMPORARY = officer(), partner(plus="customer:search"), officer(sub="officer-7")
NAMED = "profile { names { family } }"
COUNTS = "crn overview { restricted sections { source } cards { totalCount } } interactions { totalCount }"


def later(owner: Any = LATER) -> Sends:
    """Go on with a page of a history from a cursor that was given out before the record was restricted."""

    async def send(scene: Scene) -> None:
        await scene.gate.tell(Restriction(LATER, restricted=False))
        await scene.mark()
        first = await scene.ask(PAGE, HONEST, crn=LATER)
        after = first.data["customer"]["interactions"]["pageInfo"]["endCursor"]
        await scene.gate.tell(Restriction(LATER, restricted=True, manager="officer-9"))
        await scene.mark()
        await scene.ask(PAGE, crn=owner, after=after)

    return send


CAPITALS, NAMESAKE = officer(sub="OFFICER-RA"), partner(sub="officer-ra")
LED = f"view:free {DENIED}"
IN_FULL, NODE, ITEM = (
    customer(LOCKED, COUNTS),
    node("Customer", LOCKED),
    node("Interaction", LOCKED, "shut-talk"),
)
UNKNOWN, COUNTED, LISTED = customer(GHOST), customer(GHOST, COUNTS), customers(GHOST)
GHOST_CAN, NONE = "4711999", "Nobodysname"
ADVANCED, NO_ADVANCED = advanced(familyName=SHUT), advanced(familyName=NONE)
NO_NODE, NO_ITEM = node("Customer", GHOST), node("Interaction", GHOST, "shut-talk")
ATTACKS = [
    Attack("restricted, by its number", OFFICER, customer(LOCKED, NAMED), 200, NO, 2, DENIED),
    Attack("restricted, its counts", OFFICER, customer(LOCKED, COUNTS), 200, NO, 7, DENIED, (LOCKED,)),
    Attack("restricted, in a list", OFFICER, customers(LOCKED, fields=NAMED), 200, NO, 2, DENIED),
    Attack("restricted, by identifier", OFFICER, by(crn=LOCKED), 200, NO, 2, DENIED, (LOCKED,)),
    Attack("restricted, by its CAN", OFFICER, by(can=SHUT_CAN), 200, NO, 3, DENIED, (LOCKED,)),
    Attack("restricted, by its name", OFFICER, quick(SHUT), 200, None, 3, FOUND),
    Attack("restricted, field by field", OFFICER, advanced(familyName=SHUT), 200, None, 3, FOUND),
    Attack("restricted, by its node", OFFICER, node("Customer", LOCKED), 200, NO, 2, DENIED, (LOCKED,)),
    Attack("restricted, by an item of it", OFFICER, ITEM, 403, NO, 3, DENIED),
    Attack("restricted, from an older cursor", OFFICER, later(), 200, NO, 3, DENIED),
    Attack("restricted, by another number", OFFICER, customer(LOCKED_TOO, NAMED), 200, NO, 4, LED),
    Attack("a temporary access that has ended", TEMPORARY, customer(LAPSED, NAMED), 200, NO, 2, DENIED),
    Attack("a temporary access of ten months", TEMPORARY, customer(LENGTHY, NAMED), 200, NO, 2, DENIED),
    Attack("a listed officer's id in capitals", CAPITALS, customer(LOCKED, NAMED), 200, NO, 2, DENIED),
    Attack("a partner with an officer's id", NAMESAKE, customer(LOCKED), 200, None, 4, DENIED, like=UNKNOWN),
    Attack("restricted, for a partner", PARTNER, customer(LOCKED), 200, None, 4, DENIED, like=UNKNOWN),
    Attack("its sections, for a partner", PARTNER, IN_FULL, 200, None, 8, DENIED, like=COUNTED),
    Attack("in a list, for a partner", PARTNER, customers(LOCKED), 200, None, 4, DENIED, like=LISTED),
    Attack("by identifier, for a partner", PARTNER, by(crn=LOCKED), 200, None, 4, DENIED, like=by(crn=GHOST)),
    Attack(
        "by its CAN, for a partner", PARTNER, by(can=SHUT_CAN), 200, None, 5, DENIED, like=by(can=GHOST_CAN)
    ),
    Attack("by its name, for a partner", PARTNER, quick(SHUT), 200, None, 3, FOUND, like=quick(NONE)),
    Attack("field by field, for a partner", PARTNER, ADVANCED, 200, None, 3, FOUND, like=NO_ADVANCED),
    Attack("by its node, for a partner", PARTNER, NODE, 200, None, 4, DENIED, like=NO_NODE),
    Attack("by an item, for a partner", PARTNER, ITEM, 200, None, 6, DENIED, like=NO_ITEM),
    Attack("from a cursor, for a partner", PARTNER, later(), 200, None, 6, DENIED, like=later(GHOST)),
    Attack(
        "by another number, for a partner", PARTNER, customer(LOCKED_TOO), 200, None, 4, LED, like=UNKNOWN
    ),
    Attack("for a partner's key", key("good"), customer(LOCKED), 200, None, 4, DENIED, like=UNKNOWN),
]
