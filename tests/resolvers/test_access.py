"""Access: who may see what of whom, deny by default."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import USUAL_PURPOSES
from resolvers.access import Decision, Known, Verdict, before_asking
from resolvers.access import decide as decided
from resolvers.caller import Caller, CallerKind, Purpose
from sources.crn import Crn
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.parts import PARTS, Customer, Restriction
from sources.parts.customer import Identifier, IdentifierKind
from sources.parts.restriction import TemporaryAccess
from sources.source import NothingKnown, Reading
from tests.people import EVERY_SCOPE
from tests.people import asking as as_asking
from tests.records import OWNER, crn

NOW = datetime(2025, 3, 10, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Told: TypeAlias = Reading[Restriction] | NothingKnown | Fault | None

NOTHING: Told = NothingKnown(NOW)
EVERYTHING = {"customer", "interaction", "correspondence", "debt", "entitlement", "ownership"}
FOR_OTHERS = EVERYTHING - {"ownership"}
STAFF, PARTNER, SERVICE = CallerKind


def caller(kind: CallerKind = STAFF, **told: Any) -> Caller:
    return Caller(**({"kind": kind, "id": "me", "organisation": "body", "scopes": EVERY_SCOPE} | told))


def free() -> Told:
    return Reading(Restriction(OWNER, False), NOW)


def restricted(**told: Any) -> Told:
    return Reading(Restriction(OWNER, True, **told), NOW)


def let_in(until: datetime, officer: str = "me") -> Told:
    return restricted(manager="chief", officers=("one", "two"), temporary=TemporaryAccess(officer, until))


def decide(
    who: Caller, owner: Crn, purpose: Purpose | None, told: Told, now: datetime, numbers: Collection[str] = ()
) -> Decision:
    person = Customer(owner, identifiers=tuple(Identifier(IdentifierKind.CRN, one) for one in numbers))
    return decided(as_asking(who, now, purpose), owner, Known(told, Reading(person, now)))


SCOPELESS = caller(scopes=EVERY_SCOPE - {"customer:read"})
MYSELF = caller(own_crns=frozenset({OWNER}))
TABLE = [
    (caller(), free(), Verdict.OPEN, "free", None, EVERYTHING),
    (caller(), NOTHING, Verdict.OPEN, "free", None, EVERYTHING),
    (caller(PARTNER), free(), Verdict.OPEN, "free", None, FOR_OTHERS),
    (caller(PARTNER), NOTHING, Verdict.OPEN, "free", None, FOR_OTHERS),
    (caller(SERVICE), NOTHING, Verdict.OPEN, "free", None, FOR_OTHERS),
    (caller(), restricted(), Verdict.BANNER, "restricted", "RESTRICTED_RECORD", set()),
    (caller(), restricted(manager="me"), Verdict.OPEN, "restricted-listed", None, EVERYTHING),
    (caller(), restricted(officers=("x", "me")), Verdict.OPEN, "restricted-listed", None, EVERYTHING),
    (caller(), restricted(officers=("me2", "m")), Verdict.BANNER, "restricted", "RESTRICTED_RECORD", set()),
    (caller(), let_in(NOW + MINUTE), Verdict.OPEN, "restricted-listed", None, EVERYTHING),
    (caller(), let_in(NOW), Verdict.OPEN, "restricted-listed", None, EVERYTHING),
    (caller(), let_in(NOW - MINUTE), Verdict.BANNER, "restricted", "RESTRICTED_RECORD", set()),
    (caller(), let_in(NOW + MINUTE, "you"), Verdict.BANNER, "restricted", "RESTRICTED_RECORD", set()),
    (caller(PARTNER), restricted(), Verdict.HIDDEN, "restricted", None, set()),
    (caller(PARTNER), restricted(manager="me"), Verdict.HIDDEN, "restricted", None, set()),
    (caller(SERVICE), restricted(officers=("me",)), Verdict.HIDDEN, "restricted", None, set()),
    (caller(PARTNER), let_in(NOW + MINUTE), Verdict.HIDDEN, "restricted", None, set()),
    (MYSELF, NOTHING, Verdict.REFUSED, "conflict-of-interest", "CONFLICT_OF_INTEREST", set()),
    (
        MYSELF,
        restricted(manager="me"),
        Verdict.REFUSED,
        "conflict-of-interest",
        "CONFLICT_OF_INTEREST",
        set(),
    ),
    (SCOPELESS, NOTHING, Verdict.REFUSED, "scope", "FORBIDDEN", set()),
]


@pytest.mark.parametrize(("asking", "told", "verdict", "rule", "code", "parts"), TABLE)
def test_each_caller_gets_what_the_table_says(
    asking: Caller, told: Told, verdict: Verdict, rule: str, code: str | None, parts: set[str]
) -> None:
    decision = decide(asking, OWNER, USUAL_PURPOSES[asking.kind], told, NOW)
    assert (decision.crn, decision.verdict, decision.rule, decision.code) == (OWNER, verdict, rule, code)
    assert decision.parts == parts


@pytest.mark.parametrize("kind", CallerKind)
@pytest.mark.parametrize(
    "told",
    [None, *(fault("sql") for fault in (Fault, SourceTimeout, SourceUnavailable, BadData, WrongSubject))],
)
def test_an_unknown_restriction_is_a_no_for_everybody(kind: CallerKind, told: Told) -> None:
    decision = decide(caller(kind), OWNER, USUAL_PURPOSES[kind], told, NOW)
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "ACCESS_CHECK_UNAVAILABLE")
    assert not decision.parts
    assert not decision.shows_crn


@pytest.mark.parametrize("kind", CallerKind)
def test_nobody_gets_in_without_a_reason(kind: CallerKind) -> None:
    decision = decide(caller(kind), OWNER, None, free(), NOW)
    assert (decision.verdict, decision.rule, decision.code) == (Verdict.REFUSED, "purpose", "REASON_REQUIRED")


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [(PARTNER, Purpose.QUALITY_CHECK), (CallerKind.STAFF, Purpose.AGREEMENT), (SERVICE, Purpose.COMPLAINT)],
)
def test_a_reason_that_is_not_the_callers_to_have_is_none(kind: CallerKind, purpose: Purpose) -> None:
    assert decide(caller(kind), OWNER, purpose, free(), NOW).code == "REASON_REQUIRED"


def test_somebodys_own_record_is_closed_to_them_under_all_its_numbers() -> None:
    myself = msgspec.structs.replace(caller(), own_crns=frozenset({"000000019X"}))
    decision = decide(myself, OWNER, Purpose.CASE_WORK, free(), NOW, {OWNER, "000000019X"})
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "CONFLICT_OF_INTEREST")


def test_an_officer_who_is_not_listed_sees_number_and_banner_only() -> None:
    decision = decide(caller(), OWNER, Purpose.CASE_WORK, restricted(), NOW)
    assert (decision.shows_crn, decision.shows_overview, decision.restricted) == (True, True, True)
    assert not decision.parts


def test_an_officer_who_is_listed_is_told_that_the_record_is_restricted() -> None:
    assert decide(caller(), OWNER, Purpose.CASE_WORK, restricted(manager="me"), NOW).restricted


@pytest.mark.parametrize("part", [part for part in PARTS if part.scope], ids=str)
def test_a_scope_opens_its_own_part_and_no_other(part: Any) -> None:
    scopes = frozenset({"customer:read", part.scope})
    decision = decide(caller(scopes=scopes), OWNER, Purpose.CASE_WORK, NOTHING, NOW)
    assert decision.parts == {"customer", part.name}
    assert (decision.shows_crn, decision.shows_overview) == (False, False)


def test_the_restriction_itself_is_shown_to_nobody() -> None:
    scopes = EVERY_SCOPE | {"restriction", "restriction:read", "None", ""}
    for kind in CallerKind:
        assert (
            "restriction"
            not in decide(caller(kind, scopes=scopes), OWNER, USUAL_PURPOSES[kind], NOTHING, NOW).parts
        )


RESTRICTIONS = st.one_of(
    st.none(),
    st.just(SourceTimeout("sql")),
    st.just(NOTHING),
    st.builds(
        lambda record: Reading(record, NOW),
        st.builds(
            Restriction,
            st.just(OWNER),
            st.booleans(),
            st.sampled_from([None, "me", "you"]),
            st.sampled_from([(), ("me",), ("you", "me"), ("you",)]),
            st.none()
            | st.builds(
                TemporaryAccess, st.sampled_from(["me", "you"]), st.sampled_from([NOW - MINUTE, NOW])
            ),
        ),
    ),
)
CALLERS = st.builds(
    caller,
    st.sampled_from(CallerKind),
    scopes=st.frozensets(st.sampled_from(sorted(EVERY_SCOPE))),
    own_crns=st.frozensets(st.sampled_from([OWNER, crn(2)])),
)


@given(CALLERS, st.none() | st.sampled_from(Purpose), RESTRICTIONS)
def test_without_every_required_fact_nothing_is_shown(
    asking: Caller, purpose: Purpose | None, told: Told
) -> None:
    decision = decide(asking, OWNER, purpose, told, NOW)
    known = isinstance(told, NothingKnown | Reading)
    proved = (
        "customer:read" in asking.scopes and purpose is not None and OWNER not in asking.own_crns and known
    )
    locked = isinstance(told, Reading) and told.record.restricted
    if not proved:
        assert decision.verdict is Verdict.REFUSED
        assert decision.code is not None
    if not proved or (locked and not asking.is_staff):
        assert not decision.shows_crn
        assert not decision.shows_overview
    if decision.verdict is not Verdict.OPEN:
        assert decision.parts == frozenset()
    else:
        assert proved
    assert asking.is_staff or "ownership" not in decision.parts
    for part in PARTS:
        assert part.name not in decision.parts or part.scope in asking.scopes


@given(CALLERS, st.none() | st.sampled_from(Purpose), RESTRICTIONS)
def test_what_is_refused_before_asking_is_refused_whatever_the_answer(
    asking: Caller, purpose: Purpose | None, told: Told
) -> None:
    refused = before_asking(as_asking(asking, NOW, purpose), OWNER)
    if refused is not None:
        assert decide(asking, OWNER, purpose, told, NOW) == refused


@given(CALLERS, RESTRICTIONS)
def test_more_scopes_never_change_a_refusal_into_less(asking: Caller, told: Told) -> None:
    purpose = USUAL_PURPOSES[asking.kind]
    less = decide(asking, OWNER, purpose, told, NOW)
    more = decide(msgspec.structs.replace(asking, scopes=EVERY_SCOPE), OWNER, purpose, told, NOW)
    assert less.parts <= more.parts


def test_a_caller_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        caller().scopes = EVERY_SCOPE  # type: ignore[misc]
