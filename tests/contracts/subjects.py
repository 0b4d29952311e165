"""The people of the suite: something of every part, and every part with a mark by which it is known in any text."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from sources.crn import Crn
from sources.parts import PARTS, Entitlement, Ownership, Restriction
from sources.parts.customer import Name, NameKind
from sources.parts.entitlement import Claim, ClaimPart, ClaimStatus
from sources.parts.interaction import SourceRef
from sources.parts.ownership import Case, CaseStatus, PartyRole
from tests.running import NOON
from tests.running.people import person
from tests.sources.specimens import correspondence, crn, debt, interaction

PARTS_BY_NAME = {part.name: part for part in PARTS}
NAMES = tuple(PARTS_BY_NAME)
FIRST = 700_000
MANY = 500
ITEMS = 2
"""How many items everybody has of each history."""


def mark(part: str, owner: Crn) -> str:
    """What stands in every record of a part of somebody, and in nothing else."""
    return f"{part[:6].capitalize()}-{owner[3:9]}"


def records(owner: Crn) -> Iterator[Any]:
    """Everything that is known of somebody."""
    signs = {name: mark(name, owner) for name in NAMES}
    case = Case(signs["ownership"], PartyRole.PAYER, CaseStatus.ACTIVE)
    claim = Claim(signs["entitlement"], date(2025, 3, 1), (ClaimPart("AGE", ClaimStatus.SUBMITTED),))
    yield person(owner, title="Dr", names=(Name(NameKind.LEGAL, signs["customer"], "Given"),))
    yield Restriction(owner, restricted=False, manager=signs["restriction"])
    yield Ownership(owner, SourceRef("cases", signs["ownership"]), cases=(case,))
    yield Entitlement(owner, claims=(claim,))
    for number in range(ITEMS):
        at = NOON - timedelta(days=1 + number)
        for part, make in (
            ("interaction", interaction),
            ("correspondence", correspondence),
            ("debt", debt),
        ):
            item: Any = make(owner, f"{part[0].upper()}{number}-{owner[3:9]}", at)
            named = "reason" if part == "debt" else "title"
            yield replace(item, **{named: signs[part], "source": SourceRef("tests", signs[part])})


def of_part(part: str, owner: Crn) -> list[Any]:
    return [one for one in records(owner) if isinstance(one, PARTS_BY_NAME[part].row)]


_MISFITS = {
    "customer": ("title",),
    "restriction": ("manager",),
    "interaction": ("title",),
    "correspondence": ("title",),
    "debt": ("reason",),
    "ownership": ("source", "native_id"),
    "entitlement": ("claims", 0, "id"),
}
"""Where a text stands that everybody has."""


def misfit(part: str, record: Any) -> dict[str, Any]:
    """The record with a list where a text must stand."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    *path, last = _MISFITS[part]
    holder: Any = told
    for name in path:
        holder = holder[name]
    holder[last] = [7]
    return told


class Crowd:
    """People whom nobody has asked about yet. The last of them lack one part each."""

    def __init__(self) -> None:
        self._fresh = iter([crn(FIRST + number) for number in range(MANY)])
        self.lacking = {part: crn(FIRST + MANY + number) for number, part in enumerate(NAMES)}

    def take(self, count: int) -> list[Crn]:
        """So many people, for one case alone."""
        return [next(self._fresh) for _ in range(count)]

    @staticmethod
    def everything() -> Iterator[Any]:
        """The records of everybody."""
        for number in range(MANY):
            yield from records(crn(FIRST + number))
        for number, part in enumerate(NAMES):
            lacking = PARTS_BY_NAME[part].row
            yield from (one for one in records(crn(FIRST + MANY + number)) if not isinstance(one, lacking))
