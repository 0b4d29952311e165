"""How far documents may go, by the kind of caller, and what is done about those that go further."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from resolvers.caller import CallerKind
from sources.words import Word

STEPS: Final = 4
"""How many times its most fields a document may have of fields and fragments together."""


class Enforcement(Word):
    """What is done about a document that goes too far."""

    MEASURE = "measure", "It is executed all the same, and counted."
    ENFORCE = "enforce", "It is refused."


class DocumentLimits(Struct, frozen=True):
    """How far a document of one kind of caller may go. `overlaps` are pairs of fields at the same place."""

    tokens: int
    operations: int
    depth: int
    root_fields: int
    aliases: int
    directives: int
    fields: int
    cost: int
    overlaps: int = 4_000


OF_PARTNERS: Final = DocumentLimits(
    tokens=1_000, operations=1, depth=12, root_fields=5, aliases=15, directives=20, fields=300, cost=1_000
)
OF_STAFF: Final = DocumentLimits(
    tokens=2_000, operations=5, depth=15, root_fields=10, aliases=30, directives=50, fields=500, cost=5_000
)
USUAL: Final[Mapping[CallerKind, DocumentLimits]] = {
    CallerKind.STAFF: OF_STAFF,
    CallerKind.SERVICE: OF_STAFF,
    CallerKind.PARTNER: OF_PARTNERS,
}
