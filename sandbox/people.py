"""Who the people are: the same for the same seed, whatever the day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final, TypeVar

from sandbox.circumstances import ADULTS, CHILD, Circumstance
from sandbox.crn import crn
from sandbox.names import ENGLISH, MOBILES, OTHERS, Background
from sandbox.places import PLACES, STREETS, Place

T = TypeVar("T")

LANGUAGE_SHARE: Final = 0.24
_WEIGHTED: Final = tuple(circumstance for circumstance in ADULTS for _ in range(circumstance.weight))


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a number. What is None is not known or does not exist."""

    number: int
    crn: str
    family: str
    given: str | None
    gender: str | None
    title: str | None
    born: date | None
    place: Place
    street: str
    circumstance: Circumstance
    language: str | None = None
    language_name: str | None = None
    interpreter: bool = False
    mobile: str | None = None
    phone: str | None = None
    email: str | None = None
    online: bool = False
    app: bool = False
    voiceprint: bool = False
    marital: str | None = None
    access_number: str | None = None
    ordinary: bool = True
    """Whether chance may add to the record; what is declared of named people stays as it is."""
    ties: tuple[tuple[str, int, date], ...] = ()
    """Relationships: what the other is to this person, the other's number, since when."""


def person(seed: int, number: int) -> Person:
    """Return who an ordinary number stands for, alone in the world."""
    random = Random(f"{seed}:{number}:who")
    background = OTHERS[int(random.random() * len(OTHERS))] if random.random() < LANGUAGE_SHARE else ENGLISH
    circumstance = pick(random, _WEIGHTED)
    woman = random.random() < 0.53
    place = pick(random, PLACES)
    return _with_ways(
        random,
        background,
        Person(
            number=number,
            crn=crn(number),
            family=pick(random, background.families),
            given=pick(random, background.women if woman else background.men),
            gender="F" if woman else "M",
            title=pick(random, ("Ms", "Mrs", "Miss") if woman else ("Mr",)),
            born=birthday(random, circumstance),
            place=place,
            street=f"{1 + int(random.random() * 180)} {pick(random, STREETS)}",
            circumstance=circumstance,
            marital=pick(random, ("SINGLE", "SINGLE", "SEPARATED", "DIVORCED", "WIDOWED")),
        ),
    )


def _with_ways(random: Random, background: Background, found: Person) -> Person:
    """Give the person ways to be reached, and the language of the background."""
    online = random.random() < found.circumstance.online
    first = (found.given or found.family).lower()
    speaks = background.language is not None and random.random() < 0.6
    return replace(
        found,
        online=online,
        app=online and random.random() < 0.7,
        voiceprint=random.random() < 0.3,
        mobile=pick(random, MOBILES) if random.random() < 0.92 else None,
        phone=f"({found.place.area_code}) 5550 {int(random.random() * 10_000):04d}"
        if random.random() < 0.3
        else None,
        email=f"{first}.{found.number}@example.com" if online or random.random() < 0.3 else None,
        access_number=f"{7_000_000 + found.number:09d}" if random.random() < 0.6 else None,
        language=background.language if speaks else None,
        language_name=background.language_name if speaks else None,
        interpreter=speaks and random.random() < 0.5,
    )


def child(seed: int, number: int, parents: tuple[Person, ...]) -> Person:
    """Return a child of these people: their name and home, and nobody writes to it."""
    random = Random(f"{seed}:{number}:who")
    girl = random.random() < 0.5
    born = birthday(random, CHILD)
    return Person(
        number=number,
        crn=crn(number),
        family=parents[0].family,
        given=pick(random, ENGLISH.women if girl else ENGLISH.men),
        gender="F" if girl else "M",
        title=None,
        born=born,
        place=parents[0].place,
        street=parents[0].street,
        circumstance=CHILD,
        ties=tuple(("PARENT", parent.number, born) for parent in parents),
    )


def birthday(random: Random, circumstance: Circumstance) -> date:
    """Return a day in the years in which people in this circumstance were born."""
    first, last = circumstance.born
    days = (last - first + 1) * 365
    return date(first, 1, 1) + timedelta(days=int(random.random() * days))


def pick(random: Random, options: tuple[T, ...]) -> T:
    """Return one of the options."""
    return options[int(random.random() * len(options))]
