"""The town: invented people and what happened to them, the same for the same seed and day."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice
from math import exp
from random import Random
from statistics import NormalDist
from typing import Final

from sandbox import debt, ownership
from sandbox.calendar import Calendar
from sandbox.cast import Story
from sandbox.circumstances import CHILD
from sandbox.crn import PEOPLE_AT_MOST, case_number
from sandbox.customer import alias, customer
from sandbox.entitlement import Entitlement
from sandbox.entitlement import ordinary as ordinary_entitlement
from sandbox.episodes import weeks
from sandbox.households import SIZE, household
from sandbox.life import Entry, Life
from sandbox.matters import matter_of
from sandbox.people import Person, person
from sandbox.stories import STORIES
from sandbox.traces import traces

NAMED: Final = {story.person.number: story for story in STORIES}
UNNAMED: Final = -(-len(STORIES) // SIZE) * SIZE
HISTORY: Final = frozenset({"interaction", "correspondence", "debt"})

_GOLDEN: Final = 0.618033988749895
_EVENTS: Final = NormalDist(3.85, 1.03)
_MOST: Final = 5_000
_RICH: Final = 24


class Town:
    """The people with the numbers from 0 on. The named ones come first and are the same for every seed."""

    def __init__(self, seed: int, on: date, people: int = 1000) -> None:
        if not 1 <= people <= PEOPLE_AT_MOST:
            raise ValueError(f"a town has 1 to {PEOPLE_AT_MOST} people")
        self.seed, self.on, self.people = seed, on, people
        self._calendar = Calendar(on)

    def __iter__(self) -> Iterator[Entry]:
        """Tell every record with the part it belongs to, one person after the other."""
        for number in range(min(self.people, UNNAMED)):
            if number in NAMED:
                yield from self._named(NAMED[number])
            else:
                yield from self._ordinary(person(self.seed, number))
        for member in self._families():
            yield from self._ordinary(member)

    def truths(self) -> Iterator[tuple[str, list[Entry]]]:
        """Tell why each ordinary grown-up of a family would be in touch today, and the person's records.

        For whoever measures guesses: no record tells it.
        """
        for member in self._families():
            matter = matter_of(self.seed, member)
            if matter is not None:
                yield matter, list(self._ordinary(member))

    def _families(self) -> Iterator[Person]:
        for first in range(UNNAMED, self.people, SIZE):
            yield from household(self.seed, first)[: self.people - first]

    def about(self, crn: str) -> Iterator[Entry]:
        """Tell the records of one person alone, the same as in the town; nothing of a number that nobody here has."""
        number = int(crn[:-1]) if crn[:-1].isdecimal() else self.people
        if number >= self.people:
            return
        if number in NAMED:
            found, told = NAMED[number].person, self._named(NAMED[number])
        else:
            found = self._unnamed(number)
            told = self._ordinary(found)
        if found.crn == crn:  # also with a letter that does not belong to it, as somebody's in a story has
            yield from told

    def _unnamed(self, number: int) -> Person:
        if number < UNNAMED:
            return person(self.seed, number)
        first = number - (number - UNNAMED) % SIZE
        return household(self.seed, first)[number - first]

    def _life(self, person: Person) -> Life:
        return Life(person, self._calendar, Random(f"{self.seed}:{person.number}:days"))

    def _named(self, story: Story) -> Iterator[Entry]:
        if story.canonical is not None:
            yield "customer", alias(story.person.number, story.canonical)
            return
        life = self._life(story.person)
        yield "customer", {**customer(life, self.people), **story.about(life)}
        yield from story.tell(life)

    def _ordinary(self, person: Person) -> Iterator[Entry]:
        life = self._life(person)
        yield "customer", customer(life, self.people)
        events = self._events(person)
        if not events:
            return
        newest = life.between(40, 400) if life.chance(0.03) else 0
        held = ordinary_entitlement(life, newest, events > _RICH)
        owned = _owned(life, newest) if events > _RICH else None
        lately = self._lately(life, held) if newest == 0 else []
        yield held.record()
        if owned:
            yield owned.record()
        rest = _history(life, newest, held, owned.told if owned else (), events > _RICH)
        yield from islice(chain(lately, rest), events)

    def _lately(self, life: Life, held: Entitlement) -> list[Entry]:
        """Return what led up to the matter that the person has today."""
        matter = matter_of(self.seed, life.person)
        known = len(held.told)
        led = list(traces(life, held, matter)) if matter is not None else []
        led += held.told[known:]
        del held.told[known:]
        return led

    def _events(self, person: Person) -> int:
        """Return how many things happened: lognormal, spread evenly over the numbers of the town."""
        if person.circumstance is CHILD:
            return 0
        share = (person.number * _GOLDEN + self.seed * 0.754877666) % 1
        return 0 if share < 0.01 else min(_MOST, round(exp(_EVENTS.inv_cdf(share))))


def _owned(life: Life, newest: int) -> ownership.Ownership | None:
    """Return the ownership of a party of a case: the lower number is the payee."""
    for kind, other, _ in life.person.ties:
        if kind == "CASE_PARTY":
            number = life.person.number
            role = "PAYEE" if number < other else "PAYER"
            return ownership.ordinary(
                life, role, case_number(min(number, other)), newest + life.between(2, 90)
            )
    return None


def _history(
    life: Life, newest: int, held: Entitlement, told: Iterable[Entry], rich: bool
) -> Iterator[Entry]:
    """Tell what came with claims, debts and cases first, then ordinary weeks without end."""
    owing = rich and life.chance(0.25)
    debts = debt.ordinary(life, newest + life.between(1, 500)).entries() if owing else ()
    return chain(held.told, debts, told, weeks(life, newest))
