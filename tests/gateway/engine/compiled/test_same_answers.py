"""Whatever is asked and whatever is there: the compiled engine answers as the library does, byte for byte."""

import asyncio
import gc
import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cache.pieces import Pieces
from gateway.engine.compiled import Plans
from tests.gateway.engine.compiled.asking import answer
from tests.gateway.engine.compiled.making import CORE, boxes, documents, healthy
from tests.gateway.engine.compiled.world import COMPILED, PLAIN

EXAMPLES: Final = int(os.environ.get("OVERVIEW_TEST_EXAMPLES", "2000"))
"""How many documents are made; `make soak` makes more."""
VARIABLES = st.fixed_dictionaries({}, optional={"a": st.booleans(), "b": st.one_of(st.booleans(), st.none())})
TWICE = st.lists(VARIABLES, min_size=2, max_size=2)
pytestmark = [  # the library leaves what it settles in the background, whichever engine it is
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ALL_CHECKS: Final = list(HealthCheck)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=ALL_CHECKS)
@given(text=documents, first=boxes, second=boxes, variables=TWICE)
def test_both_engines_answer_alike(text: str, first: Any, second: Any, variables: list[Any]) -> None:
    asyncio.run(answered_alike(parse(text), zip((first, second), variables, strict=True)))


@settings(max_examples=100, deadline=None, suppress_health_check=ALL_CHECKS)
@given(text=documents)
def test_what_is_asked_fits_the_schema(text: str) -> None:
    assert not validate(CORE, parse(text))


@settings(max_examples=100, deadline=None, suppress_health_check=ALL_CHECKS)
@given(text=documents, box=healthy)
def test_what_is_as_it_should_be_is_never_handed_back(text: str, box: Any) -> None:
    assert asyncio.run(answered_alike(parse(text), [(box, {})])).counted() == 0


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Have what a test leaves behind found while that test runs."""
    yield
    gc.collect()


class Shown:
    """What a piece is shown of: it is there as long as the piece is to be."""


async def answered_alike(document: Any, asked: Iterable[tuple[Any, Any]]) -> Plans:
    """What is compiled of a document after it was answered alike: plainly, then three times while each box stays."""
    plans, pieces = Plans(document, at_once=True), Pieces()
    for box, values in asked:
        expected = await answer(PLAIN, document, None, box, values)
        assert await answer(COMPILED, document, plans, box, values) == expected
        shown = Shown()
        for _ in range(3):
            again = pieces.made(shown, "box", partial(_same, box))
            assert await answer(COMPILED, document, plans, again, values, pieces) == expected
    return plans


def _same(box: Any) -> Any:
    return box
