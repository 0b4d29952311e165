"""Who may see what of whom: one pure function, deny by default, unknown restriction is a no."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from resolvers.caller import Caller, CallerKind, Purpose
from sources.crn import Crn
from sources.errors import Fault
from sources.parts import PARTS, Restriction
from sources.source import NothingKnown, Reading
from sources.words import Word

CUSTOMER_READ = "customer:read"
CRN_READ = "crn:read"
OVERVIEW_READ = "overview:read"
CUSTOMER_SEARCH = "customer:search"


PURPOSES: Mapping[CallerKind, frozenset[Purpose]] = MappingProxyType(
    {
        CallerKind.STAFF: frozenset(Purpose) - {Purpose.AGREEMENT},
        CallerKind.PARTNER: frozenset({Purpose.AGREEMENT}),
        CallerKind.SERVICE: frozenset({Purpose.CASE_WORK, Purpose.QUALITY_CHECK}),
    }
)
"""Which reasons a caller of each kind can have."""


class Verdict(Word):
    """What was decided about one customer."""

    OPEN = "OPEN", "The customer is shown, as far as the caller's scopes reach."
    BANNER = "BANNER", "The record is restricted: number and banner are shown, nothing else."
    NOBODY = "NOBODY", "Nobody is known by the number."
    HIDDEN = "HIDDEN", "The record is restricted: to this caller it looks like an unknown number."
    REFUSED = "REFUSED", "Nothing is shown, and the caller is told why."


class Decision(Struct, frozen=True):
    """What a caller may see of a customer, and by which rule. `parts` are the names of the parts that are shown."""

    crn: Crn
    verdict: Verdict
    rule: str
    code: str | None = None
    parts: frozenset[str] = frozenset()
    shows_crn: bool = False
    shows_overview: bool = False
    restricted: bool = False


def before_asking(caller: Caller, crn: Crn, purpose: Purpose | None) -> Decision | None:
    """Return the refusal that can be told without asking any source, or None."""
    if CUSTOMER_READ not in caller.scopes:
        return Decision(crn, Verdict.REFUSED, "scope", "FORBIDDEN")
    if purpose not in PURPOSES[caller.kind]:
        return Decision(crn, Verdict.REFUSED, "purpose", "REASON_REQUIRED")
    if crn in caller.close_crns:
        return Decision(crn, Verdict.REFUSED, "conflict-of-interest", "CONFLICT_OF_INTEREST")
    return None


def before_searching(caller: Caller, asked: Crn, purpose: Purpose | None) -> Decision | None:
    """Return the refusal of a search, or None. `asked` stands for what is looked for, where a number would stand."""
    if CUSTOMER_SEARCH not in caller.scopes:
        return Decision(asked, Verdict.REFUSED, "scope", "FORBIDDEN")
    return before_asking(caller, asked, purpose)


def decide(
    caller: Caller,
    crn: Crn,
    purpose: Purpose | None,
    restriction: Reading[Restriction] | NothingKnown | Fault | None,
    now: datetime,
    numbers: Collection[str] = (),
) -> Decision:
    """Decide what a caller may see of a customer. Without an answer about the restriction nothing is shown.

    `numbers` are all the numbers that the customer is known by.
    """
    refused = before_asking(caller, crn, purpose)
    if refused is not None:
        return refused
    if caller.close_crns & set(numbers):
        return Decision(crn, Verdict.REFUSED, "conflict-of-interest", "CONFLICT_OF_INTEREST")
    if restriction is None or isinstance(restriction, Fault):
        return Decision(crn, Verdict.REFUSED, "restriction-unknown", "ACCESS_CHECK_UNAVAILABLE")
    shown: dict[str, Any] = {
        "parts": visible_parts(caller),
        "shows_crn": CRN_READ in caller.scopes,
        "shows_overview": OVERVIEW_READ in caller.scopes,
    }
    if isinstance(restriction, NothingKnown) or not restriction.record.restricted:
        return Decision(crn, Verdict.OPEN, "free", **shown)
    if not caller.is_staff:
        return Decision(crn, Verdict.HIDDEN, "restricted", restricted=True)
    if may_open(caller, restriction.record, now):
        return Decision(crn, Verdict.OPEN, "restricted-listed", restricted=True, **shown)
    shown["parts"] = frozenset()
    return Decision(crn, Verdict.BANNER, "restricted", "RESTRICTED_RECORD", restricted=True, **shown)


def visible_parts(caller: Caller) -> frozenset[str]:
    """Return the names of the parts that the caller's scopes open. Ownership is for staff only (BR-CMA-8)."""
    return frozenset(
        part.name
        for part in PARTS
        if part.scope is not None and part.scope in caller.scopes and (caller.is_staff or not part.staff_only)
    )


def may_open(caller: Caller, restriction: Restriction, now: datetime) -> bool:
    """Tell whether an officer is listed for a restricted record: manager, officer, or temporary officer in time."""
    temporary = restriction.temporary
    return (
        caller.id == restriction.manager
        or caller.id in restriction.officers
        or (temporary is not None and temporary.officer == caller.id and now <= temporary.until)
    )
