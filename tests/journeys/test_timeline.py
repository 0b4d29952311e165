"""The timeline through a gateway that runs: one list of everything, and what it costs whoever has much of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.crn import Crn
from sources.parts import Restriction
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.customer import Relationship, RelationshipKind
from sources.parts.interaction import Channel, InteractionKind
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, BORIS, CLARA, by_phone, everything_of, message, online, person, there
from tests.sources.sql.statements import overheard

DOCUMENT = """query($crn: CRN!, $filter: TimelineFilter, $first: Int, $after: String) { customer(crn: $crn) {
    timeline(filter: $filter, first: $first, after: $after) {
        edges { cursor node { id kind at day title description channel officer pinned source { system } record
            person { kind crn } } }
        days { date entries { id } } pinned { title } pageInfo { hasNextPage endCursor }
        sections { source system status truncated completeSince code person { crn } } } } }"""
BUSY = 50_000
MINUTE = timedelta(minutes=1)


async def page(gate: Gate, crn: str = ANNE, first: int = 20, after: str | None = None, **filter: Any) -> Any:
    answer = await gate.ask(DOCUMENT, crn=crn, first=first, after=after, filter=filter)
    return answer.data["customer"]["timeline"]


def titles(told: Any) -> list[str]:
    return [edge["node"]["title"] for edge in told["edges"]]


async def test_every_part_stands_in_one_list_and_a_record_is_found_again(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything_of(ANNE, there(2025, 3, 9, 9))) as gate:
        told = await page(gate)
        assert [edge["node"]["kind"] for edge in told["edges"]] == ["ONLINE_LETTER", "INBOUND_CALL"]
        assert [len(day["entries"]) for day in told["days"]] == [2]
        for edge in told["edges"]:
            found = await gate.ask("query($id: ID!) { node(id: $id) { id } }", id=edge["node"]["record"])
            assert found.data["node"] == {"id": edge["node"]["record"]}


async def test_a_text_message_that_telephony_tells_too_is_there_once(tmp_path: Path) -> None:
    at = there(2025, 3, 9, 9)
    text = message(ANNE, "text", at, CorrespondenceChannel.SMS, template="S1", title="Sent")
    twin: dict[str, Any] = {"kind": InteractionKind.OTHER, "channel": Channel.SMS, "activity": "S1"}
    copy = online(ANNE, "copy", at + timedelta(seconds=20), title="Copy", **twin)
    other = online(ANNE, "other", at + 2 * MINUTE, title="Later", **twin)
    async with serving(tmp_path, person(ANNE), text, copy, other) as gate:
        assert titles(await page(gate)) == ["Later", "Sent"]
        first = await page(gate, first=1)
        assert titles(first) == ["Later"]
        second = await page(gate, first=1, after=first["pageInfo"]["endCursor"])
        assert titles(second) == ["Sent"]
        assert not second["pageInfo"]["hasNextPage"]


async def test_related_people_are_shown_as_far_as_the_officer_may_open_them(tmp_path: Path) -> None:
    others = tuple(Relationship(RelationshipKind.PARTNER, one) for one in (BORIS, CLARA))
    records = [
        person(ANNE, relationships=others),
        person(BORIS),
        person(CLARA),
        *(online(one, f"o{one}", there(2025, 3, 9, 9), title=one) for one in (ANNE, BORIS, CLARA)),
        Restriction(CLARA, restricted=True, manager="officer-9"),
    ]
    async with serving(tmp_path, *records) as gate:
        assert titles(await page(gate)) == [ANNE]
        before = len(gate.journal)
        told = await page(gate, related=["PARTNER"])
        assert sorted((one["action"], one["verdict"]) for one in gate.journal[before:]) == [
            ("deny", "BANNER"),
            ("view", "OPEN"),
            ("view", "OPEN"),
        ]
        assert sorted(titles(told)) == sorted([ANNE, BORIS])
        assert CLARA not in str(told)


async def test_nobody_but_staff_looks_for_an_officer(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything_of(ANNE, there(2025, 3, 9, 9))) as gate:
        answer = await gate.ask(DOCUMENT, "partner", crn=ANNE, filter={"officer": "ABC123"})
        assert [error["extensions"]["code"] for error in answer.errors] == ["FORBIDDEN_FIELD"]


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("filter", "rows", "pages"),
    [({}, 121, 100), ({"text": "number 4"}, 1101, 20), ({"kinds": ["SELF_SERVICE_IVR"]}, 121, 100)],
)
async def test_fifty_thousand_items_cost_what_few_cost(
    filter: dict[str, Any], rows: int, pages: int, tmp_path: Path
) -> None:
    """The first page, the five-hundredth, and one that is looked for: as many statements, and few rows."""

    def lived(owner: Crn, count: int) -> list[Any]:
        return [by_phone(owner, f"{n:05}", NOON - 31 * MINUTE * n, title=f"Number {n}") for n in range(count)]

    async with serving(tmp_path, person(ANNE), person(BORIS), *lived(ANNE, BUSY), *lived(BORIS, 30)) as gate:
        with overheard(gate.gateway.engine) as sent:
            few = await page(gate, BORIS, **filter)
        quietly = len(sent)
        with overheard(gate.gateway.engine) as sent:
            told = await page(gate, **filter)
        assert len(sent) == quietly
        assert titles(told)[0] == titles(few)[0]
        after = told["pageInfo"]["endCursor"]
        for _ in range(pages):
            told = await page(gate, first=100, after=after, **filter)
            assert told["pageInfo"]["hasNextPage"]
            after = told["pageInfo"]["endCursor"]
        with overheard(gate.gateway.engine) as sent:
            told = await page(gate, after=after, **filter)
        assert len(told["edges"]) == 20 or "text" in filter
        ((statement, values),) = sent
        assert "LIMIT" in statement
        assert rows in values
