"""The town read as the gateway reads it: every line decoded into the record of its part."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from sandbox import Town, crn
from sources.parts import (
    PARTS,
    Correspondence,
    Customer,
    Debt,
    Entitlement,
    Interaction,
    Ownership,
    Restriction,
)

ON = date(2026, 11, 18)
"""A Wednesday in summer time."""
BUSY = 29
"""The number of the person with 50,000 things in the history."""
READERS = {part.name: msgspec.json.Decoder(part.row) for part in PARTS}

R = TypeVar("R")


class Line(msgspec.Struct):
    """A line as it is written: what it tells, and of which part."""

    part: str
    record: msgspec.Raw


@dataclass
class Told:
    """What is told of one person."""

    customer: list[Customer] = field(default_factory=list)
    restriction: list[Restriction] = field(default_factory=list)
    interaction: list[Interaction] = field(default_factory=list)
    correspondence: list[Correspondence] = field(default_factory=list)
    debt: list[Debt] = field(default_factory=list)
    ownership: list[Ownership] = field(default_factory=list)
    entitlement: list[Entitlement] = field(default_factory=list)

    @property
    def history(self) -> list[Interaction | Correspondence | Debt]:
        return [*self.interaction, *self.correspondence, *self.debt]

    @property
    def kinds(self) -> list[str]:
        return [found.kind.value for found in self.interaction]


def lines(on: date = ON, people: int = 1000, seed: int = 1) -> list[bytes]:
    """Every record of a town as a line of JSON."""
    encode = msgspec.json.Encoder().encode
    return [encode({"part": part, "record": record}) for part, record in Town(seed, on, people)]


def unhurried(written: Iterable[bytes]) -> Iterator[bytes]:
    """The lines without those of the person who has 50,000 of them."""
    busy = b'"crn":"' + crn(BUSY).encode()
    return (line for line in written if busy not in line[:90])


def told(written: Iterable[bytes]) -> dict[str, Told]:
    """What the lines tell, by CRN."""
    found: dict[str, Told] = defaultdict(Told)
    for line in written:
        part, record = decoded(line)
        getattr(found[record.crn], part).append(record)
    return dict(found)


def decoded(line: bytes) -> tuple[str, Any]:
    """The part and the record of a line."""
    entry = msgspec.json.decode(line, type=Line)
    return entry.part, READERS[entry.part].decode(entry.record)


def of(people: dict[str, Told], number: int) -> Told:
    """What is told of the person with this number."""
    return people[crn(number)]


def days_back(moment: datetime, on: date = ON) -> int:
    """How many days back something lies, by the clock where it happened."""
    return (on - moment.date()).days


def only(found: list[R]) -> R:
    """The one and only."""
    (one,) = found
    return one
