"""Partners' agreements: what a partner sees of a customer, through the door."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import is_non_null_type

from gateway.agreements import read_agreements
from gateway.settings import Settings
from sources.parts import CUSTOMER, PARTS
from sources.parts.customer import Address, AddressKind, ContactKind, ContactPoint
from sources.toml_file import BadFileError
from tests.records import CALL, happened
from tests.running import NOON, Gate, codes, serving
from tests.running.people import ANNE, everything_of, person
from tests.schema.everything import SCHEMA
from tests.sources.specimens import crn

WHOLE = """query($crn: CRN!) { customer(crn: $crn) { recordType
    profile { names { family } dateOfBirth gender contactPoints { value } addresses { locality }
        sensitiveIndicators { kind } }
    interactions { edges { node { id title } } } correspondence { totalCount }
    entitlements { issuesOnFile } ownership { cases { number } } debts { truncated } } }"""
PARTNER = "employment-provider"
LATE, EARLY = NOON - timedelta(days=3), NOON - timedelta(days=40)


def records() -> list[Any]:
    told = person(
        ANNE,
        contact_points=(ContactPoint(ContactKind.MOBILE, "0400 000 000"),),
        addresses=(Address(AddressKind.RESIDENTIAL, ("1 High St",), "Dubbo"),),
        date_of_birth=NOON.date(),
        gender="F",
    )
    late, early = (happened(CALL, at, crn=ANNE, id=id) for at, id in ((LATE, "late"), (EARLY, "early")))
    rest = [one for one in everything_of(ANNE, NOON) if type(one).__name__ not in ("Customer", "Interaction")]
    return [told, late, early, *rest]


@asynccontextmanager
async def served(folder: Path, agreements: str) -> AsyncIterator[Gate]:
    file = folder / "agreements.toml"
    file.write_text(agreements, "utf-8")
    async with serving(folder, *records(), settings=Settings(home=folder, agreements_file=file)) as gate:
        yield gate


async def asked(gate: Gate, document: str = WHOLE, **headers: str) -> Any:
    return await gate.ask(document, "partner", headers, crn=ANNE)


def at(answer: Any, code: str = "FORBIDDEN_FIELD") -> set[str]:
    errors = [error for error in answer.errors if error["extensions"]["code"] == code]
    return {".".join(str(step) for step in error["path"][1:]) for error in errors}


async def test_a_partner_sees_the_parts_of_its_agreement_and_no_field_that_it_withholds(
    tmp_path: Path,
) -> None:
    text = f"""[agreements.{PARTNER}]
parts = ["customer", "interaction"]
withheld = ["customer.date_of_birth", "customer.addresses"]"""
    async with served(tmp_path, text) as gate:
        answer = await asked(gate)
        withheld = {"profile.dateOfBirth", "profile.addresses", "profile.sensitiveIndicators"}
        assert at(answer) == {*withheld, "correspondence", "entitlements", "ownership", "debts"}
        seen = answer.partial["customer"]
        assert seen["profile"]["gender"] == "F"
        assert seen["profile"]["contactPoints"] == [{"value": "0400 000 000"}]
        assert len(seen["interactions"]["edges"]) == 2
        (event,) = gate.journal
        assert event["parts"] == ["customer", "interaction"]


async def test_a_scope_narrows_what_an_agreement_opens_and_never_widens_it(tmp_path: Path) -> None:
    everything = ", ".join(
        f'"{part.name}"' for part in PARTS if part.name not in ("ownership", "restriction")
    )
    async with served(tmp_path, f"[agreements.{PARTNER}]\nparts = [{everything}]") as gate:
        answer = await asked(gate)
        # the persona has no debts:read, no partner has ownership
        assert at(answer) == {"profile.sensitiveIndicators", "ownership", "debts"}


@pytest.mark.parametrize("limit", ["since = 2025-03-01", "days = 10", "since = 2025-03-01\ndays = 30"])
async def test_what_happened_before_the_agreements_day_is_not_there(limit: str, tmp_path: Path) -> None:
    text = f'[agreements.{PARTNER}]\nparts = ["customer", "interaction"]\n{limit}'
    async with served(tmp_path, text) as gate:
        answer = await asked(gate)
        nodes = [edge["node"] for edge in answer.partial["customer"]["interactions"]["edges"]]
        assert len(nodes) == 1
        everything = await gate.ask(WHOLE, crn=ANNE)
        ids = [edge["node"]["id"] for edge in everything.data["customer"]["interactions"]["edges"]]
        node = "query($id: ID!) { node(id: $id) { id } }"
        found = [(await gate.ask(node, "partner", id=one)).data["node"] for one in ids]
        assert found == [{"id": ids[0]}, None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[agreements.somebody-else]\nparts = ["customer"]',
        f'[agreements.{PARTNER}]\nparts = ["customer"]\nbegins = 2025-03-11',
        f'[agreements.{PARTNER}]\nparts = ["customer"]\nends = 2025-03-09',
    ],
)
async def test_without_an_agreement_in_force_a_partner_sees_nobody(text: str, tmp_path: Path) -> None:
    async with served(tmp_path, text) as gate:
        answer = await asked(gate)
        assert (codes(answer), answer.partial) == (["FORBIDDEN"], {"customer": None})
        (event,) = gate.journal
        assert (event["action"], event["rule"]) == ("deny", "agreement")
        unknown = await gate.ask(WHOLE, "partner", crn=crn(299))
        assert codes(unknown) == ["FORBIDDEN"]  # whoever it is
        assert (await gate.ask("{ viewer { id } }", "partner")).data


async def test_an_agreement_holds_on_its_first_and_last_day(tmp_path: Path) -> None:
    text = f'[agreements.{PARTNER}]\nparts = ["customer"]\nbegins = 2025-03-10\nends = 2025-03-10'
    async with served(tmp_path, text) as gate:
        assert (await asked(gate)).partial["customer"]["recordType"] == "PER"


async def test_a_partner_gives_the_reasons_of_its_agreement_and_no_other(tmp_path: Path) -> None:
    text = f'[agreements.{PARTNER}]\nparts = ["customer"]\npurposes = ["CASE_WORK"]'
    async with served(tmp_path, text) as gate:
        assert codes(await asked(gate)) == ["REASON_REQUIRED"]
        assert codes(await asked(gate, **{"x-access-reason": "COMPLAINT"})) == ["REASON_REQUIRED"]
        answer = await asked(gate, **{"x-access-reason": "CASE_WORK"})
        assert answer.partial["customer"]["recordType"] == "PER"


async def test_officers_have_no_agreement(tmp_path: Path) -> None:
    async with served(tmp_path, "") as gate:
        assert len((await gate.ask(WHOLE, crn=ANNE)).data["customer"]["interactions"]["edges"]) == 2


def test_a_production_profile_has_no_agreement_that_nobody_wrote() -> None:
    assert read_agreements(None, shipped=False) == {}
    assert set(read_agreements(None, shipped=True)) == {PARTNER}


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)


GOOD = '[agreements.a]\nparts = ["customer"]\n'
WRONG = {
    "a table that is none": ("[agreement.a]\n", ":1", "agreements"),
    "no table at all": ('agreements = "a"\n', ":1", "[agreements.NAME]"),
    "a part that is none": ('[agreements.a]\nparts = ["interactions"]\n', ":2", "`interaction`"),
    "a part for staff": ('[agreements.a]\nparts = ["ownership"]\n', ":2", "ownership"),
    "the restriction": ('[agreements.a]\nparts = ["restriction"]\n', ":2", "restriction"),
    "no parts": ("[agreements.a]\nparts = []\n", ":1", "at least one part"),
    "a field that cannot be withheld": (GOOD + 'withheld = ["customer.names"]\n', ":3", "customer.names"),
    "a purpose that is none": (GOOD + 'purposes = ["CURIOSITY"]\n', ":3", "CURIOSITY"),
    "a key that is none": (GOOD + "ending = 2025-01-01\n", ":3", "ending"),
    "no day": (GOOD + 'ends = "soon"\n', ":3", "date"),
    "the wrong way round": (GOOD + "begins = 2025-01-02\nends = 2025-01-01\n", ":4", "before"),
    "days that are none": (GOOD + "days = -1\n", ":3", "0 or more"),
    "one organisation twice": (
        GOOD + '[agreements.b]\nparts = ["customer"]\norganisation = "a"\n',
        ":3",
        "already",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_in_the_file_is_named_with_its_line(what: str, tmp_path: Path) -> None:
    text, line, meant = WRONG[what]
    file = tmp_path / "agreements.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFileError) as refused:
        read_agreements(file, shipped=False)
    assert f"agreements.toml{line}: " in str(refused.value)
    assert meant in str(refused.value)


def test_what_can_be_withheld_can_be_null_in_the_language() -> None:
    profile: Any = SCHEMA.type_map["Profile"]
    fields = {snake(name): field for name, field in profile.fields.items()}
    for name in CUSTOMER.withholdable:
        assert not is_non_null_type(fields[name].type), name
    assert [part.name for part in PARTS if part.withholdable] == ["customer"]
