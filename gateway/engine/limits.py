"""How far a document may go: by the kind of caller, and worked out from its text before anything is done for it.

What a document comes to is worked out once (`appraise`); whether that is too much is asked for each caller.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import DocumentNode
from msgspec import Struct

from gateway.document_limits import STEPS, USUAL, DocumentLimits
from gateway.engine.cost import Price, Pricer
from gateway.engine.extent import MOST, Extent, extents_of, operations_of
from gateway.engine.overlaps import overlaps_of


class Excess(Struct, frozen=True):
    """What of a document is too much: the code of the refusal, and words for whoever wrote it."""

    code: str
    detail: str


class Appraisal(Struct, frozen=True):
    """What a document comes to, all of its operations together; of each, its fields on the top level and its price.

    `overlaps` are not known, and there are no `prices`, where it goes too far for anybody.
    """

    tokens: int
    operations: int
    extent: Extent
    tops: tuple[int, ...]
    overlaps: int | None = None
    prices: tuple[Price, ...] = ()

    def cost(self, number: int, variables: Mapping[str, Any] | None) -> int:
        """Return what an operation, by its number, may cost with the variables of a request, in objects."""
        return self.prices[number].of(variables or {}) if self.prices else MOST

    def excess(self, limits: DocumentLimits) -> Excess | None:
        """Return the first thing that is too much, whatever the variables are; None when all is within the limits."""
        return next(self._excesses(limits), None)

    def _excesses(self, limits: DocumentLimits) -> Iterator[Excess]:
        if self.tokens > limits.tokens:
            yield Excess("QUERY_TOO_LARGE", f"A document has {limits.tokens} tokens at most.")
        if self.operations > limits.operations:
            yield Excess("BAD_REQUEST", f"A document holds {_some(limits.operations, 'operation')} at most.")
        if self.extent.depth > limits.depth:
            yield Excess("QUERY_TOO_DEEP", f"A document goes {limits.depth} fields deep at most.")
        for what, count, most in (
            ("fields on the top level", max(self.tops, default=0), limits.root_fields),
            ("aliases", self.extent.aliases, limits.aliases),
            ("directives", self.extent.directives, limits.directives),
            ("fields", self.extent.fields, limits.fields),
            ("fields and fragments", self.extent.steps, STEPS * limits.fields),
        ):
            if count > most:
                yield Excess(
                    "QUERY_TOO_COMPLEX", f"A document has {most} {what} at most, its fragments unfolded."
                )
        if self.overlaps is None or self.overlaps > limits.overlaps:
            yield Excess("QUERY_TOO_COMPLEX", "The document asks for the same fields too often.")


def appraise(document: DocumentNode, pricer: Pricer, *, introspects: bool) -> Appraisal:
    """Return what a document comes to. It costs little, however much the document would."""
    operations, tokens = operations_of(document), document.token_count
    extents = extents_of(document, operations, introspects=introspects)
    extent, tops = sum(extents, Extent()), tuple(one.top for one in extents)
    if extent.depth >= MOST or extent.steps > STEPS * max(one.fields for one in USUAL.values()):
        return Appraisal(tokens, len(operations), extent, tops)
    overlaps = sum(overlaps_of(document, one) for one in operations)
    prices = tuple(pricer.price(document, one) for one in operations)
    return Appraisal(tokens, len(operations), extent, tops, overlaps, prices)


def too_costly(cost: int, limits: DocumentLimits) -> Excess | None:
    """Return what is said of an operation that may cost too much."""
    if cost <= limits.cost:
        return None
    return Excess(
        "QUERY_TOO_COSTLY", f"An operation may cost {limits.cost} at most; this one may cost {cost}."
    )


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
