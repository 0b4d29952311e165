"""The parts of a customer's picture: one record file per noun, one line here per part.

A record is frozen and holds nothing that could hold it: so the collector need not look through it (`gc=False`).
"""

from typing import Any, Generic, TypeVar

from msgspec import Struct

from sources.parts.correspondence import Correspondence
from sources.parts.customer import Customer
from sources.parts.debt import Debt
from sources.parts.entitlement import Entitlement
from sources.parts.history import History
from sources.parts.interaction import Interaction
from sources.parts.ownership import Ownership
from sources.parts.restriction import Restriction

__all__ = [
    "CORRESPONDENCE",
    "CUSTOMER",
    "DEBT",
    "ENTITLEMENT",
    "INTERACTION",
    "OWNERSHIP",
    "PARTS",
    "RESTRICTION",
    "Correspondence",
    "Customer",
    "Debt",
    "Entitlement",
    "History",
    "Interaction",
    "Ownership",
    "Part",
    "Restriction",
]

R_co = TypeVar("R_co", covariant=True)


class Part(Struct, Generic[R_co], frozen=True):
    """The place of one source's reading in a customer's picture.

    `row` is what a source keeps one by one: the record itself, or an item of the history that the record is. `scope`
    is the permission that opens the part to a caller; a part without one is shown to nobody. Of a history that tells
    how things stand (`standing`), old items count as much as new ones: it is read however far back it goes.

    `guarded` are the record's fields that need a permission of their own, each with it, `staff_fields` those that only
    staff may have, and `optional` those that an agreement may withhold beside them.
    """

    name: str
    row: type[Any]
    scope: str | None = None
    history: bool = False
    standing: bool = False
    staff_only: bool = False
    guarded: tuple[tuple[str, str], ...] = ()
    staff_fields: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()

    @property
    def withholdable(self) -> frozenset[str]:
        """The names of the fields without which the record can be shown."""
        return self.optional | {name for name, _ in self.guarded}

    def __str__(self) -> str:
        return self.name


CUSTOMER = Part[Customer](
    "customer",
    Customer,
    "customer:read",
    guarded=(
        ("contact_points", "contact:read"),
        ("addresses", "contact:read"),
        ("sensitive_indicators", "sensitive:read"),
    ),
    staff_fields=frozenset({"sensitive_indicators"}),
    optional=frozenset({"title", "gender", "date_of_birth", "marital_status"}),
)
RESTRICTION = Part[Restriction]("restriction", Restriction)
INTERACTION = Part[History[Interaction]]("interaction", Interaction, "timeline:read", history=True)
CORRESPONDENCE = Part[History[Correspondence]](
    "correspondence", Correspondence, "correspondence:read", history=True
)
DEBT = Part[History[Debt]]("debt", Debt, "debts:read", history=True, standing=True)
OWNERSHIP = Part[Ownership]("ownership", Ownership, "ownership:read", staff_only=True)  # BR-CMA-8
ENTITLEMENT = Part[Entitlement]("entitlement", Entitlement, "claims:read")

PARTS: tuple[Part[Any], ...] = (
    CUSTOMER,
    RESTRICTION,
    INTERACTION,
    CORRESPONDENCE,
    DEBT,
    OWNERSHIP,
    ENTITLEMENT,
)
