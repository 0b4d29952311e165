"""A document without what asks for its answer in parts: whoever reads no parts is answered whole."""

from typing import Any, Final

from graphql import REMOVE, DirectiveNode, DocumentNode, Visitor, visit

IN_PARTS: Final = frozenset({"defer", "stream"})


class _Leaving(Visitor):
    """Leaves them out."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        """Take out what asks for parts."""
        if node.name.value not in IN_PARTS:
            return None
        self.found = True
        return REMOVE


def undeferred(document: DocumentNode) -> DocumentNode:
    """Return a document without `@defer` and `@stream`; the document itself where it has neither."""
    leaving = _Leaving()
    whole: DocumentNode = visit(document, leaving)
    return whole if leaving.found else document
