"""Windows and older pages of the two histories: what is told, and from when nothing is missing."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from sandbox.upstreams.times import basic_moment, milliseconds_moment
from tests.sandbox.asking import MARIA, SAM, Asking, asking, records, rows, subject

pytestmark = pytest.mark.anyio

HISTORIES = ("interaction", "correspondence")
MICROSECOND = timedelta(microseconds=1)
SAMHS = {
    "interaction": f"/services/data/v60.0/customers/{MARIA}/interactions",
    "correspondence": f"/crm/v3/objects/contacts/{MARIA}/messages",
}


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    async with asking() as systems:
        yield systems


def at(service: str, record: dict[str, Any]) -> datetime:
    if service == "interaction":
        return datetime.fromisoformat(record["started_at"])
    if record["channel"].startswith("LETTER"):
        return datetime.combine(date.fromisoformat(record["issue_date"]), time(10), UTC)
    return datetime.fromisoformat(record["created_at"])


def expected(service: str, number: str) -> list[tuple[datetime, str]]:
    """When and which, newest first."""
    return sorted(((at(service, record), record["id"]) for record in records(service, number)), reverse=True)


def written(service: str, moment: datetime) -> str:
    return basic_moment(moment) if service == "interaction" else milliseconds_moment(moment)


def names(service: str, answer: Any, number: str = MARIA) -> list[str]:
    name = "Name" if service == "interaction" else "id"
    return [row[name] for row in rows(service, answer) if subject(service, row) == number]


def coverage(service: str, answer: Any) -> dict[str, str]:
    name = "customer" if service == "interaction" else "id"
    return {one[name]: one["completeFrom"] for one in answer["coverage"]}


async def many(ask: Asking, service: str, since: str, limit: int | None) -> Any:
    limited = {"perCustomer" if service == "interaction" else "limit": limit} if limit else {}
    return (await ask.many(service, [MARIA, SAM], since, **limited)).json()


async def one(ask: Asking, service: str, **asked: str | int) -> Any:
    names = (
        {"since": "from"}
        if service == "interaction"
        else {"since": "createdAfter", "before": "createdBefore"}
    )
    params = {names.get(name, name): value for name, value in asked.items()}
    return (await ask.get(service, SAMHS[service], params=params)).json()


@pytest.mark.parametrize("service", HISTORIES)
async def test_without_a_window_everything_is_told_newest_first(service: str, ask: Asking) -> None:
    answer = await many(ask, service, "", None)
    for number in (MARIA, SAM):
        assert names(service, answer, number) == [name for _, name in expected(service, number)]
    assert coverage(service, answer) == {}


@pytest.mark.parametrize("service", HISTORIES)
async def test_so_many_items_of_each_customer_and_complete_after_the_newest_left_out(
    service: str, ask: Asking
) -> None:
    answer = await many(ask, service, "", 3)
    for number in (MARIA, SAM):
        all_of_them = expected(service, number)
        assert names(service, answer, number) == [name for _, name in all_of_them[:3]]
        assert coverage(service, answer)[number] == written(service, all_of_them[3][0] + MICROSECOND)


@pytest.mark.parametrize("service", HISTORIES)
async def test_items_from_a_moment_on_and_complete_from_there(service: str, ask: Asking) -> None:
    since, _ = expected(service, MARIA)[4]
    told = written(service, since)
    for answer in (await many(ask, service, told, None), await one(ask, service, since=told)):
        assert names(service, answer) == [
            name for moment, name in expected(service, MARIA) if moment >= since
        ]
        assert coverage(service, answer)[MARIA] == told


@pytest.mark.parametrize("service", HISTORIES)
async def test_a_window_that_holds_all_there_is_says_nothing_of_coverage(service: str, ask: Asking) -> None:
    oldest, _ = expected(service, MARIA)[-1]
    answer = await many(ask, service, written(service, oldest), 2000)
    assert len(names(service, answer)) == len(expected(service, MARIA))
    assert MARIA not in coverage(service, answer)


@pytest.mark.parametrize("service", HISTORIES)
async def test_older_pages_follow_each_other_to_the_end(service: str, ask: Asking) -> None:
    found: list[str] = []
    answer = await one(ask, service, limit=4)
    while True:
        fresh = [name for name in names(service, answer) if name not in found]
        found += fresh
        if len(names(service, answer)) < 4:
            break
        last = next(moment for moment, name in expected(service, MARIA) if name == found[-1])
        answer = await one(ask, service, limit=4, before=written(service, last))
    assert found == [name for _, name in expected(service, MARIA)]


async def test_one_customer_with_more_than_the_limit_is_not_done_and_has_no_link(ask: Asking) -> None:
    answer = await one(ask, "interaction", limit=4)
    assert (answer["done"], answer["totalSize"]) == (False, 4)
    assert "nextRecordsUrl" not in answer


async def test_a_letter_counts_by_its_date_and_not_by_when_it_was_made(ask: Asking) -> None:
    record = next(one for one in records("correspondence", MARIA) if one["channel"] == "LETTER_ONLINE")
    made = datetime.fromisoformat(record["created_at"])
    dated = at("correspondence", record)
    assert made < dated
    answer = await one(ask, "correspondence", since=milliseconds_moment(made + MICROSECOND * 1000))
    assert record["id"] in names("correspondence", answer)
    answer = await one(ask, "correspondence", since=milliseconds_moment(dated + MICROSECOND * 1000))
    assert record["id"] not in names("correspondence", answer)


async def test_pages_of_one_customer_keep_the_window() -> None:
    async with asking(page_rows=2) as ask:
        first = await one(ask, "interaction", limit=5)
        assert first["done"] is False
        found = names("interaction", first)
        link = first["nextRecordsUrl"]
        while link is not None:
            answer = (await ask.get("interaction", link)).json()
            found += names("interaction", answer)
            assert answer["coverage"] == first["coverage"]
            link = answer.get("nextRecordsUrl")
        assert answer["done"] is False
    assert found == [name for _, name in expected("interaction", MARIA)[:5]]


async def test_the_beginning_may_be_written_with_a_bare_plus(ask: Asking) -> None:
    since, _ = expected("interaction", MARIA)[2]
    path = f"{SAMHS['interaction']}?from={basic_moment(since)}"
    assert len(names("interaction", (await ask.get("interaction", path)).json())) >= 3
