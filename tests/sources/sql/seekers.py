"""People to look for, and looking for them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.parts import Customer
from sources.parts.customer import (
    Address,
    AddressKind,
    ContactKind,
    ContactPoint,
    Identifier,
    IdentifierKind,
    Name,
    NameKind,
)
from sources.search import Candidates, Criteria
from sources.sql import SqlFinder
from tests.sources.specimens import crn


def named(number: int, family: str, given: str | None = None, **told: Any) -> Customer:
    """A customer with a legal name, and what else is told."""
    return Customer(crn(number), names=(Name(NameKind.LEGAL, family, given),), **told)


def at_home(*lines: str, locality: str = "Parramatta", state: str = "NSW", postcode: str = "2150") -> Any:
    return (Address(AddressKind.RESIDENTIAL, lines, locality, state, postcode),)


def reached(*values: str) -> tuple[ContactPoint, ...]:
    """Ways to be reached: an e-mail address has an @, everything else is a telephone number."""
    kinds = (ContactKind.EMAIL if "@" in value else ContactKind.MOBILE for value in values)
    return tuple(ContactPoint(kind, value) for kind, value in zip(kinds, values, strict=True))


def numbered(**numbers: str) -> tuple[Identifier, ...]:
    return tuple(Identifier(IdentifierKind[kind.upper()], value) for kind, value in numbers.items())


ANNE, JOSE, CLARA, BERG, ORG, SMITH = (crn(number) for number in range(1, 7))
OTHER_ANNE, FORMER_ANNE = crn(21), crn(22)
BORN = date(1989, 3, 12)

PEOPLE = [
    named(
        1,
        "O'Brien",
        "Anne-Marie",
        date_of_birth=BORN,
        contact_points=reached("0491 570 006", "anne.o_brien+x@example.com"),
        addresses=at_home("Unit 3/12", "12 Station Street"),
        identifiers=numbered(can="4711-22", citizen_id="CIT-000021"),
    ),
    Customer(
        JOSE,
        names=(
            Name(NameKind.LEGAL, "Núñez", "José"),
            Name(NameKind.PREFERRED, "Núñez", "Pepe"),
            Name(NameKind.ALIAS, "Łukasik-Grün"),
            Name(NameKind.ALIAS, "Hidden", "Robin", protected=True),
        ),
        contact_points=reached("+61 2 5550 1234"),
        identifiers=numbered(alias="Old number_7"),
    ),
    named(
        3, "Smyth", "Catherine", contact_points=reached("(03) 5550 1234"), identifiers=numbered(can="4711-22")
    ),
    named(
        4, "van der Berg", "Øystein", addresses=at_home("PO Box 7", locality="Wagga Wagga", postcode="2650")
    ),
    named(5, "Riverbend Family Day Care"),
    named(6, "Smith", "Katherine", date_of_birth=date(2001, 12, 3)),
    Customer(OTHER_ANNE, canonical_crn=ANNE, identifiers=numbered(can="8888")),
    Customer(FORMER_ANNE, canonical_crn=OTHER_ANNE),
]


async def find(engine: AsyncEngine, size: int = 20, after: str | None = None, **wanted: Any) -> Candidates:
    return await SqlFinder(engine).find(Criteria(**wanted), size, after)


async def found(engine: AsyncEngine, size: int = 20, **wanted: Any) -> list[Crn]:
    """Who is found, in order, page by page until the end."""
    everybody: list[Crn] = []
    after = None
    while True:
        page = await find(engine, size, after, **wanted)
        everybody += [one.crn for one in page.found]
        if not page.more:
            return everybody
        after = page.found[-1].place


def crowd(first: int, count: int, family: str = "Crowd") -> Iterator[Customer]:
    """Many people of one family name."""
    for number in range(first, first + count):
        yield named(number, family, f"Given{number % 7}")
