"""Rates at the door: what a request costs, what its answer says of that, and who is refused."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.limiting import MOST_PEERS, Attempts
from gateway.rates.leases import WINDOW
from gateway.rates.rates import RateLimited
from gateway.settings import Settings
from sources.parts import Restriction
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS, person
from tests.running.rates import Ticks, told
from tests.sources.specimens import crn

WHO = "{ viewer { id } }"
TWO = "query($a: CRN!, $b: CRN!) { customers(crns: [$a, $b]) { crn debts { truncated } } }"
NO_TOKEN = {"authorization": "Bearer none"}


@asynccontextmanager
async def limited(folder: Path, unproved: int = 0, **settings: Any) -> AsyncIterator[tuple[Gate, Ticks]]:
    """A gateway that counts rates by a clock of the test's."""
    ticks = Ticks()
    told_of = Settings(home=folder, trusted_proxies="127.0.0.1", **settings)
    async with serving(
        folder, person(ANNE), person(BORIS), settings=told_of, seconds=ticks, unproved=unproved
    ) as gate:
        yield gate, ticks


async def test_an_answer_says_what_its_caller_may_still_ask_for(tmp_path: Path) -> None:
    async with limited(tmp_path) as (gate, _):
        before = told(await gate.ask(WHO))
        assert (before.quota, before.window, before.left) == (6_000, WINDOW, 5_999)
        assert 0 < before.seconds <= WINDOW
        assert told(await gate.ask(WHO, "partner")).quota == 600
        assert told(await gate.ask(WHO, "dashboard")).quota == 60_000


async def test_a_request_costs_what_was_looked_at_for_it(tmp_path: Path) -> None:
    async with limited(tmp_path) as (gate, _):
        before = told(await gate.ask(WHO))
        answer = await gate.ask(TWO, a=ANNE, b=BORIS)
        assert [len(event["parts"]) for event in gate.journal] == [2, 2]
        assert answer.data
        assert before.left - told(answer).left == 1 + 2 + 4


@pytest.mark.parametrize(
    ("body", "headers", "code", "cost"),
    [
        (b"no JSON", {}, "BAD_REQUEST", 0),
        (b"{}", {"content-type": "text/plain"}, "UNSUPPORTED_MEDIA_TYPE", 0),
        (b'{"query": "{"}', {}, "GRAPHQL_PARSE_FAILED", 1),
        (b'{"query": "{ viewer { id } }"}', {"x-access-reason": "CURIOSITY"}, "BAD_USER_INPUT", 1),
    ],
)
async def test_an_answer_that_is_an_error_says_it_too(
    body: bytes, headers: Mapping[str, str], code: str, cost: int, tmp_path: Path
) -> None:
    async with limited(tmp_path) as (gate, _):
        answer = await gate.post(body, headers=headers)
        assert answer.refusal == code
        assert told(answer).left == 6_000 - cost


async def test_nothing_is_said_to_whoever_is_not_proved_or_not_limited(tmp_path: Path) -> None:
    async with limited(tmp_path, rate_staff=0) as (gate, _):
        for answer in (await gate.ask(WHO, headers=NO_TOKEN), await gate.ask(WHO)):
            assert {name for name in answer.headers if "rate" in name or name == "retry-after"} == set()


async def test_who_has_nothing_left_is_refused_until_the_minute_is_over(tmp_path: Path) -> None:
    async with limited(tmp_path, rate_partner=3) as (gate, ticks):
        for left in (2, 1, 0):
            answer = await gate.ask(WHO, "partner")
            assert (answer.status, told(answer).left) == (200, left)
        answer = await gate.ask(WHO, "partner")
        assert (answer.status, answer.refusal) == (429, "RATE_LIMITED")
        assert answer.errors[0]["extensions"]["class"] == "REQUEST"
        assert answer.errors[0]["extensions"]["retryable"] is True
        seconds = int(answer.headers["retry-after"])
        assert 1 <= seconds <= WINDOW
        assert (told(answer).left, told(answer).seconds) == (0, seconds)
        assert gate.events.count(RateLimited("PARTNER")) == 1
        assert (await gate.ask(WHO)).status == 200
        ticks.now += seconds
        assert (await gate.ask(WHO, "partner")).status == 200


async def test_a_request_that_costs_more_than_there_is_is_answered_and_worked_off(tmp_path: Path) -> None:
    async with limited(tmp_path, rate_staff=3) as (gate, ticks):
        answer = await gate.ask(TWO, a=ANNE, b=BORIS)
        assert answer.data
        assert told(answer).left == 0
        refused = await gate.ask(WHO)
        seconds = int(refused.headers["retry-after"])
        assert (refused.refusal, told(refused).seconds) == ("RATE_LIMITED", seconds)
        assert WINDOW < seconds <= 2 * WINDOW
        ticks.now += seconds - 1
        assert (await gate.ask(WHO)).status == 429
        ticks.now += 1
        assert (await gate.ask(WHO)).status == 200


async def test_refused_requests_look_at_nobody(tmp_path: Path) -> None:
    async with limited(tmp_path, rate_staff=1) as (gate, _):
        await gate.ask(WHO)
        assert (await gate.ask(TWO, a=ANNE, b=BORIS)).status == 429
        assert gate.journal == []


async def test_an_address_that_shows_bad_tokens_is_told_to_wait_and_good_ones_get_in(tmp_path: Path) -> None:
    async with limited(tmp_path, unproved=3) as (gate, ticks):
        for _ in range(3):
            assert (await gate.ask(WHO)).status == 200
            assert (await gate.ask(WHO, headers=NO_TOKEN)).status == 401
        answer = await gate.ask(WHO, headers=NO_TOKEN)
        assert (answer.status, answer.refusal) == (429, "RATE_LIMITED")
        assert "ratelimit" not in answer.headers
        assert gate.events.count(RateLimited("UNPROVED")) == 1
        assert (await gate.ask(WHO)).status == 200
        elsewhere = {**NO_TOKEN, "x-forwarded-for": "192.0.2.7"}
        assert (await gate.ask(WHO, headers=elsewhere)).status == 401
        ticks.now += int(answer.headers["retry-after"])
        assert (await gate.ask(WHO, headers=NO_TOKEN)).status == 401


NEIGHBOURS = {
    "2001:db8:1:2::1": ("2001:db8:1:2:ffff::9", True),
    "2001:db8:1:2::2": ("2001:db8:1:3::2", False),
    "192.0.2.1": ("192.0.2.2", False),
    "::ffff:192.0.2.9": ("192.0.2.9", True),
}


@pytest.mark.parametrize("first", NEIGHBOURS)
async def test_an_address_of_ipv6_counts_with_its_network(first: str, tmp_path: Path) -> None:
    second, together = NEIGHBOURS[first]
    async with limited(tmp_path, unproved=1) as (gate, _):
        await gate.ask(WHO, headers={**NO_TOKEN, "x-forwarded-for": first})
        answer = await gate.ask(WHO, headers={**NO_TOKEN, "x-forwarded-for": second})
        assert answer.status == (429 if together else 401)


def test_of_many_addresses_the_oldest_are_forgotten() -> None:
    attempts = Attempts(1, Ticks())
    for number in range(MOST_PEERS + 1):
        attempts.failed(f"peer {number}")
    assert attempts.wait("peer 0") is None
    assert attempts.wait("peer 1") == attempts.wait(f"peer {MOST_PEERS}") == WINDOW


async def test_a_number_that_leads_to_a_restricted_record_costs_what_an_unknown_one_costs(
    tmp_path: Path,
) -> None:
    one = "query($crn: CRN!) { customer(crn: $crn) { id } }"
    async with limited(tmp_path, rate_partner=100) as (gate, _):
        await gate.tell(person(crn(301), canonical_crn=BORIS), Restriction(BORIS, restricted=True))
        before = told(await gate.ask(WHO, "partner")).left
        for number in (crn(399), crn(301), BORIS):
            answer = await gate.ask(one, "partner", crn=number)
            assert answer.data == {"customer": None}
            assert before - told(answer).left == 2
            before = told(answer).left
