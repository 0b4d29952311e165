"""Likely reasons as an officer meets them: those of the sandbox's named people, from the database, in one wave."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from sandbox import crn
from sources.sql import load
from tests.running import NOON, Gate, serving
from tests.sandbox.telling import lines, unhurried
from tests.sources.sql.statements import overheard

REASONS = """query($crn: CRN!, $first: Int! = 3) { customer(crn: $crn) { overview { likelyReasons(first: $first) {
    reason label confidence because { kind label date cardId } suggested { title articleId url } } } } }"""
WITH_CARDS = """query($crn: CRN!) { customer(crn: $crn) { overview {
    alerts { label } cards(first: 100) { edges { node { id } } }
    likelyReasons(first: 100) { because { kind label cardId } } } } }"""
DAN, RESTRICTED, NORA = crn(6), crn(10), crn(0)


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    """The named people of the town but the one whose history is long."""
    async with serving(tmp_path_factory.mktemp("town"), now=NOON) as gate:
        await load(gate.gateway.engine, unhurried(lines(date(2025, 3, 10), 51)))
        yield gate


async def reasons(gate: Gate, number: str, **more: Any) -> Any:
    return (await gate.ask(REASONS, crn=number, **more)).data["customer"]["overview"]["likelyReasons"]


async def test_an_officer_reads_why_dan_is_in_touch_what_that_rests_on_and_where_to_read_more(
    town: Gate,
) -> None:
    with overheard(town.gateway.engine) as statements:
        first, *_ = await reasons(town, DAN)
    assert len(statements) == 7
    assert (first["reason"], first["label"]) == ("REPAYMENT_ARRANGEMENT", "Repaying a debt")
    assert 0.3 < first["confidence"] < 1
    assert first["because"][0] == {
        "kind": "ALERT",
        "label": "Active debt - repayment arrangement ending soon",
        "date": "2025-03-20",
        "cardId": None,
    }
    assert [link["articleId"] for link in first["suggested"]] == ["107-02000000"]


async def test_every_card_and_alert_that_is_named_stands_in_the_same_overview(town: Gate) -> None:
    for number in (1, 33, 36, 49):
        shown = (await town.ask(WITH_CARDS, crn=crn(number))).data["customer"]["overview"]
        because = [one for reason in shown["likelyReasons"] for one in reason["because"]]
        assert because
        cards = {edge["node"]["id"] for edge in shown["cards"]["edges"]}
        alerts = {alert["label"] for alert in shown["alerts"]}
        assert {one["cardId"] for one in because if one["kind"] == "CARD"} <= cards
        assert {one["label"] for one in because if one["kind"] == "ALERT"} <= alerts


async def test_there_are_none_for_a_restricted_record_and_for_somebody_to_whom_nothing_happened(
    town: Gate,
) -> None:
    assert await reasons(town, RESTRICTED) == []
    assert await reasons(town, NORA) == []


async def test_a_number_that_cannot_be_asked_for_costs_the_reasons_alone(town: Gate) -> None:
    answer = await town.ask(REASONS, crn=DAN, first=0)
    assert answer.body["data"]["customer"]["overview"]["likelyReasons"] is None
    (error,) = answer.body["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["path"] == ["customer", "overview", "likelyReasons"]
