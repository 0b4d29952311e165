"""Breaking the glass: what opens, for whom, for how long, and what it takes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.grants import SealedGrants
from resolvers.access import Verdict
from resolvers.admission import GlassBroken
from resolvers.commands.break_glass import BreakGlass, BrokenGlass, break_glass
from resolvers.commands.problems import RuleViolation
from resolvers.refusal import Refusal
from sources.crn import Crn
from sources.errors import SourceUnavailable
from sources.ledger import GrantStore
from sources.parts import CUSTOMER, DEBT, RESTRICTION, Customer, Restriction
from sources.sql import open_engine
from tests.people import NOW, OFFICER, PARTNER, POLICY, SEALER, Body
from tests.records import OWNER, crn, customer, debt, history
from tests.running.fresh import make_ready

FEW = msgspec.structs.replace(
    OFFICER,
    scopes=frozenset({"customer:read", "breakglass:use"}),
    authenticated_at=NOW - timedelta(minutes=2),
)
OTHER = crn(2)
WHY = "The caller says that somebody is at her door and means her harm."


def asked(**told: Any) -> BreakGlass:
    usual = BreakGlass(OWNER, WHY, "I-1", 30, "0123456789abcdef")
    return msgspec.structs.replace(usual, **told)


@pytest.fixture
async def body(tmp_path: Path) -> AsyncIterator[Body]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    await make_ready(engine)
    here = Body(policy=POLICY)
    for owner in (OWNER, OTHER):
        here.tell(CUSTOMER, customer(owner), owner)
        here.tell(DEBT, history(debt("100", here.clock(), crn=owner)), owner)
    here.grants = SealedGrants(GrantStore(engine), SEALER)
    yield here
    await engine.dispose()


async def broken(body: Body, caller: Any = FEW, **told: Any) -> BrokenGlass | RuleViolation:
    return await break_glass(body.scope(caller), asked(**told))


async def parts(body: Body, owner: Crn = OWNER, caller: Any = FEW) -> tuple[str, bool]:
    """By which rule a customer opens, and whether their debts are shown."""
    admission = (await body.loaders(caller).admit([owner], [DEBT]))[owner]
    return admission.decision.rule, "debt" in admission.parts


async def test_every_section_of_one_customer_opens_for_as_long_as_was_said(body: Body) -> None:
    assert await parts(body) == ("free", False)
    glass = await broken(body)
    assert isinstance(glass, BrokenGlass)
    assert (glass.until, glass.replayed) == (NOW + timedelta(minutes=30), False)
    assert await parts(body) == ("break-glass", True)
    assert await parts(body, OTHER) == ("free", False)
    assert await parts(body, caller=msgspec.structs.replace(FEW, id="officer-2")) == ("free", False)
    assert await parts(body, caller=msgspec.structs.replace(FEW, organisation="x")) == ("free", False)
    body.clock.wait(30 * 60 - 1)
    assert await parts(body) == ("break-glass", True)
    body.clock.wait(1)
    assert await parts(body) == ("free", False)


async def test_what_is_seen_through_it_is_on_record_with_its_number(body: Body) -> None:
    glass = await broken(body)
    assert isinstance(glass, BrokenGlass)
    loaders = body.loaders(FEW)
    await loaders.admit([OWNER], [DEBT])
    assert loaders.decisions[OWNER].grant == glass.grant_id
    assert loaders.decisions[OWNER].withheld == frozenset()


async def test_it_is_on_record_before_it_holds_and_is_told(body: Body) -> None:
    assert await broken(body)
    ((decision,),) = [tuple(recorded.values()) for recorded in body.record]
    assert (decision.crn, decision.rule, decision.verdict) == (OWNER, "glass-broken", Verdict.OPEN)
    assert [type(event) for event in body.events if isinstance(event, GlassBroken)] == [GlassBroken]


async def test_what_cannot_be_put_on_record_does_not_happen(body: Body) -> None:
    body.unrecorded = Refusal("AUDIT_UNAVAILABLE")
    with pytest.raises(Refusal, match="AUDIT_UNAVAILABLE"):
        await broken(body)
    assert await parts(body) == ("free", False)
    assert not [event for event in body.events if isinstance(event, GlassBroken)]


async def test_it_opens_what_too_much_browsing_closed(body: Body) -> None:
    rules = msgspec.structs.replace(POLICY.access, customers_an_hour=1)
    body.policy = msgspec.structs.replace(POLICY, access=rules)
    late = msgspec.structs.replace(FEW, authenticated_at=NOW - timedelta(minutes=4))
    await parts(body, OTHER, late)
    body.clock.wait(1)
    assert (await parts(body, caller=late))[0] == "browsing"
    assert isinstance(await broken(body, late), BrokenGlass)
    assert await parts(body, caller=late) == ("break-glass", True)


async def test_the_same_key_does_it_once_and_stands_for_nothing_else(body: Body) -> None:
    first = await broken(body)
    body.clock.wait(60)
    again = await broken(body)
    assert isinstance(first, BrokenGlass)
    assert again == BrokenGlass(first.grant_id, first.until, replayed=True)
    reused: dict[str, Any] = {
        "crn": OTHER,
        "reason": WHY + "!",
        "interaction": "I-2",
        "minutes": 31,
    }
    for name, value in reused.items():
        assert await broken(body, **{name: value}) == RuleViolation("IDEMPOTENCY_KEY_REUSED")
    colleague = msgspec.structs.replace(FEW, id="officer-2")
    theirs = await broken(body, colleague)
    assert isinstance(theirs, BrokenGlass)
    assert not theirs.replayed


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no scope for it": ({"scopes": FEW.scopes - {"breakglass:use"}}, "FORBIDDEN"),
    "no customer's record at all": ({"scopes": frozenset({"breakglass:use"})}, "FORBIDDEN"),
    "no staff": ({"kind": PARTNER.kind}, "FORBIDDEN"),
    "an old log-in": ({"authenticated_at": NOW - timedelta(minutes=5, seconds=1)}, "STEP_UP_REQUIRED"),
    "a log-in that nobody knows the time of": ({"authenticated_at": None}, "STEP_UP_REQUIRED"),
    "one's own record": ({"own_crns": frozenset({OWNER})}, "CONFLICT_OF_INTEREST"),
    "a declared relative": ({"declared_crns": frozenset({OWNER})}, "CONFLICT_OF_INTEREST"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_whoever_may_not_is_refused_and_on_record(what: str, body: Body) -> None:
    changed, code = REFUSED[what]
    caller = msgspec.structs.replace(FEW, **changed)
    scope = body.scope(caller)
    with pytest.raises(Refusal, match=code):
        await break_glass(scope, asked())
    (decision,) = scope.loaders.decisions.values()
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, code)
    assert not [event for event in body.events if isinstance(event, GlassBroken)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "because I want to"},
        {"reason": " " * 30},
        {"reason": "x" * 1001},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 61},
        {"interaction": ""},
        {"interaction": "I 1"},
        {"interaction": "I" * 65},
        {"key": "short"},
        {"key": "0123456789abcde\n"},
        {"key": "k" * 65},
    ],
)
async def test_what_was_asked_for_has_to_be_right(wrong: dict[str, Any], body: Body) -> None:
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        await broken(body, **wrong)
    assert await parts(body) == ("free", False)


async def test_a_restricted_record_stays_closed_unless_the_policy_says_otherwise(body: Body) -> None:
    body.tell(RESTRICTION, Restriction(OWNER, True, manager="chief"))
    assert await broken(body) == RuleViolation("RESTRICTED_RECORD")
    assert (await parts(body))[0] == "restricted"
    rules = msgspec.structs.replace(POLICY.access, break_glass_opens_restricted=True)
    body.policy = msgspec.structs.replace(POLICY, access=rules)
    assert isinstance(await broken(body), BrokenGlass)
    assert await parts(body) == ("break-glass", True)
    assert not await body.keeps(DEBT)


async def test_glass_that_was_broken_before_a_record_was_restricted_opens_it_no_more(body: Body) -> None:
    await broken(body)
    body.tell(RESTRICTION, Restriction(OWNER, True, manager="chief"))
    body.clock.wait(31)
    assert (await parts(body))[0] == "restricted"


async def test_nobody_is_opened_by_a_number_that_nobody_has(body: Body) -> None:
    answer = await broken(body, crn=crn(77))
    assert isinstance(answer, RuleViolation)
    assert answer.code == "NOT_FOUND"


async def test_the_grant_is_of_the_person_whichever_number_was_named(body: Body) -> None:
    body.tell(CUSTOMER, Customer(crn(9), canonical_crn=OWNER), crn(9))
    assert isinstance(await broken(body, crn=crn(9)), BrokenGlass)
    assert await parts(body) == ("break-glass", True)


class Broken:
    """A ledger whose database is down."""

    async def of(self, *_: Any) -> Any:
        raise SourceUnavailable("ledger", "database")

    async def add(self, _: Any) -> Any:
        raise SourceUnavailable("ledger", "database")


async def test_a_ledger_that_is_down_costs_the_glass_and_nothing_else(body: Body) -> None:
    body.grants = Broken()
    with pytest.raises(SourceUnavailable):
        await broken(body)
    assert await parts(body) == ("free", False)
