"""Taking out of a record what a caller may not have of it, before anybody sees it."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from cache import Found
from resolvers.access import Decision
from sources.parts import PARTS
from sources.parts.history import History
from sources.source import Reading

_BLANK: dict[str, dict[str, Any]] = {
    part.name: {
        field.name: field.default
        for field in msgspec.structs.fields(part.row)
        if field.name in part.withholdable
    }
    for part in PARTS
}


def masked(part: str, found: Found, decision: Decision, earliest: datetime | None) -> Found:
    """Return what was found of a part without the fields that the decision withholds, and, of a history, without what
    happened before the moment from which the caller may see it."""
    outcome = found.value
    if not isinstance(outcome, Reading):
        return found
    record: Any = outcome.record
    blank = {name: value for name, value in _BLANK[part].items() if f"{part}.{name}" in decision.withheld}
    if blank:
        record = replace(record, **blank)
    if earliest is not None and isinstance(record, History):
        record = replace(record, items=tuple(item for item in record.items if item.at >= earliest))
    if record is outcome.record:
        return found
    return replace(found, value=replace(outcome, record=record))
