"""Browsing: an officer who opens too many customers has to say why, or log in again."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from resolvers.admission import TooManyOpened
from resolvers.browsing import Browsing
from resolvers.policy import AccessPolicy
from sources.crn import Crn
from sources.parts import CUSTOMER, DEBT
from tests.people import NOW, OFFICER, PARTNER, POLICY, Body
from tests.records import crn, customer

THREE = AccessPolicy(customers_an_hour=3, customers_an_interaction=2, interactions_an_hour=2)
PEOPLE = [crn(number) for number in range(1, 30)]


def body() -> Body:
    here = Body(policy=msgspec.structs.replace(POLICY, access=THREE))
    for person in PEOPLE:
        here.tell(CUSTOMER, customer(person), person)
    return here


async def codes(here: Body, *people: Crn, caller: Any = OFFICER, interaction: str | None = None) -> list[Any]:
    found = []
    for person in people:
        loaders = here.loaders(caller, interaction=interaction)
        found.append((await loaders.admit([person], [DEBT]))[person].decision.code)
    return found


async def test_one_more_than_the_policy_allows_is_refused_and_told() -> None:
    here = body()
    assert await codes(here, *PEOPLE[:4]) == [None, None, None, "STEP_UP_REQUIRED"]
    assert [event for event in here.events if isinstance(event, TooManyOpened)]
    assert await codes(here, *PEOPLE[:3]) == [None, None, None]  # what was opened stays open
    assert await codes(here, PEOPLE[9], caller=PARTNER) == [None]


async def test_numbers_that_nobody_has_count_too() -> None:
    here = body()
    assert (await codes(here, *(crn(number) for number in range(70, 74))))[-1] == "STEP_UP_REQUIRED"


async def test_all_customers_of_one_request_count() -> None:
    here = body()
    admitted = await here.loaders().admit(PEOPLE[:5], [DEBT])
    assert (
        sorted(one.decision.code or "" for one in admitted.values())
        == ["", "", ""] + ["STEP_UP_REQUIRED"] * 2
    )


async def test_an_hour_later_the_count_begins_anew() -> None:
    here = body()
    await codes(here, *PEOPLE[:3])
    here.clock.wait(3599)
    assert await codes(here, PEOPLE[3]) == ["STEP_UP_REQUIRED"]
    here.clock.wait(1)
    assert await codes(here, PEOPLE[3]) == [None]


async def test_a_new_log_in_begins_the_count_anew() -> None:
    here = body()
    await codes(here, *PEOPLE[:3])
    here.clock.wait(60)
    again = msgspec.structs.replace(OFFICER, authenticated_at=here.clock() - timedelta(seconds=1))
    assert await codes(here, *PEOPLE[3:7], caller=again) == [None, None, None, "STEP_UP_REQUIRED"]
    before = msgspec.structs.replace(OFFICER, authenticated_at=NOW - timedelta(hours=3))
    assert await codes(here, PEOPLE[9], caller=before) == ["STEP_UP_REQUIRED"]


async def test_an_interaction_excuses_a_few_customers_and_an_hour_a_few_interactions() -> None:
    here = body()
    await codes(here, *PEOPLE[:3])
    assert await codes(here, *PEOPLE[3:6], interaction="I1") == [None, None, "STEP_UP_REQUIRED"]
    assert await codes(here, *PEOPLE[3:5], interaction="I1") == [None, None]
    assert await codes(here, PEOPLE[6], interaction="I2") == [None]
    assert await codes(here, PEOPLE[7], interaction="I3") == ["STEP_UP_REQUIRED"]


async def test_another_officer_is_counted_apart() -> None:
    here = body()
    await codes(here, *PEOPLE[:3])
    other = msgspec.structs.replace(OFFICER, id="officer-2")
    elsewhere = msgspec.structs.replace(OFFICER, organisation="another body")
    assert await codes(here, PEOPLE[3], caller=other) == [None]
    assert await codes(here, PEOPLE[3], caller=elsewhere) == [None]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 900)), max_size=60))
def test_within_any_hour_no_more_are_opened_anew_than_the_policy_allows(steps: list[tuple[int, int]]) -> None:
    browsing, now = Browsing(), NOW
    counted: dict[int, Any] = {}
    for person, seconds in steps:
        now += timedelta(seconds=seconds)
        recent = {one for one, at in counted.items() if now - at < timedelta(hours=1)}
        admitted = browsing.admits(OFFICER, str(person), None, now, THREE)
        assert admitted == (person in recent or len(recent) < THREE.customers_an_hour)
        if admitted and person not in recent:
            counted[person] = now
