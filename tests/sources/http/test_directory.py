"""Numbers of other systems, looked up over HTTP: a number leads to one customer or to nobody."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import Struct

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceUnavailable
from sources.http.directory import HttpDirectory
from sources.parts.customer import Identifier, IdentifierKind
from sources.source import ask_directory
from tests.records import OWNER, crn
from tests.sources.http.json_system import Answer, Asked, JsonSystem, Said, json_system
from tests.sources.http.telephony import check_nothing_is_said_of, described, upstream_of

QUERY = """
[identifiers]
path = "/by-number"
query = { type = "{kind}", number = "{value}" }
kinds = { CAN = "access", CSRN = "csrn" }
crns = "people[].id"
"""
PATH = QUERY.replace('/by-number"\nquery = { type = "{kind}", number = "{value}" }', '/by/{kind}/{value}"')
CAN = Identifier(IdentifierKind.CAN, "123 456")


class Looking:
    """A directory in front of a system."""

    def __init__(self, directory: HttpDirectory, system: JsonSystem, events: list[Struct]) -> None:
        self.directory = directory
        self.system = system
        self.events = events

    async def resolve(self, *identifiers: Identifier) -> Mapping[Identifier, Crn] | Fault:
        return await ask_directory(self.directory, identifiers, self.events.append)


@asynccontextmanager
async def looking(answer: Answer, mapping: str = QUERY) -> AsyncIterator[Looking]:
    read = described(mapping)
    assert read.identifiers is not None
    events: list[Struct] = []
    async with json_system({"/by-number": answer}) as system, upstream_of(system, events) as upstream:
        yield Looking(HttpDirectory(read.identifiers, upstream), system, events)


def led(*numbers: Any) -> dict[str, Any]:
    return {"people": [{"id": number} for number in numbers]}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (led(OWNER), {CAN: OWNER}),
        (led(OWNER, OWNER.lower()), {CAN: OWNER}),
        (led(OWNER, None), {CAN: OWNER}),
        (led(OWNER, crn(2)), {}),
        (led(), {}),
        ({}, {}),
        (Said({}, "404 Not Found"), {}),
    ],
)
async def test_a_number_leads_to_one_customer_or_to_nobody(answer: Any, found: Any) -> None:
    async with looking(answer) as directory:
        assert await directory.resolve(CAN) == found
        assert directory.system.asked == [
            Asked("GET", "/by-number", (("type", "access"), ("number", "123 456")), None)
        ]


async def test_each_number_is_looked_up_in_the_systems_own_words_and_others_are_not() -> None:
    other = Identifier(IdentifierKind.CSRN, "123 456")
    numbers = {"access": OWNER, "csrn": crn(2)}
    async with looking(lambda asked: led(numbers[asked.parameter("type") or ""])) as directory:
        unknown = Identifier(IdentifierKind.ALIAS, "x")
        assert await directory.resolve(CAN, other, unknown) == {CAN: OWNER, other: crn(2)}
        assert len(directory.system.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [led("??"), led(OWNER, "??"), led({"id": OWNER}), led(True), Said(b"<p>"), Said(b"[")],
)
async def test_an_answer_that_cannot_be_read_is_bad_data(answer: Any) -> None:
    async with looking(answer) as directory:
        found = await directory.resolve(CAN)
        assert isinstance(found, BadData)
        check_nothing_is_said_of([OWNER, CAN.value], [found], directory.events)


async def test_a_function_that_does_not_fit_is_bad_data() -> None:
    async with looking({"people": 7}, QUERY.replace("people[].id", "join('', people)")) as directory:
        assert isinstance(await directory.resolve(CAN), BadData)


async def test_a_system_that_is_down_is_unavailable() -> None:
    async with looking(Said({}, "500 Oops")) as directory:
        found = await directory.resolve(CAN)
        assert isinstance(found, SourceUnavailable)
        check_nothing_is_said_of([CAN.value], [found], directory.events)


@pytest.mark.parametrize("value", ["..", ".", "../admin", "a/b", "?x", "#", "a b", "%2e%2e", "é"])
async def test_a_number_stays_in_its_place_and_spoils_no_other(value: str) -> None:
    odd = Identifier(IdentifierKind.CAN, value)
    async with looking({}, PATH) as directory:
        directory.system.answers["/by/access/123 456"] = led(OWNER)
        assert await directory.resolve(odd, CAN) == {CAN: OWNER}
        assert set(directory.system.paths) <= {f"/by/access/{value}", "/by/access/123 456"}
        assert all(asked.query == () for asked in directory.system.asked)
