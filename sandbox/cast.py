"""How named people are declared: everything about them is chosen, nothing is chance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sandbox.circumstances import JOBSEEKER, Circumstance
from sandbox.crn import crn
from sandbox.life import Entry, Life, Record
from sandbox.names import MOBILES
from sandbox.people import Person
from sandbox.places import STREETS, place


def nothing(life: Life) -> Iterable[Entry]:
    """Nothing happens."""
    return ()


def usual(life: Life) -> Record:
    """Nothing is out of the ordinary."""
    return {}


@dataclass(frozen=True)
class Story:
    """A named person: who, the story in one line, what happens, and what is unusual in the record.

    `canonical` is set when the number is only another number of somebody; then there is nothing else to tell.
    """

    person: Person
    line: str
    tell: Callable[[Life], Iterable[Entry]] = nothing
    about: Callable[[Life], Record] = usual
    canonical: int | None = None
    headline: bool = field(default=False, kw_only=True)

    @property
    def crn(self) -> str:
        """The number to ask for."""
        return self.person.crn


def named(
    number: int,
    given: str | None,
    family: str,
    circumstance: Circumstance = JOBSEEKER,
    born: date | None = date(1985, 6, 15),
    town: str = "Parramatta",
    **more: Any,
) -> Person:
    """Return a person reached by mobile and e-mail, with an online account; `more` says what is otherwise."""
    one = Person(
        number=number,
        crn=crn(number),
        family=family,
        given=given,
        gender="F",
        title=None,
        born=born,
        place=place(town),
        street=f"{number + 3} {STREETS[number % len(STREETS)]}",
        circumstance=circumstance,
        marital="SINGLE",
        mobile=MOBILES[number % len(MOBILES)],
        email=f"{(given or 'office').lower()}.{number}@example.com",
        online=True,
        access_number=f"{7_000_000 + number:09d}",
        ordinary=False,
    )
    return replace(one, **more)


def offline(person: Person) -> Person:
    """Return the person without any electronic way to be reached."""
    return replace(person, mobile=None, email=None, online=False, app=False, access_number=None)
