"""What a record is made of: nothing that could hold it, so the collector of what only holds itself passes it over."""

from typing import Any

import pytest
from msgspec import inspect

from sources.parts import PARTS, Part
from sources.parts.history import History


def kinds(told: Any, found: set[type[Any]]) -> set[type[Any]]:
    """Every kind of record within a type."""
    if isinstance(told, inspect.StructType) and told.cls not in found:
        found.add(told.cls)
        for field in told.fields:
            kinds(field.type, found)
    for inner in (*getattr(told, "types", ()), getattr(told, "item_type", None)):
        if isinstance(inner, inspect.Type):
            kinds(inner, found)
    return found


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_no_record_is_looked_through_by_the_collector(part: Part[Any]) -> None:
    found = kinds(inspect.type_info(part.row), set()) | {History}
    assert part.row in found
    assert [kind.__name__ for kind in found if kind.__struct_config__.gc] == []
    assert all(kind.__struct_config__.frozen for kind in found)
