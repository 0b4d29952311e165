"""Entities: customers and items of their histories, as a router of several graphs asks for them, by their keys.

Each of them goes the way of `customer` or of `node`: through the loader entry, all customers of a question at once.
"""

from asyncio import gather
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from resolvers.customer import pictures
from resolvers.refusal import Refusal, bad_input
from resolvers.scope import Scope
from resolvers.sealing import NodeKey, node_key
from resolvers.search import ITEM_PARTS, item_at
from sources.crn import BadCrn, Crn
from sources.errors import Fault
from sources.parts import Part

CUSTOMER_TYPE = "Customer"
NO_OBJECT = "A representation is an object with a `__typename`."
NO_ENTITY = f"A type that is found by a key is needed: {', '.join((CUSTOMER_TYPE, *ITEM_PARTS))}."
NO_KEY = "A key is needed: the `crn` of a customer, or the `id` of anything."


class Unknown(Struct, frozen=True):
    """A key that is well formed and leads to nothing."""


Asked: TypeAlias = NodeKey | Unknown | Refusal | BadCrn


async def by_representations(
    scope: Scope, representations: Sequence[Any], parts: Collection[Part[Any]]
) -> list[Any]:
    """Return what each representation stands for, in the order asked.

    That is a picture, an item, None, or what is said in its place. Together they count as so many customers.
    """
    asked = [asked_of(scope, one) for one in representations]
    keys = [one for one in asked if isinstance(one, NodeKey)]
    scope.loaders.count([key.crn for key in keys])
    customers = list(dict.fromkeys(key.crn for key in keys if key.type == CUSTOMER_TYPE))
    items = list(dict.fromkeys(key for key in keys if key.type != CUSTOMER_TYPE))
    people, *found = await gather(pictures(scope, customers, parts), *(_item(scope, key) for key in items))
    known = dict(zip(items, found, strict=True))
    return [_answer(one, people, known) for one in asked]


def asked_of(scope: Scope, representation: Any) -> Asked:
    """Return the key that a representation holds, or what is wrong with it."""
    if not isinstance(representation, Mapping) or not isinstance(representation.get("__typename"), str):
        return bad_input(NO_OBJECT)
    kind = representation["__typename"]
    if kind != CUSTOMER_TYPE and kind not in ITEM_PARTS:
        return bad_input(NO_ENTITY)
    crn, sealed = representation.get("crn"), representation.get("id")
    if kind == CUSTOMER_TYPE and isinstance(crn, str):
        try:
            return NodeKey(CUSTOMER_TYPE, scope.scheme.parse(crn))
        except BadCrn as error:
            return error
    if not isinstance(sealed, str):
        return bad_input(NO_KEY)
    key = node_key(scope.sealer, sealed)
    return key if key is not None and key.type == kind else Unknown()


async def _item(scope: Scope, key: NodeKey) -> Any:
    try:
        return await item_at(scope, Crn(key.crn), ITEM_PARTS[key.type], key.native)
    except (Refusal, Fault) as said:
        return said


def _answer(asked: Asked, people: Mapping[Crn, Any], items: Mapping[NodeKey, Any]) -> Any:
    if isinstance(asked, Unknown):
        return None
    if not isinstance(asked, NodeKey):
        return asked
    return people[asked.crn] if asked.type == CUSTOMER_TYPE else items[asked]
