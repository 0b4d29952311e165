"""What is never given again: faults, refusals, what is restricted, per viewer, or rests on more than customers."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from resolvers.loaders import Loaders
from resolvers.scope import Scope
from resolvers.witness import CONSTANT, PLAIN
from sources.parts import DEBT, Entitlement, Restriction
from sources.parts.customer import Identifier, IdentifierKind
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus
from tests.running import NOON, Gate, serving
from tests.running.documents import posted
from tests.running.failing import failing, raises
from tests.running.issuing import issuing, trusting
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person, there
from tests.sources.specimens import crn

LISTED = crn(201)
OVERVIEW = "overview { generatedAt completeness cards { edges { node { title recency { label } } } } }"
ONE = f"query($crn: CRN!) {{ customer(crn: $crn) {{ id {OVERVIEW} }} }}"
READ = "query($crn: CRN!) { customer(crn: $crn) { overview { cards { edges { node { readState } } } } } }"
GLASS = """mutation($input: BreakGlassInput!) { breakGlass(input: $input) { __typename } }"""


def records() -> list[Any]:
    known = person(ANNE, identifiers=(Identifier(IdentifierKind.CAN, "4711"),))
    locked = Restriction(LISTED, restricted=True, manager="officer-ra-1")
    return [
        *everything_of(ANNE, NOON),
        posted(ANNE),
        known,
        *everything_of(BORIS, NOON),
        person(LISTED),
        locked,
    ]


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, *records(), settings=Settings(home=tmp_path)) as serves:
        yield serves


async def twice(gate: Gate, document: str, persona: str = "officer", **variables: Any) -> list[str]:
    """What became of an operation that is asked for twice, after all that it needs is at hand."""
    return [(await gate.ask(document, persona, **variables)).headers["x-overview-answer"] for _ in range(3)][
        1:
    ]


SCOPES = "customer:read crn:read overview:read"
HOUSE = Path(__file__).parents[2]
BY_THE_CLOCK = re.compile(r"\b(?:scope|asking|desk|self)\.now\b|datetime\.now|time\.time\(")
KEPT, NOT = ["hit", "hit"], ["bypass", "bypass"]


@pytest.mark.parametrize(
    ("document", "variables", "told"),
    [
        (ONE, {"crn": ANNE}, KEPT),
        (ONE, {"crn": CLARA}, NOT),
        (ONE, {"crn": LISTED}, NOT),
        (READ, {"crn": ANNE}, NOT),
        ("{ __typename }", {}, NOT),
        ("{ viewer { id } }", {}, NOT),
        ("{ viewer { currentCall { callId } } }", {}, NOT),
        ("{ sources { system } }", {}, NOT),
        ('{ customerBy(identifier: { can: "4711" }) { id } }', {}, NOT),
        ('{ searchCustomers(quick: "Given") { edges { node { id } } } }', {}, NOT),
        ("query($crn: CRN!) { customer(crn: $crn) { id } sources { system } }", {"crn": ANNE}, NOT),
        (
            'query($crn: CRN!) { customer(crn: $crn) { overview(call: { callId: "c-1" }) { completeness } } }',
            {"crn": ANNE},
            NOT,
        ),
    ],
)
async def test_only_what_rests_on_customers_alone_is_given_again(
    document: str, variables: dict[str, Any], told: list[str], gate: Gate
) -> None:
    assert await twice(gate, document, "restricted", **variables) == told
    assert (await gate.ask(document, "restricted", **variables)).data


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (ONE, {"crn": "no number"}),
        ("query($crn: CRN!) { nothing(crn: $crn) }", {"crn": ANNE}),
        (
            "query($crn: CRN!) { customer(crn: $crn) { overview { completeness } ownership { nothing } } }",
            {"crn": ANNE},
        ),
        (
            "query($crn: CRN!) { customer(crn: $crn) { interactions(first: 0) { totalCount } id } }",
            {"crn": ANNE},
        ),
        (GLASS, {"input": {}}),
    ],
)
async def test_an_error_is_not_given_again(document: str, variables: dict[str, Any], gate: Gate) -> None:
    assert await twice(gate, document, "restricted", **variables) == NOT
    assert (await gate.ask(document, "restricted", **variables)).errors


async def test_what_failed_is_asked_for_again(tmp_path: Path) -> None:
    replaced = {DEBT.name: failing(raises)}
    async with serving(tmp_path, *records(), replaced=replaced) as gate:
        assert await twice(gate, ONE, crn=ANNE) == NOT
        without = "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } } }"
        assert await twice(gate, without, crn=ANNE) == KEPT


async def test_what_is_opened_by_broken_glass_is_not_given_again(gate: Gate) -> None:
    assert await twice(gate, ONE, "restricted", crn=ANNE) == KEPT
    asked = {"idempotencyKey": "k" * 16, "crn": ANNE, "reason": "The caller is at the door.", "minutes": 30}
    answer = await gate.ask(GLASS, "restricted", input={**asked, "interactionId": "I-1"})
    assert answer.data["breakGlass"]["__typename"] == "GlassBroken"
    assert await twice(gate, ONE, "restricted", crn=ANNE) == NOT
    assert gate.journal[-1]["rule"] == "break-glass"


async def test_what_a_viewer_is_shown_another_viewer_is_not_given(tmp_path: Path) -> None:
    """Two officers of one organisation, with the same scopes, roles and presentation."""
    sections = "query($crn: CRN!) { customer(crn: $crn) { id crn } }"
    async with issuing() as issuer, trusting(tmp_path, issuer, *records()) as gate:

        async def asks(officer: str, document: str, scope: str = SCOPES) -> str:
            headers = {"authorization": f"Bearer {issuer.token(sub=officer, scope=scope)}"}
            answer = await gate.ask(document, headers=headers, crn=ANNE)
            assert answer.data["customer"]["id"]
            return answer.headers["x-overview-answer"]

        assert [await asks("officer-77", ONE), await asks("officer-77", ONE)] == ["miss", "hit"]
        assert [await asks("officer-78", ONE), await asks("officer-78", ONE)] == ["miss", "hit"]
        assert [await asks("officer-77", sections), await asks("officer-78", sections)] == ["miss", "hit"]
        fewer = "customer:read"
        assert [await asks("officer-78", sections, fewer) for _ in range(2)] == ["miss", "hit"]
        assert await asks("officer-78", sections) == "hit", "theirs is kept beside it"


async def test_a_new_day_is_told_at_midnight(tmp_path: Path) -> None:
    late = there(2025, 3, 10, 23, 59, 55)
    async with serving(tmp_path, *everything_of(ANNE, late), now=late) as gate:
        assert await twice(gate, ONE, crn=ANNE) == KEPT
        before = await gate.ask(ONE, crn=ANNE)
        gate.hands.now += timedelta(seconds=4)
        assert (await gate.ask(ONE, crn=ANNE)).text == before.text
        gate.hands.now += timedelta(seconds=1)
        after = await gate.ask(ONE, crn=ANNE)
        assert after.headers["x-overview-answer"] == "miss"
        labels = [labels_of(answer) for answer in (before, after)]
        assert (set(labels[0]), set(labels[1])) == ({"Just now"}, {"1 day ago"})


def labels_of(answer: Any) -> list[str]:
    cards = answer.data["customer"]["overview"]["cards"]["edges"]
    return [edge["node"]["recency"]["label"] for edge in cards]


async def test_what_an_appointment_comes_to_is_told_when_it_begins(tmp_path: Path) -> None:
    begins = NOON + timedelta(seconds=5)
    booked = Appointment("a", AppointmentProvider.SERV_AU, begins, AppointmentStatus.BOOKED)
    told = [*everything_of(ANNE, NOON), Entitlement(ANNE, appointments=(booked,))]
    sections = "query($crn: CRN!) { customer(crn: $crn) { id entitlements { appointments { startsAt } } } }"
    async with serving(tmp_path, *told) as gate:
        for document in (ONE, sections):
            assert await twice(gate, document, crn=ANNE) == KEPT
        gate.hands.now = begins - timedelta(microseconds=1)
        assert (await gate.ask(sections, crn=ANNE)).headers["x-overview-answer"] == "hit"
        gate.hands.now = begins
        for document in (ONE, sections):
            assert (await gate.ask(document, crn=ANNE)).headers["x-overview-answer"] == "miss"
        gate.hands.now = begins - timedelta(seconds=1)  # a clock that was set back
        assert (await gate.ask(sections, crn=ANNE)).headers["x-overview-answer"] == "miss"


def test_it_is_known_who_tells_anything_by_the_clock() -> None:
    """Whoever does so besides lets `resolvers/story.py` know until when it is true."""
    found = {
        str(file.relative_to(HOUSE))
        for package in ("resolvers", "schema")
        for file in (HOUSE / package).rglob("*.py")
        if "commands" not in file.parts and BY_THE_CLOCK.search(file.read_text("utf-8"))
    }
    assert found == {
        f"resolvers/{name}.py"
        for name in "access board cards/activity completeness customer grants loaders neighbours overview"
        " retold screen_pop scope story".split()
    }


def test_it_is_known_of_all_that_a_scope_and_the_loaders_have_whether_it_is_the_same_for_everybody() -> None:
    """Whoever adds something decides whether an answer that uses it may be given to others."""
    assert set(Scope.__struct_fields__) - PLAIN == set(
        "source_states record switchboard views has_opened invalidator".split()
    )
    public = {name for name in vars(Loaders) if not name.startswith("_")}
    assert public - CONSTANT - {"admit"} == set(
        "grants consider pretend note search resolve page renew document".split()
    )
