"""Documents that show what depends on the viewer: the schema marks such fields."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from schema.cost import DEFINITION
from schema.shown import PerViewer


class _Looking(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.found = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Look at a field; one that nobody knows counts as marked."""
        field = self._types.get_field_def()
        self.found = self.found or field is None or _is_marked(field)


def is_per_viewer(document: DocumentNode, schema: GraphQLSchema) -> bool:
    """Tell whether any field of a document is marked."""
    types = TypeInfo(schema)
    looking = _Looking(types)
    visit(document, TypeInfoVisitor(types, looking))
    return looking.found


def _is_marked(field: GraphQLField) -> bool:
    told = getattr(field.extensions.get(DEFINITION), "directives", None) or ()
    return any(isinstance(one, PerViewer) for one in told)
