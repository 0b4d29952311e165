"""When something is compiled, what is, and what comes of a value that is not as it should be."""

import asyncio
from typing import Any

import pytest
from graphql import parse

from gateway.engine.compiled import Plans
from gateway.engine.compiled.plans import MOST_VARIANTS
from gateway.engine.prepared import Appraiser
from gateway.trusted.checking import Checker
from schema import build
from sources.crn import ServicesAustralia
from tests.gateway.engine.compiled.asking import answer
from tests.gateway.engine.compiled.making import GOOD
from tests.gateway.engine.compiled.world import COMPILED, PLAIN, Raises, Thing

LEAF = Thing("leaf", **GOOD)
PLAIN_ONE = "{ box { label leaf { number colour } rows { text } } }"


def box(**given: Any) -> Thing:
    usual = {"label": "a box", "leaf": LEAF, "rows": [[LEAF]], "named": [], "inner": None}
    return Thing("box", **(usual | given))


def run(text: str, shown: Thing, times: int = 1, **values: Any) -> Plans:
    """What is compiled of a document after it ran so often, and was answered as by the library each time."""
    document = parse(text)
    plans = Plans(document)

    async def asked() -> None:
        expected = await answer(PLAIN, document, None, shown, values)
        for _ in range(times):
            assert await answer(COMPILED, document, plans, shown, values) == expected

    asyncio.run(asked())
    return plans


def test_nothing_is_compiled_of_a_document_that_runs_once() -> None:
    assert run(PLAIN_ONE, box()).selections == 0


def test_a_registered_document_is_known_to_come_again() -> None:
    checker = Checker(Appraiser(build(ServicesAustralia())._schema, introspects=True))
    assert checker.prepared("{ viewer { id } }").plans.variant({}) is not None


def test_all_of_a_plain_selection_is_one_function() -> None:
    plans = run(PLAIN_ONE, box(), times=2)
    assert (plans.selections, plans.counted()) == (1, 0)


def test_what_is_told_of_an_object_at_once_is_compiled_with_it() -> None:
    plans = run("{ box { label nearest { name } again { label } leaf { called tinted } } }", box(), times=2)
    assert (plans.selections, plans.counted()) == (1, 0)


def test_what_raises_when_it_is_told_is_handed_back() -> None:
    spoilt = Thing("leaf", **(dict(GOOD) | {"text": Raises()}))
    assert run("{ box { leaf { called } label } }", box(leaf=spoilt), times=2).counted() > 0


def test_the_plain_fields_beside_a_resolver_are_compiled() -> None:
    plans = run("{ box { label first { name } leaf { number } } }", box(), times=3)
    # the plain fields of the box, and what is below the resolver
    assert (plans.selections, plans.counted()) == (2, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"leaf": None}, {"leaf": Raises()}, {"label": b"bytes"}, {"rows": "text"}, {"rows": [None]}],
    ids=str,
)
def test_what_is_wrong_is_handed_back_and_counted(wrong: dict[str, Any]) -> None:
    plans = run(PLAIN_ONE, box(**wrong), times=2)
    assert plans.counted() > 0
    assert plans.counted() == 0


def test_each_value_of_a_variable_that_decides_has_its_own() -> None:
    text = "query ($a: Boolean!) { box { label leaf @include(if: $a) { number } } }"
    document, plans = parse(text), Plans(parse(text), at_once=True)

    async def asked() -> None:
        for given in (True, False, True):
            values = {"a": given}
            expected = await answer(PLAIN, document, None, box(), values)
            assert await answer(COMPILED, document, plans, box(), values) == expected

    asyncio.run(asked())
    assert plans.selections == 2


def test_no_more_is_compiled_than_so_many_combinations() -> None:
    names = "abcdef"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"l{name}: label @include(if: ${name})" for name in names)
    document = parse(f"query ({declared}) {{ box {{ {fields} }} }}")
    plans = Plans(document, at_once=True)
    chosen = [{name: bool(number >> place & 1) for place, name in enumerate(names)} for number in range(64)]
    assert sum(plans.variant(values) is not None for values in chosen) == MOST_VARIANTS
    assert plans.variant(chosen[0]) is not None
