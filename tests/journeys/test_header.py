"""What an officer sees around the cards, from the town's people to the answer: in both presentations, by both ways."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from sandbox import crn
from sources.parts import Restriction
from sources.parts.customer import Identifier, IdentifierKind, Indicator, IndicatorKind
from sources.sql import load
from tests.running import Gate, serving
from tests.running.failing import failing, raises
from tests.running.people import ANNE, everything_of, online, person, there
from tests.running.services import served_by_systems
from tests.sandbox.telling import lines, unhurried

ON = date(2025, 3, 10)
NOON = datetime(2025, 3, 10, 1, 0, tzinfo=UTC)
PEOPLE = (12, 13, 16, 22, 23, 24, 26, 27, 28, 43, 47)
HEADER = """query($crn: CRN!, $place: Presentation) { customer(crn: $crn) { recordFlags recordType
    overview(presentation: $place) { restricted completeness
        banners { kind text link validFrom validTo }
        profileIndicators { kind hoverText state lastLogin lockReason colour }
        knowledge { title articleId url } resources { title url }
        cards { totalCount edges { node { id title description knowledge { articleId } } } } } } }"""
SMART, CENTRE = "SMART_CENTRE", "SERVICE_CENTRE"
POLICY = """
[links]
hosts = ["my.gov.au"]
[[banners]]
text = "Cyclone in the north"
link = "https://my.gov.au/cyclone"
from = 2025-03-10
to = 2025-03-11
states = ["NT"]
"""


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    wanted = {crn(number) for number in PEOPLE}
    told = [one for one in unhurried(lines(ON, 48)) if json.decode(one)["record"]["crn"] in wanted]
    async with serving(tmp_path_factory.mktemp("header"), policy=POLICY) as gate:
        loaded = await load(gate.gateway.engine, told)
        assert not loaded.refused
        yield gate


async def header(
    gate: Gate, owner: str, place: str | None = None, persona: str = "officer"
) -> dict[str, Any]:
    answer = await gate.ask(HEADER, persona, crn=owner, place=place)
    shown: dict[str, Any] = answer.data["customer"]
    return shown


async def beside(gate: Gate, number: int, place: str | None = None) -> dict[str, dict[str, Any]]:
    shown = (await header(gate, crn(number), place))["overview"]["profileIndicators"]
    return {one["kind"]: one for one in shown}


def kinds(shown: dict[str, Any]) -> list[str]:
    return [one["kind"] for one in shown["overview"]["banners"]]


async def test_marlee_lives_far_away_and_hears_of_the_cyclone(town: Gate) -> None:
    """BR-CO-50, BR-CO-51."""
    shown = await header(town, crn(27))
    assert (await beside(town, 27))["REMOTE"]["hoverText"] == "Nhulunbuy, NT"
    assert shown["overview"]["banners"] == [
        {
            "kind": "SPECIAL",
            "text": "Cyclone in the north",
            "link": "https://my.gov.au/cyclone",
            "validFrom": "2025-03-10",
            "validTo": "2025-03-11",
        }
    ]
    assert kinds(await header(town, crn(26))) == []


async def test_hoa_speaks_vietnamese_and_edith_has_a_nominee_whom_judith_is(town: Gate) -> None:
    """BR-CO-50."""
    assert (await beside(town, 26))["LANGUAGE"]["hoverText"] == "Vietnamese"
    for number in (22, 23):
        shown = (await beside(town, number))["NOMINEE"]
        assert shown["hoverText"] == "Payment and correspondence nominee"


async def test_victors_locks_are_amber_in_the_smart_centre_only(town: Gate) -> None:
    """BR-CO-50."""
    smart, centre = await beside(town, 28, SMART), await beside(town, 28, CENTRE)
    assert [smart[kind]["colour"] for kind in ("VOICEPRINT", "ONLINE_ACCOUNT", "MOBILE_APP")] == [
        "AMBER",
        "AMBER",
        None,
    ]
    assert smart["ONLINE_ACCOUNT"]["hoverText"] == "Locked: Locked by the customer"
    assert smart["ONLINE_ACCOUNT"]["lockReason"] == "Locked by the customer"
    assert smart["MOBILE_APP"]["hoverText"].startswith("Active, last log-on ")
    assert {one["colour"] for one in centre.values()} == {None}
    assert [one | {"colour": None} for one in smart.values()] == list(centre.values())


async def test_alberts_notes_and_plan_are_told_of_and_not_told(town: Gate) -> None:
    """BR-CO-51; the service centre does not show the plan."""
    assert kinds(await header(town, crn(47), SMART)) == ["DISPLAY_ON_ACCESS", "MANAGED_SERVICE_PLAN"]
    assert kinds(await header(town, crn(47), CENTRE)) == ["DISPLAY_ON_ACCESS"]
    assert kinds(await header(town, crn(24))) == ["DISPLAY_ON_ACCESS"]


async def test_a_viewer_sees_what_is_shown_where_they_work(town: Gate) -> None:
    assert await header(town, crn(47), persona="officer") == await header(town, crn(47), SMART)
    assert await header(town, crn(47), persona="centre") == await header(town, crn(47), CENTRE)
    assert await header(town, crn(47), SMART, "centre") == await header(town, crn(47), SMART)


async def test_both_presentations_have_the_same_data(town: Gate) -> None:
    for number in PEOPLE:
        smart, centre = [await header(town, crn(number), place) for place in (SMART, CENTRE)]
        for part in ("cards", "knowledge", "resources", "completeness", "restricted"):
            assert smart["overview"][part] == centre["overview"][part]


@pytest.mark.parametrize(
    ("number", "flags", "kind"),
    [(12, ["DECEASED"], "PER"), (43, ["RESTRICTED_UPDATE"], "PER"), (13, [], "ORG"), (16, [], "CHI")],
)
async def test_whoever_died_a_child_and_an_organisation_have_an_overview_too(
    number: int, flags: list[str], kind: str, town: Gate
) -> None:
    shown = await header(town, crn(number))
    assert (shown["recordFlags"], shown["recordType"]) == (flags, kind)
    assert shown["overview"]["completeness"] == "COMPLETE"
    assert not shown["overview"]["restricted"]


async def test_a_banner_goes_when_its_last_day_is_over_in_sydney(tmp_path: Path) -> None:
    """BR-CO-51: both days are included, by the clocks of the policy's zone."""
    policy = POLICY.replace('states = ["NT"]', "")
    async with serving(tmp_path, person(ANNE), policy=policy, now=there(2025, 3, 9, 23, 59, 59)) as gate:
        seen = []
        for moment in ((2025, 3, 9, 23, 59), (2025, 3, 10, 0), (2025, 3, 11, 23, 59), (2025, 3, 12, 0)):
            gate.hands.now = there(*moment)
            seen.append(kinds(await header(gate, ANNE)))
        assert seen == [[], ["SPECIAL"], ["SPECIAL"], []]


async def test_a_restricted_record_looks_the_same_in_both_presentations(tmp_path: Path) -> None:
    """BR-CO-52."""
    records = [*everything_of(ANNE, NOON), person(ANNE, display_on_access=True, managed_service_plan=True)]
    async with serving(tmp_path, *records, Restriction(ANNE, restricted=True), policy=POLICY) as gate:
        answers = [
            (await gate.ask(HEADER, persona, crn=ANNE, place=place)).partial["customer"]["overview"]
            for persona in ("officer", "centre", "restricted")
            for place in (SMART, CENTRE)
        ]
        assert [one["kind"] for one in answers[0]["banners"]] == ["RESTRICTED_ACCESS"]
        assert all(one == answers[0] for one in answers)
        told = {name: answers[0][name] for name in ("profileIndicators", "knowledge", "resources")}
        assert told == {"profileIndicators": [], "knowledge": [], "resources": []}


async def test_the_header_comes_from_a_system_of_its_own_as_from_the_database(tmp_path: Path) -> None:
    marks = (Indicator(IndicatorKind.REMOTE, detail="Gove, NT"),)
    told = person(ANNE, display_on_access=True, managed_service_plan=True, indicators=marks)
    async with served_by_systems(tmp_path, *everything_of(ANNE, NOON)[1:], told) as (gate, _):
        shown = await header(gate, ANNE)
        assert kinds(shown) == ["DISPLAY_ON_ACCESS", "MANAGED_SERVICE_PLAN"]
        assert shown["overview"]["profileIndicators"][0]["hoverText"] == "Gove, NT"


async def test_a_record_that_cannot_be_read_costs_its_header_and_no_card(tmp_path: Path) -> None:
    """Banners that are not known are null, with an error at their path: nobody takes them for none."""
    broken = {"customer": failing(raises)}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=broken) as gate:
        answer = await gate.ask(HEADER.replace("recordFlags recordType", ""), crn=ANNE)
        shown = answer.partial["customer"]["overview"]
        assert (shown["banners"], shown["profileIndicators"]) == (None, None)
        assert answer.at("customer", "overview", "banners") == answer.at("customer", "overview")
        assert shown["cards"]["totalCount"] > 0
        assert shown["resources"] is not None


async def test_a_medicare_number_in_a_source_reaches_nobody(tmp_path: Path) -> None:
    """BR-CO-6, in both presentations."""
    said = online(
        ANNE, "i", NOON, title="Gave card 2123 45670 1/2", summary="Medicare 2123456701, call 0491570156"
    )
    async with serving(tmp_path, person(ANNE), said) as gate:
        for place in (SMART, CENTRE):
            answer = await gate.ask(HEADER, crn=ANNE, place=place)
            (edge,) = answer.data["customer"]["overview"]["cards"]["edges"]
            assert edge["node"]["title"] == "Gave card [Medicare number]"
            assert edge["node"]["description"] == "Medicare [Medicare number], call 0491570156"
            assert "45670" not in answer.text


async def test_an_overview_needs_a_number_that_leads_to_somebody(tmp_path: Path) -> None:
    """BR-CO-1: a CRN or an access number; BR-CO-9: keyed by the officer, whatever becomes of the telephones."""
    known = person(ANNE, identifiers=(Identifier(IdentifierKind.CAN, "4711"),))
    records = [*everything_of(ANNE, NOON)[1:], known]
    by_can = "query($can: String!) { customerBy(identifier: {can: $can}) { overview { completeness } } }"
    broken = {"interaction": failing(raises)}
    async with serving(tmp_path, *records, replaced=broken) as gate:
        assert (await gate.ask(by_can, can="4711")).partial["customerBy"]["overview"][
            "completeness"
        ] == "PARTIAL"
        assert (await gate.ask(by_can, can="4712")).data["customerBy"] is None
        assert (await gate.ask(HEADER, crn=crn(99))).data["customer"] is None
        missing = await gate.ask("{ customer { overview { completeness } } }")
        assert missing.errors
