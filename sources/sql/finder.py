"""Who may be meant: one statement over the terms of all customers, the strictest reading of the question first.

A reading is a tier. People of one tier are ordered by name and CRN, and a place is all three, so that going on after it
counts nothing. A tier is looked into only when the ones before did not fill the page.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from msgspec import MsgspecError, json
from sqlalchemy import Integer, Select, Text, bindparam, func, literal_column, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.errors import BadData
from sources.guard import Guard
from sources.search import Candidate, Candidates, Criteria
from sources.sql.border import guard_of, guarded
from sources.sql.engine import for_reading, rows
from sources.sql.matching import Expression, Level, expression, numbers, without_number
from sources.sql.queries import WRITERS, Matches, written
from sources.sql.tables import IDENTIFIER, SEARCH, Key
from sources.sql.texts import array, storable, texts

BY_NUMBER: Final = 0
DUPLICATES_AT_MOST: Final = 20

_Place = tuple[int, str, str]
_PLACE: Final = json.Decoder(_Place)
_BETWEEN: Final = "\x1f"

NUMBERS: Final = 3
"""In how many ways a number may be written."""

_own: Final = IDENTIFIER.alias("own")
_itself: Final = select(_own.c.crn).where(
    _own.c.value == IDENTIFIER.c.crn, _own.c.kind == "CRN", _own.c.told_by == IDENTIFIER.c.crn
)
# two steps: a number may lead to another number of the person, whose own record says under which they are filed
_OWNERS: Final = (
    select(func.coalesce(_itself.scalar_subquery(), IDENTIFIER.c.crn).label("crn"))
    .where(or_(*(IDENTIFIER.c.value == bindparam(f"number{n}", type_=Key) for n in range(NUMBERS))))
    .cte("owners")
)

_likenesses: Final = texts("likenesses")
_same: Final = (
    select(SEARCH.c.crn)
    .where(SEARCH.c.likeness == _likenesses.c.value)
    .order_by(SEARCH.c.crn)
    .limit(DUPLICATES_AT_MOST + 1)
    .correlate(_likenesses)
    .subquery("same")
)
_ALIKE: Final = select(
    _likenesses.c.value, select(func.aggregate_strings(_same.c.crn, _BETWEEN)).scalar_subquery()
)


class SqlFinder:
    """Looks for people in a database of ours. `time_limit` is in seconds."""

    def __init__(
        self,
        engine: AsyncEngine,
        system: str = "sql",
        time_limit: float = 0.8,
        guard: Guard | None = None,
    ) -> None:
        self.system: Final = system
        self.time_limit: Final = time_limit
        self._guard: Final = guard or guard_of(system, time_limit)
        self._engine: Final = for_reading(engine)
        self._writer: Final = WRITERS[engine.dialect.name]

    async def find(self, wanted: Criteria, size: int, after: str | None) -> Candidates:
        """Return candidates from one statement, and who is like them from a second one."""
        start = self._place(after)
        matches = {
            f"match{tier}": written(match, unless, self._writer)
            for tier, (match, unless) in _readings(wanted).items()
            if start is None or tier >= start[0]
        }
        tiers = tuple(int(name.removeprefix("match")) for name in matches)
        numbered = tuple(filter(storable, numbers(wanted)))
        if numbered and (start is None or start[0] == BY_NUMBER) and BY_NUMBER not in tiers:
            tiers = (BY_NUMBER, *tiers)
        if not tiers:
            return Candidates((), more=False)
        values: dict[str, Any] = {"size": size + 1, **matches}
        if numbered:
            ways = (numbered * NUMBERS)[:NUMBERS]
            values |= {f"number{n}": way for n, way in enumerate(ways)}
        if start is not None:
            values |= {"after_name": start[1], "after_crn": start[2]}
        question = _statement(tiers, tuple(matches), bool(numbered), start[0] if start is not None else None)
        found = await guarded(self._guard, lambda: rows(self._engine, question, values))
        return Candidates(await self._candidates(found[:size]), more=len(found) > size)

    async def _candidates(self, found: Sequence[Any]) -> tuple[Candidate, ...]:
        likenesses = {row.likeness for row in found if row.likeness is not None}
        alike: dict[str, list[str]] = {}
        if likenesses:
            likely = {"likenesses": array(sorted(likenesses))}
            for likeness, crns in await guarded(self._guard, lambda: rows(self._engine, _ALIKE, likely)):
                alike[likeness] = sorted(crns.split(_BETWEEN)) if crns is not None else []
        return tuple(
            Candidate(
                crn=row.crn,
                place=json.encode((row.tier, row.name, row.crn)).decode(),
                duplicates=_others(row.crn, alike.get(row.likeness, ())),
            )
            for row in found
        )

    def _place(self, after: str | None) -> _Place | None:
        try:
            return _PLACE.decode(after) if after is not None else None
        except MsgspecError:
            raise BadData(self.system, "place") from None


def _others(crn: Crn, alike: Sequence[str]) -> tuple[Crn, ...]:
    return tuple(Crn(one) for one in alike if one != crn)[:DUPLICATES_AT_MOST]


def _readings(wanted: Criteria) -> Mapping[int, tuple[Expression, Expression | None]]:
    """Return what each tier looks for, and whom it leaves out because a tier before has them; none that adds nobody."""
    readings: dict[int, tuple[Expression, Expression | None]] = {}
    rest = without_number(wanted)
    if numbers(wanted) and rest is not None and (loosest := expression(rest, Level.SOUND)) is not None:
        readings[BY_NUMBER] = (loosest, None)
    before: Expression | None = None
    for level in Level:
        found = expression(wanted, level)
        if found is not None and found != before:
            readings[level] = (found, before)
            before = found
    return readings


@cache
def _statement(
    tiers: tuple[int, ...], matched: tuple[str, ...], numbered: bool, start: int | None
) -> Select[Any]:
    """Return the statement for some tiers; `start` is the tier that is gone on in."""
    row, size = SEARCH.c, bindparam("size", type_=Integer)
    parts: list[Any] = []
    for tier in tiers:
        part = select(literal_column(str(tier), Integer).label("tier"), row.name, row.crn, row.likeness)
        if numbered:
            owners = select(_OWNERS.c.crn)
            part = part.where(row.crn.in_(owners) if tier == BY_NUMBER else row.crn.not_in(owners))
        if f"match{tier}" in matched:
            part = part.where(Matches(bindparam(f"match{tier}", type_=Text)))
        if tier == start:
            place = tuple_(bindparam("after_name", type_=Key), bindparam("after_crn", type_=Key))
            part = part.where(tuple_(row.name, row.crn) > place)
        for before in parts:
            size_of = select(func.count()).select_from(before).scalar_subquery()
            part = part.where(size_of < size)
        parts.append(part.order_by(row.name, row.crn).limit(size).cte(f"tier{tier}"))
    found = union_all(*(select(part) for part in parts)).subquery("found")
    return select(found).order_by(found.c.tier, found.c.name, found.c.crn).limit(size)
