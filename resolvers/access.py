"""Who may see what of whom: one pure function, deny by default, unknown restriction is a no."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from resolvers.asking import Asking
from resolvers.caller import CallerKind, Purpose
from resolvers.kinship import NOBODY, Kin, close
from resolvers.numbers import numbers_of
from sources.crn import Crn
from sources.errors import Fault
from sources.parts import PARTS, Restriction
from sources.source import NothingKnown, Reading
from sources.words import Word

CUSTOMER_READ = "customer:read"
CRN_READ = "crn:read"
OVERVIEW_READ = "overview:read"
CUSTOMER_SEARCH = "customer:search"
BROKEN = "break-glass"
"""The rule of a decision that broken glass made."""

COMMAND = "glass-broken"
"""The rule of the decision to break it."""


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
    """What a caller may see of a customer, and by which rule.

    `parts` are the names of the parts that are shown, `withheld` the names of fields of them that are not, such as
    `customer.addresses`. `grant` is the id of the broken glass that opens it. `unchecked` says that a conflict of
    interest could not be looked for everywhere, because a record that tells of one could not be read.
    """

    crn: Crn
    verdict: Verdict
    rule: str
    code: str | None = None
    parts: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    shows_crn: bool = False
    shows_overview: bool = False
    restricted: bool = False
    unchecked: bool = False
    grant: str | None = None


class Known(Struct, frozen=True):
    """What is known of a customer when it is decided: what the sources of the restriction and of the customer's record
    said, who is close to the caller, and the id of the grant where the caller broke the glass for this customer."""

    restriction: Reading[Restriction] | NothingKnown | Fault | None
    person: Any = None
    kin: Kin = NOBODY
    grant: str | None = None


def before_asking(asking: Asking, crn: Crn) -> Decision | None:
    """Return the refusal that can be told without asking any source, or None."""
    caller, agreement = asking.caller, asking.agreement
    if CUSTOMER_READ not in caller.scopes:
        return Decision(crn, Verdict.REFUSED, "scope", "FORBIDDEN")
    if asking.is_bound and agreement is None:
        return Decision(crn, Verdict.REFUSED, "agreement", "FORBIDDEN")
    purposes = agreement.purposes if agreement is not None else PURPOSES[caller.kind]
    if asking.purpose not in purposes:
        return Decision(crn, Verdict.REFUSED, "purpose", "REASON_REQUIRED")
    if crn in caller.close_crns:
        return _conflict(crn)
    return None


def before_searching(asking: Asking, asked: Crn) -> Decision | None:
    """Return the refusal of a search, or None. `asked` stands for what is looked for, where a number would stand."""
    if CUSTOMER_SEARCH not in asking.caller.scopes:
        return Decision(asked, Verdict.REFUSED, "scope", "FORBIDDEN")
    return before_asking(asking, asked)


def decide(asking: Asking, crn: Crn, known: Known) -> Decision:
    """Decide what a caller may see of a customer. Without an answer about the restriction nothing is shown."""
    caller, restriction = asking.caller, known.restriction
    refused = before_asking(asking, crn)
    if refused is not None:
        return refused
    if _is_close(asking, crn, known):
        return _conflict(crn)
    if restriction is None or isinstance(restriction, Fault):
        return Decision(crn, Verdict.REFUSED, "restriction-unknown", "ACCESS_CHECK_UNAVAILABLE")
    if isinstance(restriction, NothingKnown) or not restriction.record.restricted:
        return _open(asking, crn, known, BROKEN if known.grant else "free")
    if not caller.is_staff:
        return Decision(crn, Verdict.HIDDEN, "restricted", restricted=True)
    if may_open(asking, restriction.record):
        return replace(_open(asking, crn, known, "restricted-listed"), restricted=True)
    if known.grant and asking.rules.break_glass_opens_restricted:
        return replace(_open(asking, crn, known, BROKEN), restricted=True)
    banner = Decision(crn, Verdict.BANNER, "restricted", "RESTRICTED_RECORD", restricted=True)
    shown = {"shows_crn": CRN_READ in caller.scopes, "shows_overview": OVERVIEW_READ in caller.scopes}
    return replace(banner, **shown)


def too_many(crn: Crn) -> Decision:
    """Return the refusal of an officer who opened more customers than the policy lets pass without a new log-in."""
    return Decision(crn, Verdict.REFUSED, "browsing", "STEP_UP_REQUIRED")


def _conflict(crn: Crn) -> Decision:
    return Decision(crn, Verdict.REFUSED, "conflict-of-interest", "CONFLICT_OF_INTEREST")


def _is_close(asking: Asking, crn: Crn, known: Known) -> bool:
    mine = asking.caller.close_crns
    if not mine:  # as nearly everybody: nobody is close to a caller of whom no number is known
        return False
    declared = not mine.isdisjoint(numbers_of(known.person))
    return declared or close(known.kin, crn, known.person, asking.rules.conflicts)


def _open(asking: Asking, crn: Crn, known: Known, rule: str) -> Decision:
    caller = asking.caller
    granted = known.grant is not None
    parts = visible_parts(asking, granted=granted)
    blind = isinstance(known.person, Fault) or not known.kin.whole
    return Decision(
        crn,
        Verdict.OPEN,
        rule,
        parts=parts,
        withheld=_withheld(asking, parts, granted=granted),
        shows_crn=CRN_READ in caller.scopes,
        shows_overview=OVERVIEW_READ in caller.scopes,
        unchecked=bool(caller.close_crns) and blind,
        grant=known.grant,
    )


def visible_parts(asking: Asking, *, granted: bool = False) -> frozenset[str]:
    """Return the names of the parts that a caller's scopes, or broken glass, open.

    Ownership is for staff only (BR-CMA-8), and a partner gets what its agreement names.
    """
    caller, agreement = asking.caller, asking.agreement
    return frozenset(
        part.name
        for part in PARTS
        if part.scope is not None
        and (granted or part.scope in caller.scopes)
        and (caller.is_staff or not part.staff_only)
        and (not asking.is_bound or (agreement is not None and part.name in agreement.parts))
    )


def _withheld(asking: Asking, parts: Collection[str], *, granted: bool) -> frozenset[str]:
    """Return the names of the fields that are not shown of parts that are."""
    caller, agreement = asking.caller, asking.agreement
    fields = set(agreement.withheld) if asking.is_bound and agreement is not None else set()
    for part in PARTS:
        for name, scope in part.guarded:
            for_others = name in part.staff_fields and not caller.is_staff
            if for_others or not (granted or scope in caller.scopes):
                fields.add(f"{part.name}.{name}")
    return frozenset(name for name in fields if name.partition(".")[0] in parts)


def may_open(asking: Asking, restriction: Restriction) -> bool:
    """Tell whether an officer is listed for a restricted record: manager, officer, or temporary officer in time.

    A temporary access that would last longer than the policy's days (seven) is none (BR-AC-5).
    """
    officer, now, temporary = asking.caller.id, asking.now, restriction.temporary
    return (
        officer == restriction.manager
        or officer in restriction.officers
        or (
            temporary is not None
            and temporary.officer == officer
            and now <= temporary.until <= now + timedelta(days=asking.rules.temporary_days)
        )
    )
