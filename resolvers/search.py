"""Ways to a customer: by CRN, by any other number, many at once, by node id. All of them pass the loader entry."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from resolvers.customer import Picture, picture, pictures
from resolvers.histories import item_of
from resolvers.medicare import item_without
from resolvers.refusal import Refusal, bad_input
from resolvers.scope import Scope
from resolvers.sealing import node_key
from sources.crn import Crn
from sources.parts import CORRESPONDENCE, DEBT, INTERACTION, Part
from sources.parts.customer import Identifier, IdentifierKind
from sources.source import Filter

ITEM_PARTS: dict[str, Part[Any]] = {
    "Interaction": INTERACTION,
    "Correspondence": CORRESPONDENCE,
    "Debt": DEBT,
}
DIGITS = re.compile(r"[0-9]{1,20}")
TEXT = re.compile(r"[0-9A-Za-z][0-9A-Za-z ._/-]{0,39}")
NUMBERED = frozenset({IdentifierKind.CAN, IdentifierKind.CSRN, IdentifierKind.CSID})


async def by_crn(scope: Scope, crn: Crn, parts: Collection[Part[Any]]) -> Picture | None:
    """Return one customer; None where nobody is known by the number."""
    return await picture(scope, crn, parts)


async def by_crns(
    scope: Scope, crns: Sequence[Crn], parts: Collection[Part[Any]]
) -> list[Picture | Refusal | None]:
    """Return customers in the order asked; a refusal stands in its customer's place."""
    found = await pictures(scope, crns, parts)
    return [found[crn] for crn in crns]


async def by_identifier(scope: Scope, kind: str, value: str, parts: Collection[Part[Any]]) -> Picture | None:
    """Return the customer that a number of another system leads to. It must match exactly: it is never repaired."""
    if kind == "crn":
        return await picture(scope, Crn(value), parts)
    identifier = Identifier(IdentifierKind[kind.upper()], value)
    form = DIGITS if identifier.kind in NUMBERED else TEXT
    if not form.fullmatch(value):
        raise bad_input(
            "This identifier is up to 20 digits." if form is DIGITS else "This identifier cannot be used."
        )
    crn = await scope.loaders.resolve(identifier)
    if crn is None:
        for step in range(2):  # a number that leads to a restricted record costs as much
            await scope.loaders.pretend(f"{step} {kind} {value}", parts)
        return None
    return await picture(scope, crn, parts)


async def by_node_id(scope: Scope, sealed: str, parts: Collection[Part[Any]]) -> Any | None:
    """Return what a node id stands for, as far as the caller may see it."""
    key = node_key(scope.sealer, sealed)
    if key is None:
        return None
    if key.type not in ITEM_PARTS:
        return await picture(scope, key.crn, parts) if key.type == "Customer" else None
    return await item_at(scope, key.crn, ITEM_PARTS[key.type], key.native)


async def item_at(scope: Scope, crn: Crn, part: Part[Any], native: str) -> Any | None:
    """Return the item of a customer's history with a number, None where the caller can see none such."""
    customer = await picture(scope, crn, [part])
    if customer is None:
        return None
    item = item_of(customer.record(part), native)
    if item is None:
        page = await scope.loaders.page(customer.number, part, Filter(ids=frozenset({native})), None, 1)
        item = page.items[0] if page.items else None
    return item_without(item, scope.labels.overview["medicare_number"])
