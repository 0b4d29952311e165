"""Which customer a number leads to."""

from msgspec import json
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.errors import Fault
from sources.parts.customer import Customer, Identifier, IdentifierKind
from sources.source import ask_directory
from sources.sql import SqlDirectory, load
from tests.sources.specimens import IGNORED, crn, crns, customer, line, lines
from tests.sources.sql.statements import overheard


def can(value: str) -> Identifier:
    return Identifier(IdentifierKind.CAN, value)


def number(crn: Crn) -> Identifier:
    return Identifier(IdentifierKind.CRN, crn)


async def test_a_number_leads_to_its_customer_in_one_statement(engine: AsyncEngine) -> None:
    await load(engine, lines(customer(each, f"7{n}") for n, each in enumerate(crns(200))))
    with overheard(engine) as sent:
        found = await SqlDirectory(engine).resolve([can(f"7{n}") for n in range(150)])
    assert found == {can(f"7{n}"): crn(n) for n in range(150)}
    assert len(sent) == 1


async def test_a_number_that_nobody_has_leads_nowhere(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1), "71")]))
    asked = [can("72"), Identifier(IdentifierKind.CSRN, "71"), can("\0"), can("")]
    assert await SqlDirectory(engine).resolve(asked) == {}


async def test_another_number_of_a_person_leads_to_the_canonical_one(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1), "71"), customer(crn(2), "72", canonical=crn(1))]))
    asked = [number(crn(1)), number(crn(2)), can("71"), can("72")]
    assert await SqlDirectory(engine).resolve(asked) == dict.fromkeys(asked, crn(1))


async def test_a_number_that_only_the_canonical_record_tells_of_is_found(engine: AsyncEngine) -> None:
    known = Customer(crn(1), identifiers=(number(crn(2)),))
    await load(engine, [json.encode({"part": "customer", "record": known})])
    assert await SqlDirectory(engine).resolve([number(crn(2))]) == {number(crn(2)): crn(1)}


async def test_a_number_that_two_customers_claim_leads_to_neither(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1), "71", "70"), customer(crn(2), "72", "70")]))
    asked = [can("70"), can("71"), can("72")]
    assert await SqlDirectory(engine).resolve(asked) == {can("71"): crn(1), can("72"): crn(2)}


async def test_a_number_that_a_customer_no_longer_has_leads_nowhere(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1), "71"), customer(crn(2), "72", canonical=crn(1))]))
    await load(engine, lines([customer(crn(1), "73"), customer(crn(1), "74")]))
    asked = [can("71"), can("72"), can("73"), can("74"), number(crn(2))]
    assert await SqlDirectory(engine).resolve(asked) == {
        can("74"): crn(1),
        can("72"): crn(1),
        number(crn(2)): crn(1),
    }


async def test_a_directory_that_cannot_be_asked_is_a_fault(empty_engine: AsyncEngine) -> None:
    assert isinstance(await ask_directory(SqlDirectory(empty_engine), [can("1")], IGNORED.append), Fault)


async def test_an_import_of_something_else_leaves_the_numbers(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1), "71")]))
    await load(engine, [line(customer(crn(2), "72"))])
    assert await SqlDirectory(engine).resolve([can("71")]) == {can("71"): crn(1)}
