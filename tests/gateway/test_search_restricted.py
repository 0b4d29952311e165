"""A restricted record is not found: every answer is the one that a town without that person gives."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest

from gateway.settings import Settings
from sources.parts import Restriction
from tests.running import Answer, Gate, codes, serving
from tests.running.failing import failing, raises, unreadable
from tests.running.rates import Ticks, told
from tests.running.seeking import SEARCH, every_page, searched
from tests.sources.specimens import crn
from tests.sources.sql.seekers import at_home, crowd, named, numbered, reached

LOCKED, TWIN, FREE = crn(5), crn(6), crn(7)
BORN = date(1975, 5, 5)
ALIKE: dict[str, Any] = {
    "date_of_birth": BORN,
    "contact_points": reached("0491 570 156", "rhea.marsh@example.com"),
    "addresses": at_home("4 Wharf Lane", locality="Burnie", postcode="7320"),
}
OTHERS = [
    named(6, "Marsh", "Rhea", date_of_birth=BORN),
    named(7, "Marsh", "Aaron"),
    named(8, "Marshall", "Rhea"),
    named(9, "Marsh", "Zoe", **ALIKE),
]
HIDDEN = [
    named(5, "Marsh", "Rhea", identifiers=numbered(can="71717171", crn=crn(55)), **ALIKE),
    Restriction(LOCKED, restricted=True, officers=("officer-ra-1",)),
]
FINDING: list[dict[str, Any]] = [
    {"quick": "marsh"},
    {"quick": "rhea marsh"},
    {"quick": "rhea"},
    {"quick": "mar"},
    {"quick": "rhea mersh"},
    {"quick": LOCKED},
    {"quick": crn(55)},
    {"quick": "71717171"},
    {"quick": "0491 570 156"},
    {"quick": "0156"},
    {"quick": "rhea.marsh@example.com"},
    {"quick": "wharf lane burnie"},
    {"quick": "05/05/1975"},
    {"advanced": {"familyName": "Marsh", "dateOfBirth": "1975-05-05"}},
    {"advanced": {"identifier": LOCKED}},
    {"advanced": {"telephone": "0491570156", "email": "rhea"}},
]
BARE = "query($quick: String) { searchCustomers(quick: $quick, first: 1) { pageInfo { hasNextPage } } }"


@pytest.fixture(scope="module")
async def gates(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Gate, Gate]]:
    """A town with the restricted person and one without, of one keyring: what is sealed alike looks alike."""
    async with AsyncExitStack() as stack:
        yield await both(stack, tmp_path_factory)


async def both(stack: AsyncExitStack, folders: pytest.TempPathFactory, **more: Any) -> tuple[Gate, Gate]:
    first, second = folders.mktemp("with"), folders.mktemp("without")
    keyring = first / "keyring.json"
    knowing, innocent = [
        await stack.enter_async_context(
            serving(
                home,
                *OTHERS,
                *more_people,
                settings=Settings(home=home, keyring_file=keyring, rate_staff=100_000),
                seconds=Ticks(),  # the seconds in which there is more to ask for are the same for both
                **more,
            )
        )
        for home, more_people in ((first, HIDDEN), (second, []))
    ]
    return knowing, innocent


def whole(answer: Answer) -> tuple[Any, ...]:
    """All of an answer but its number, its moment, and what its caller has left."""
    passing = {"x-request-id", "date", "ratelimit"}
    headers = {name: value for name, value in answer.headers.items() if name not in passing}
    text = answer.worded
    return answer.status, headers, text


@pytest.mark.parametrize("persona", ["officer", "centre"])
@pytest.mark.parametrize("wanted", FINDING, ids=lambda wanted: str(next(iter(wanted.values()))))
async def test_no_answer_tells_that_the_person_is_there(
    wanted: dict[str, Any], persona: str, gates: tuple[Gate, Gate]
) -> None:
    for first in (1, 2, 3, 20):
        knowing, innocent = [await searched(gate, persona=persona, first=first, **wanted) for gate in gates]
        assert whole(knowing) == whole(innocent)
        assert LOCKED not in knowing.text


@pytest.mark.parametrize("wanted", FINDING, ids=lambda wanted: str(next(iter(wanted.values()))))
async def test_no_cost_tells_that_the_person_is_there(
    wanted: dict[str, Any], gates: tuple[Gate, Gate]
) -> None:
    costs = []
    for gate in gates:
        before = told(await gate.ask(BARE, quick="nobody is called that"))
        after = [told(await searched(gate, first=first, **wanted)) for first in (1, 2, 20)]
        costs.append([before.left - one.left for one in after])
    assert costs[0] == costs[1]


@pytest.mark.parametrize("first", [1, 2, 3, 4])
async def test_no_page_has_a_gap_or_a_sign_of_more(first: int, gates: tuple[Gate, Gate]) -> None:
    knowing, innocent = [[whole(one) for one in await every_page(gate, "rhea", first)] for gate in gates]
    assert knowing == innocent
    knowing, innocent = [[whole(one) for one in await every_page(gate, "marsh", first)] for gate in gates]
    assert knowing == innocent
    bare = [await gate.ask(BARE, quick=crn(5)) for gate in gates]
    assert whole(bare[0]) == whole(bare[1])


async def test_nobody_is_a_duplicate_of_the_person(gates: tuple[Gate, Gate]) -> None:
    answer = await searched(gates[0], "rhea marsh")
    twin = next(edge for edge in answer.data["searchCustomers"]["edges"] if edge["node"]["crn"] == TWIN)
    assert twin["possibleDuplicates"] == []


async def test_a_listed_officer_finds_the_person_and_the_duplicate(gates: tuple[Gate, Gate]) -> None:
    edges = (await searched(gates[0], "rhea marsh", "restricted")).data["searchCustomers"]["edges"]
    ids = {edge["node"]["crn"]: edge["node"]["id"] for edge in edges}
    alike = {edge["node"]["crn"]: edge["possibleDuplicates"] for edge in edges}
    assert alike[LOCKED] == [ids[TWIN]]
    assert alike[TWIN] == [ids[LOCKED]]
    for wanted in FINDING:
        answer = await searched(gates[0], persona="restricted", **wanted)
        assert LOCKED in [edge["node"]["crn"] for edge in answer.data["searchCustomers"]["edges"]], wanted


async def test_what_a_listed_officer_found_leads_others_past_the_person(gates: tuple[Gate, Gate]) -> None:
    first = (await searched(gates[0], "rhea", "restricted", first=1)).data["searchCustomers"]
    assert first["edges"][0]["node"]["crn"] == LOCKED
    after = first["pageInfo"]["endCursor"]
    onward = (await searched(gates[0], "rhea", after=after)).data["searchCustomers"]["edges"]
    assert [edge["node"]["crn"] for edge in onward] == [TWIN, crn(9), crn(8)]


async def test_hidden_people_do_not_count_toward_the_limit(gates: tuple[Gate, Gate]) -> None:
    document = (
        SEARCH.replace("query(", "query($crns: [CRN!]!, ").rstrip()[:-1] + " customers(crns: $crns) { id } }"
    )
    asked = [crn(number) for number in range(300, 324)]
    knowing, innocent = [
        whole(await gate.ask(document, quick="rhea marsh", first=1, crns=asked)) for gate in gates
    ]
    assert knowing == innocent


@pytest.mark.parametrize("part", ["customer", "debt", "ownership"])
async def test_a_source_that_fails_tells_nothing_either(
    part: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = SEARCH.replace("crn profile", "crn debts { truncated } ownership { cases { number } } profile")
    async with AsyncExitStack() as stack:
        gates = await both(stack, tmp_path_factory, replaced={part: failing(raises)})
        for wanted in FINDING:
            knowing, innocent = [await gate.ask(document, **wanted) for gate in gates]
            assert whole(knowing) == whole(innocent)


async def test_whose_access_cannot_be_checked_is_left_out_and_told(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("unchecked")
    only = {"restriction": failing(unreadable, only=FREE)}
    async with serving(folder, *OTHERS, *crowd(100, 2), replaced=only) as gate:
        answer = await searched(gate, "marsh", first=2)
        found = answer.partial["searchCustomers"]
        assert [edge["node"]["crn"] for edge in found["edges"]] == [TWIN, crn(9)]
        assert answer.at("searchCustomers") == "ACCESS_CHECK_UNAVAILABLE"
        assert (answer.status, len(answer.errors)) == (200, 1)
        assert codes(await searched(gate, "crowd")) == []
        denied = [event for event in gate.journal if event.get("code") == "ACCESS_CHECK_UNAVAILABLE"]
        assert [(event["action"], event.get("parts")) for event in denied] == [("deny", None)]


async def test_without_any_check_nobody_is_found_and_that_is_told_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    broken = {"restriction": failing(raises)}
    async with serving(tmp_path_factory.mktemp("blind"), *OTHERS, replaced=broken) as gate:
        answer = await searched(gate, "rhea marsh")
        assert answer.partial["searchCustomers"]["edges"] == []
        assert codes(answer) == ["ACCESS_CHECK_UNAVAILABLE"]
