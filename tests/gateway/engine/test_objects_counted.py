"""How many objects an answer holds is told from the bytes that are sent."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as some

from gateway.engine.size import bounded, objects_of

TEXTS = some.text('{}[]",:\\ a1\n', max_size=6)
KEYS = some.text("aZ_1", min_size=1, max_size=3)
VALUES: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | TEXTS,
    lambda below: some.lists(below, max_size=4) | some.dictionaries(KEYS, below, min_size=1, max_size=4),
    max_leaves=25,
)


def counted(data: Any) -> int:
    if isinstance(data, dict):
        return 1 + sum(map(counted, data.values()))
    return sum(map(counted, data)) if isinstance(data, list) else 0


@example("{")
@given(VALUES)
def test_each_object_counts_whatever_the_texts_beside_it_look_like(data: Any) -> None:
    assert objects_of(data) == counted(data)


@given(
    VALUES,
    some.lists(some.dictionaries(KEYS, VALUES, min_size=1), max_size=2),
    some.sampled_from([1, 9_999_999]),
)
def test_of_an_answer_its_data_alone_counts_even_where_it_is_too_large(
    data: Any, errors: Any, most: int
) -> None:
    body = {"errors": errors, "data": data} if errors else {"data": data}
    assert bounded(body, most, "r").objects == counted(data)
