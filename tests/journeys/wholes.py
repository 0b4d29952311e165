"""Everything that a gateway tells of many people of the town, so that two gateways can be compared."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from sandbox.town import Town
from sources.crn import Crn
from sources.parts import PARTS
from tests.running import Gate
from tests.schema.everything import SCHEMA, everything_below

PEOPLE, AT_ONCE = 200, 20
DAY = date(2025, 3, 10)
SHAPES = {part.name: part.row for part in PARTS}
WHOLE = (
    f"query($crns: [CRN!]!) {{ customers(crns: $crns) {everything_below(SCHEMA.type_map['Customer'], 7)} }}"
)


def town(people: int = PEOPLE) -> list[Any]:
    """Two hundred people of the town, or so many, as records."""
    told = Town(1, DAY, people)
    return [msgspec.convert(record, SHAPES[part], strict=False) for part, record in told]


def alike(value: Any, name: str = "") -> Any:
    """An answer without what may differ: the name of a section's system, and the offset in which a moment is told."""
    if isinstance(value, dict):
        told = {key: alike(inner, key) for key, inner in value.items()}
        return {
            key: inner
            for key, inner in told.items()
            if key != "system_String" or "status_SectionState" not in told
        }
    if isinstance(value, list):
        return [alike(inner, name) for inner in value]
    if isinstance(value, str) and name.endswith("_DateTime") and not name.startswith("localTime"):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


async def whole_pictures(gate: Gate, crns: Sequence[Crn]) -> dict[Crn, Any]:
    told: dict[Crn, Any] = {}
    for start in range(0, len(crns), AT_ONCE):
        some = crns[start : start + AT_ONCE]
        answer = await gate.ask(WHOLE, crns=some)
        problems = {error["extensions"]["code"] for error in answer.errors}
        assert problems <= {"RESTRICTED_RECORD"}, problems
        told |= dict(zip(some, alike(answer.partial["customers"]), strict=True))
    return told
