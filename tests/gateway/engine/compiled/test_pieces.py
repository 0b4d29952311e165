"""Of what is completed, which pieces are kept as they are written, and for whom."""

import asyncio
from typing import Any

import pytest
from graphql import parse

from cache.pieces import Pieces
from gateway.engine.compiled import Plans
from tests.gateway.engine.compiled.asking import answer
from tests.gateway.engine.compiled.making import GOOD
from tests.gateway.engine.compiled.world import COMPILED, PLAIN, Raises, Thing

LEAF = Thing("leaf", **GOOD)
STEADY = "{ box { label leaf { number called sealed } rows { id } } }"


class Shown:
    """What pieces are shown of."""


def box(**given: Any) -> Thing:
    return Thing("box", **({"label": "a box", "leaf": LEAF, "rows": [[LEAF]], "named": [LEAF]} | given))


def asked(text: str, shown: Thing, times: int, *, piece: bool = True, **values: Any) -> tuple[int, int]:
    """How many pieces were given again, and written, while a document was answered so often as the library does."""
    document, pieces, value = parse(text), Pieces(), Shown()
    plans = Plans(document, at_once=True)

    async def run() -> None:
        expected = await answer(PLAIN, document, None, shown, values)
        for _ in range(times):
            again = pieces.made(value, "box", lambda: shown) if piece else shown
            assert await answer(COMPILED, document, plans, again, values, pieces) == expected

    asyncio.run(run())
    return pieces.counted()


def test_a_piece_is_written_once_and_given_from_then_on() -> None:
    assert asked(STEADY, box(), 4) == (3, 1)


def test_each_place_in_a_document_has_its_own() -> None:
    assert asked("{ a: box { label } b: box { leaf { number } } c: box { label } }", box(), 2) == (3, 3)


def test_what_is_no_piece_is_not_kept() -> None:
    assert asked(STEADY, box(), 3, piece=False) == (0, 0)


@pytest.mark.parametrize("text", ["{ box { leaf { tinted } } }", "{ box { nearest { name } } }"])
def test_what_may_tell_each_caller_something_else_is_never_kept(text: str) -> None:
    assert asked(text, box(named=[]), 3) == (0, 0)


def test_what_holds_a_resolver_is_never_kept() -> None:
    assert asked("{ box { label first { name } } }", box(named=[]), 3) == (0, 0)


@pytest.mark.parametrize("wrong", [{"leaf": Raises()}, {"label": b"bytes"}, {"rows": [None]}], ids=str)
def test_what_is_wrong_is_never_kept(wrong: dict[str, Any]) -> None:
    assert asked(STEADY, box(**wrong), 3) == (0, 0)


def test_half_a_character_is_left_to_who_writes_the_answer() -> None:
    document, pieces, value = parse(STEADY), Pieces(), Shown()
    plans = Plans(document, at_once=True)

    async def run() -> None:
        for _ in range(2):
            shown = pieces.made(value, "box", lambda: box(label="\ud800"))
            with pytest.raises(UnicodeEncodeError):
                await answer(COMPILED, document, plans, shown, {}, pieces)

    asyncio.run(run())
    assert pieces.counted() == (0, 0)


def test_each_value_of_a_variable_that_decides_has_its_own() -> None:
    text = "query ($a: Boolean!) { box { label leaf @include(if: $a) { number } } }"
    document, pieces, value = parse(text), Pieces(), Shown()
    plans = Plans(document, at_once=True)

    async def run() -> None:
        for given in (True, False, True, False):
            shown, values = pieces.made(value, "box", box), {"a": given}
            expected = await answer(PLAIN, document, None, shown, values)
            assert await answer(COMPILED, document, plans, shown, values, pieces) == expected

    asyncio.run(run())
    assert pieces.counted() == (2, 2)
