"""What has an id of its own and can be asked for again by it."""

from typing import Any

import strawberry

from resolvers.scope import Scope
from resolvers.sealing import NodeKey, node_id
from schema.shown import interface, told

Info = strawberry.Info[Scope, None]


@interface
class Node:
    """Something that `node(id)` finds again. The id is opaque, stable, and tells nothing of the customer."""

    id: strawberry.ID = told("The opaque, stable id.")


def item_id(kind: str, item: Any, info: Info) -> strawberry.ID:
    """Return the id of an item of a history."""
    return strawberry.ID(node_id(info.context.sealer, NodeKey(kind, item.crn, item.id)))
