"""Which fields a contract holds, by their tags: what is promised, what that needs, and nothing else."""

from typing import Any, cast

import graphql
import pytest

from schema import build
from schema.contract import BareContractError, Contract, tags_in, view_of
from sources.crn import ServicesAustralia

WHOLE = build(ServicesAustralia())
PARTNER, STAFF = frozenset({"partner"}), frozenset({"staff"})


def view(include: frozenset[str] = frozenset(), exclude: frozenset[str] = frozenset()) -> Any:
    return view_of(WHOLE, Contract(include, exclude))._schema


def fields(schema: Any, kind: str) -> set[str]:
    return set(schema.type_map[kind].fields)


def test_the_tags_are_found() -> None:
    assert tags_in(WHOLE._schema) == PARTNER | STAFF


def test_nothing_chosen_is_everything_but_what_is_followed() -> None:
    everything, whole = view(), WHOLE._schema
    assert everything.subscription_type is None
    lost = set(whole.type_map) - set(everything.type_map)
    assert lost == {"Subscription"}
    for name in everything.type_map:
        if graphql.is_composite_type(everything.type_map[name]) and not name.startswith("__"):
            assert (
                getattr(everything.type_map[name], "fields", {}).keys()
                == getattr(whole.type_map[name], "fields", {}).keys()
            )


def test_what_is_excluded_is_out_wherever_it_stands_with_what_only_it_led_to() -> None:
    seen = view(exclude=STAFF)
    assert not {"smartIvr", "banners"} & fields(seen, "Overview")
    assert "onCurrentCall" not in fields(seen, "Card") | fields(seen, "TelephonyCard")
    assert "call" not in seen.type_map["Customer"].fields["overview"].args
    assert not {"CurrentCall", "CallContext", "IvrCard", "Banner"} & set(seen.type_map)
    assert "ownership" in fields(seen, "Customer")


def test_of_a_root_and_of_a_type_with_tagged_fields_only_those_are_in() -> None:
    seen = view(include=PARTNER)
    assert fields(seen, "Query") == {"viewer", "customer", "customerBy", "node"}
    assert fields(seen, "Mutation") == {"openDocument", "markDocumentViewed"}
    assert "ownership" not in fields(seen, "Customer")
    assert "Ownership" not in seen.type_map
    assert fields(seen, "Profile") == fields(WHOLE._schema, "Profile")


def test_what_an_interface_promises_its_types_keep_and_all_that_it_can_be_is_there() -> None:
    seen = view(include=PARTNER, exclude=STAFF)
    here, there = [
        {one.name for one in schema.get_possible_types(schema.type_map["Card"])}
        for schema in (seen, cast("Any", WHOLE._schema))
    ]
    assert here == there
    assert fields(seen, "Node") <= fields(seen, "Customer")


@pytest.mark.parametrize("exclude", [frozenset(), PARTNER])
def test_a_contract_with_nothing_to_ask_for_is_refused(exclude: frozenset[str]) -> None:
    with pytest.raises(BareContractError, match="nothing to ask for"):
        view(include=frozenset({"nobody"}) | exclude, exclude=exclude)


def test_a_view_tells_nothing_of_tags_and_the_whole_schema_keeps_its_own() -> None:
    before = WHOLE.as_str()
    seen = view_of(WHOLE, Contract(PARTNER, STAFF))
    assert "@tag" not in seen.printed
    assert "@cost" in seen.printed
    assert graphql.build_schema(seen.printed)
    assert WHOLE.as_str() == before
    assert WHOLE._schema.type_map["Customer"] is not seen._schema.type_map["Customer"]
