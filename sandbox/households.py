"""Who lives with whom: five numbers in a row share a house, a family, or nothing at all."""

from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from sandbox.circumstances import AGED, FAMILY, JOBSEEKER, PARENT, Circumstance
from sandbox.people import Person, birthday, child, person

SIZE: Final = 5


def household(seed: int, first: int) -> list[Person]:
    """Return the five people from this number on."""
    random = Random(f"{seed}:{first}:household")
    people = [person(seed, number) for number in range(first, first + SIZE)]
    kind = random.random()
    if kind < 0.14:
        return _family(seed, random, people, 1 + (kind < 0.05))
    if kind < 0.30:
        return _separated(seed, random, people)
    if kind < 0.36:
        return _alone_with_child(seed, random, people)
    if kind < 0.56:
        one, other = (turned(random, found, AGED) for found in people[:2])
        return [*together(one, other, date(1974, 3, 2)), *people[2:]]
    return people


def turned(random: Random, found: Person, circumstance: Circumstance) -> Person:
    """Return the person in other circumstances, of an age that goes with them."""
    return replace(found, circumstance=circumstance, born=birthday(random, circumstance))


def together(one: Person, other: Person, since: date) -> list[Person]:
    """Return both as the members of one couple, under one roof."""
    return [
        replace(one, marital="MARRIED", ties=(*one.ties, ("PARTNER", other.number, since))),
        replace(
            other,
            marital="MARRIED",
            place=one.place,
            street=one.street,
            family=one.family,
            ties=(*other.ties, ("PARTNER", one.number, since)),
        ),
    ]


def with_child(parents: list[Person], born: Person) -> list[Person]:
    """Return the parents knowing of their child."""
    birth = born.ties[0][2]
    return [replace(parent, ties=(*parent.ties, ("CHILD", born.number, birth))) for parent in parents]


def apart(one: Person, other: Person, since: date) -> list[Person]:
    """Return both as the parties of one child support case; the first is the payee."""
    return [
        replace(one, marital="SEPARATED", ties=(*one.ties, ("CASE_PARTY", other.number, since))),
        replace(other, marital="SEPARATED", ties=(*other.ties, ("CASE_PARTY", one.number, since))),
    ]


def _family(seed: int, random: Random, people: list[Person], children: int) -> list[Person]:
    one, other = (turned(random, found, FAMILY) for found in people[:2])
    parents = together(one, other, date(2007, 11, 24))
    born = [child(seed, found.number, tuple(parents)) for found in people[2 : 2 + children]]
    for one in born:
        parents = with_child(parents, one)
    return [*parents, *born, *people[2 + children :]]


def _separated(seed: int, random: Random, people: list[Person]) -> list[Person]:
    mother, father = turned(random, people[0], PARENT), turned(random, people[1], JOBSEEKER)
    parents = apart(mother, father, date(2019, 7, 1))
    born = child(seed, people[2].number, tuple(parents))
    return [*with_child(parents, born), born, *people[3:]]


def _alone_with_child(seed: int, random: Random, people: list[Person]) -> list[Person]:
    parent = turned(random, people[0], PARENT)
    born = child(seed, people[1].number, (parent,))
    return [*with_child([parent], born), born, *people[2:]]
