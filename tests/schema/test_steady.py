"""What may be kept finished and given to everybody: functions of pieces tell of their object, and of nothing else."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from schema import build
from schema.cost import DEFINITION
from schema.overview import CARD_TYPES
from schema.shown import STEADY
from sources.crn import ServicesAustralia
from tests.people import NOW, SEALER
from tests.records import CALL, SMS, debt, happened, written

SCHEMA: Any = build(ServicesAustralia())._schema
RECORDS: dict[str, Any] = {
    "Interaction": happened(CALL, NOW),
    "Correspondence": written(SMS, NOW),
    "Debt": debt("10", NOW),
}
PIECES = (
    "InteractionConnection",
    "CorrespondenceConnection",
    "DebtAccount",
    "TimelineConnection",
    "CardConnection",
    "LikelyReason",
)
"""The types of what is kept of readings, and of what was made of several."""
TOLD_OF_RECORDS = {("Correspondence", "document"), ("Debt", "arrangementLabel")}
"""What is told by a function that takes its record alone. A new one has to be looked at: it is kept, too."""


def definitions(kind: Any) -> Iterator[tuple[str, Any]]:
    for name, field in kind.fields.items():
        yield name, field.extensions.get(DEFINITION)


def steady() -> list[tuple[str, str]]:
    return [
        (kind.name, name)
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, declared in definitions(kind)
        if declared is not None and declared.metadata.get(STEADY)
    ]


def below(names: tuple[str, ...]) -> set[str]:
    """The names of the types that are reached from some."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        kind = SCHEMA.type_map[waiting.pop()]
        if isinstance(kind, GraphQLInterfaceType):
            waiting += [one.name for one in SCHEMA.get_possible_types(kind)]
        elif kind.name not in reached and isinstance(kind, GraphQLObjectType):
            reached.add(kind.name)
            waiting += [get_named_type(field.type).name for field in kind.fields.values()]
    return reached


def test_the_ids_of_items_are_steady() -> None:
    assert set(steady()) == {(name, "id") for name in RECORDS}


@pytest.mark.parametrize(("kind", "name"), steady())
def test_what_is_steady_is_told_what_seals_and_nothing_else_of_its_request(kind: str, name: str) -> None:
    declared = SCHEMA.type_map[kind].fields[name].extensions[DEFINITION]
    info = SimpleNamespace(context=SimpleNamespace(sealer=SEALER))
    tell = declared.base_resolver.wrapped_func
    assert tell(RECORDS[kind], info=info) == tell(RECORDS[kind], info=info)


def test_what_else_is_told_below_pieces_is_known_to_be_told_of_records_alone() -> None:
    kinds = [SCHEMA.type_map[name] for name in sorted(below(PIECES))]
    told = {
        (kind.name, name)
        for kind in kinds
        for name, declared in definitions(kind)
        if declared is not None and declared.base_resolver is not None and not declared.metadata.get(STEADY)
    }
    informed = {(kind, name) for kind, name in told if takes_info(kind, name)}  # those are never kept
    cards = {
        (family.__name__, name) for family in CARD_TYPES.values() for name in ("activities", "readState")
    }
    assert informed == {("Document", "id"), ("Document", "fallback"), *cards}
    assert told - informed == TOLD_OF_RECORDS


def takes_info(kind: str, name: str) -> bool:
    resolver = SCHEMA.type_map[kind].fields[name].extensions[DEFINITION].base_resolver
    return resolver.info_parameter is not None
