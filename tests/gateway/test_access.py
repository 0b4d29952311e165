"""Who sees what: the five personas, a restricted record, and the number of customers asked for."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from sources.crn import Crn
from sources.parts import Customer, Restriction
from sources.parts.customer import Identifier, IdentifierKind, Name, NameKind, Relationship, RelationshipKind
from sources.parts.restriction import TemporaryAccess
from tests.running import NOON, Gate, codes, serving
from tests.running.failing import failing, raises
from tests.running.people import ANNE, BORIS, CLARA, everything_of, person
from tests.running.rates import Ticks
from tests.running.rates import told as left_to
from tests.sources.specimens import crn

LOCKED, LENT, LAPSED, DOUBLE, UNKNOWN = (crn(number) for number in (201, 202, 203, 204, 299))
OVERVIEW = """overview { restricted completeness emptyMessage banners { kind } pinned { id }
    sections { source status code }
    cards { totalCount edges { node { title } } } }"""
SECTIONS = """recordType recordFlags profile { names { family } } identifiers { kind value } relationships { kind crn }
    entitlements { issuesOnFile } interactions { totalCount } correspondence { totalCount }"""
FOR_STAFF = "debts { truncated } ownership { cases { number } }"
ALL = f"query($crn: CRN!) {{ customer(crn: $crn) {{ id crn {OVERVIEW} {SECTIONS} {FOR_STAFF} }} }}"
EVERY_SECTION = {
    "recordType",
    "recordFlags",
    "profile",
    "identifiers",
    "relationships",
    "entitlements",
    "interactions",
    "correspondence",
    "debts",
    "ownership",
}
STAFF = ["officer", "centre", "restricted"]
JUST_ONE = "query($crn: CRN!) { customer(crn: $crn) { id crn } }"


def told() -> list[Any]:
    open_record = person(
        ANNE,
        names=(Name(NameKind.LEGAL, "Seen"), Name(NameKind.PREFERRED, "Hidden", protected=True)),
        identifiers=(Identifier(IdentifierKind.CAN, "4711"), Identifier(IdentifierKind.CRN, DOUBLE)),
        relationships=(Relationship(RelationshipKind.PARTNER, BORIS),),
    )
    return [
        *everything_of(ANNE, NOON),
        open_record,
        *(record for owner in (LOCKED, LENT, LAPSED) for record in everything_of(owner, NOON)),
        person(BORIS),
        Customer(DOUBLE, canonical_crn=ANNE),
        Restriction(LOCKED, restricted=True, manager="officer-9", officers=("officer-ra-1",)),
        Restriction(LENT, restricted=True, manager="officer-9", temporary=TemporaryAccess("officer-1", NOON)),
        Restriction(
            LAPSED,
            restricted=True,
            manager="officer-9",
            temporary=TemporaryAccess("officer-1", NOON - timedelta(seconds=1)),
        ),
        Restriction(CLARA, restricted=False),
        person(CLARA),
    ]


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    folder = tmp_path_factory.mktemp("access")
    settings = Settings(home=folder, rate_partner=100_000)
    async with serving(folder, *told(), settings=settings, seconds=Ticks()) as serves:
        yield serves


@pytest.mark.parametrize("persona", STAFF)
async def test_staff_see_an_open_record_whole(persona: str, gate: Gate) -> None:
    shown = (await gate.ask(ALL, persona, crn=ANNE)).data["customer"]
    assert shown["crn"] == ANNE
    assert all(shown[section] is not None for section in EVERY_SECTION)
    assert {name["family"] for name in shown["profile"]["names"]} == {"Seen", "Hidden"}
    assert shown["relationships"] == [{"kind": "PARTNER", "crn": BORIS}]
    assert shown["overview"]["cards"]["totalCount"] > 0


async def test_a_partner_sees_no_crn_no_debt_and_no_ownership(gate: Gate) -> None:
    answer = await gate.ask(ALL, "partner", crn=ANNE)
    shown = answer.partial["customer"]
    assert answer.status == 200
    assert [answer.at("customer", section) for section in ("debts", "ownership")] == ["FORBIDDEN_FIELD"] * 2
    assert len(answer.errors) == 2
    assert all(shown[section] is not None for section in EVERY_SECTION - {"debts", "ownership"})
    assert shown["crn"] is None
    assert [name["family"] for name in shown["profile"]["names"]] == ["Seen"]
    assert shown["identifiers"] == [{"kind": "CAN", "value": "4711"}]
    assert shown["relationships"] == [{"kind": "PARTNER", "crn": None}]
    status = {section["source"]: section["status"] for section in shown["overview"]["sections"]}
    assert (status.pop("debt"), status.pop("ownership")) == ("FORBIDDEN", "FORBIDDEN")
    assert set(status.values()) == {"OK"}
    assert shown["overview"]["completeness"] == "COMPLETE"
    assert not any(number in answer.text for number in (ANNE, BORIS, DOUBLE))


async def test_a_dashboard_sees_no_customer(gate: Gate) -> None:
    for document in (ALL, "query($crn: CRN!) { customers(crns: [$crn]) { id } }"):
        answer = await gate.ask(document, "dashboard", crn=ANNE)
        assert codes(answer) == ["FORBIDDEN"]
    by_can = '{ customerBy(identifier: {can: "4711"}) { id } }'
    assert codes(await gate.ask(by_can, "dashboard")) == ["FORBIDDEN"]
    assert (await gate.ask("{ sources { part health } viewer { kind } }", "dashboard")).data["viewer"] == {
        "kind": "SERVICE"
    }


@pytest.mark.parametrize(
    ("owner", "persona"),
    [(LOCKED, "officer"), (LOCKED, "centre"), (LAPSED, "officer"), (LENT, "centre"), (LENT, "restricted")],
)
async def test_staff_who_are_not_listed_see_the_banner_only(owner: Crn, persona: str, gate: Gate) -> None:
    answer = await gate.ask(ALL, persona, crn=owner)
    shown = answer.partial["customer"]
    assert shown["crn"] == owner
    the_banner_only(shown["overview"])
    assert {answer.at("customer", section) for section in EVERY_SECTION} == {"RESTRICTED_RECORD"}
    assert all(shown[section] is None for section in EVERY_SECTION)
    assert "Family" not in answer.text


def the_banner_only(overview: dict[str, Any]) -> None:
    assert overview["banners"] == [{"kind": "RESTRICTED_ACCESS"}]
    assert overview["restricted"] is True
    assert (overview["sections"], overview["pinned"], overview["emptyMessage"]) == ([], [], None)
    assert overview["cards"] == {"totalCount": 0, "edges": []}


@pytest.mark.parametrize(("owner", "persona"), [(LOCKED, "restricted"), (LENT, "officer")])
async def test_a_listed_officer_sees_the_sections_and_the_same_banner(
    owner: Crn, persona: str, gate: Gate
) -> None:
    shown = (await gate.ask(ALL, persona, crn=owner)).data["customer"]
    the_banner_only(shown["overview"])
    assert all(shown[section] is not None for section in EVERY_SECTION)


async def test_to_a_partner_a_restricted_number_is_an_unknown_one(gate: Gate) -> None:
    before, restricted, unknown = [
        await gate.ask(ALL, "partner", crn=number) for number in (UNKNOWN, LOCKED, UNKNOWN)
    ]
    assert left_to(before).left - left_to(restricted).left == left_to(restricted).left - left_to(unknown).left
    assert restricted.text == unknown.text == '{"data":{"customer":null}}'
    assert restricted.status == unknown.status == 200
    passing = {"x-request-id": "", "date": "", "ratelimit": ""}
    left, right = ({**answer.headers, **passing} for answer in (restricted, unknown))
    assert left == right
    several = "query($crns: [CRN!]!) { customers(crns: $crns) { id } }"
    for number in (LOCKED, UNKNOWN):
        assert (await gate.ask(several, "partner", crns=[number])).text == '{"data":{"customers":[null]}}'


async def test_a_restriction_that_says_no_is_none(gate: Gate) -> None:
    assert (await gate.ask(JUST_ONE, crn=CLARA)).data["customer"]["crn"] == CLARA


@pytest.mark.parametrize("persona", [*STAFF, "partner"])
async def test_an_unknown_number_is_null_without_an_error(persona: str, gate: Gate) -> None:
    assert (await gate.ask(ALL, persona, crn=UNKNOWN)).body == {"data": {"customer": None}}


@pytest.mark.parametrize("persona", [*STAFF, "partner"])
async def test_another_number_of_a_person_leads_to_the_person(persona: str, gate: Gate) -> None:
    by_alias, itself = [(await gate.ask(JUST_ONE, persona, crn=number)).data for number in (DOUBLE, ANNE)]
    assert by_alias == itself
    assert by_alias["customer"] is not None


async def test_more_customers_than_allowed_are_refused(gate: Gate) -> None:
    several = "query($crns: [CRN!]!) { customers(crns: $crns) { id } }"
    asked = [crn(number) for number in range(300, 326)]
    assert codes(await gate.ask(several, crns=asked)) == ["TOO_MANY_CUSTOMERS"]
    assert len((await gate.ask(several, crns=asked[:25])).data["customers"]) == 25
    assert codes(await gate.ask(several, "partner", crns=[ANNE, BORIS])) == ["TOO_MANY_CUSTOMERS"]


async def test_aliases_do_not_get_more_customers_than_allowed(gate: Gate) -> None:
    """Each field alone stays below the limit; the operation does not."""
    two = "query($a: CRN!, $b: CRN!) { a: customer(crn: $a) { id } b: customer(crn: $b) { id } }"
    answer = await gate.ask(two, "partner", a=ANNE, b=BORIS)
    assert "TOO_MANY_CUSTOMERS" in codes(answer)
    assert sum(one is not None for one in answer.partial.values()) <= 1
    same = await gate.ask(two, "partner", a=ANNE, b=ANNE.lower())
    assert same.data["a"] == same.data["b"] is not None
    lists = "query($a: [CRN!]!, $b: [CRN!]!) { a: customers(crns: $a) { id } b: customers(crns: $b) { id } }"
    numbers = [crn(number) for number in range(300, 330)]
    assert "TOO_MANY_CUSTOMERS" in codes(await gate.ask(lists, a=numbers[:15], b=numbers[15:]))


async def test_the_viewer_is_who_asks(gate: Gate) -> None:
    document = "{ viewer { kind id organisation roles scopes presentation } }"
    for persona, kind in (
        ("officer", "STAFF"),
        ("centre", "STAFF"),
        ("restricted", "STAFF"),
        ("partner", "PARTNER"),
    ):
        viewer = (await gate.ask(document, persona)).data["viewer"]
        assert viewer["kind"] == kind
        assert viewer["scopes"] == sorted(viewer["scopes"])
        assert ("crn:read" in viewer["scopes"]) == (kind == "STAFF")
    assert (await gate.ask(document, "centre")).data["viewer"]["presentation"] == "SERVICE_CENTRE"


async def test_a_source_that_is_down_does_not_tell_a_partner_which_number_is_restricted(
    tmp_path: Path,
) -> None:
    """What is null for a restricted number must not be something else for an unknown one."""
    async with serving(tmp_path, *told(), replaced={"customer": failing(raises)}) as gate:
        restricted, unknown = [
            await gate.ask(JUST_ONE, "partner", crn=number) for number in (LOCKED, UNKNOWN)
        ]
        shapes = [(answer.partial["customer"] is None, codes(answer)) for answer in (restricted, unknown)]
        assert shapes[0] == shapes[1]


async def test_a_banner_is_no_fresher_than_what_is_known_of_the_restriction(gate: Gate) -> None:
    document = "query($crn: CRN!) { customer(crn: $crn) { overview { generatedAt freshUntil } } }"
    shown = (await gate.ask(document, crn=LOCKED)).data["customer"]["overview"]
    begin, end = (datetime.fromisoformat(shown[name]) for name in ("generatedAt", "freshUntil"))
    assert end - begin <= timedelta(seconds=30)
