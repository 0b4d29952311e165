"""How the weights of likely reasons are chosen, on few people: the truths get likelier, and what is held stays held."""

import asyncio

import msgspec
import pytest

from resolvers.policy import Policy
from tests.bench.reasons import written
from tests.choosing import HALF_LIVES, Choice, even
from tests.guessing import Seen, town_seen
from tests.people import POLICY


@pytest.fixture(scope="module")
def people() -> list[Seen]:
    return asyncio.run(town_seen(3, 110))


@pytest.fixture(scope="module")
def search(people: list[Seen]) -> Choice:
    return Choice(people, even(POLICY.reasons, people))


def test_choosing_makes_the_truths_likelier(search: Choice) -> None:
    before, said = search.mean, list[str]()
    assert search.run(said.append, steps=(2.0,)) == search.ruling != search.start
    assert search.mean < before - 0.1
    assert [one.split(":")[0] for one in said] == ["step 2.0", "step 2.0"]


def test_half_lives_stay_within_bounds_and_what_no_truth_can_choose_stays(search: Choice) -> None:
    ruling = search.ruling
    for table in ("signs", "alerts"):
        least, most = HALF_LIVES[table]
        assert all(least <= rule.half_life <= most for rule in getattr(ruling, table).values())
    assert ruling.signs["NOT_HEARD"].itself == POLICY.reasons.signs["NOT_HEARD"].itself


def test_what_was_chosen_is_written_as_a_policy_reads_it(search: Choice) -> None:
    read = msgspec.toml.decode("\n".join(written(search.ruling)), type=Policy).reasons
    assert read.signs.keys() == search.ruling.signs.keys()
    assert read.alerts["ACTIVE_DEBT"].weight == pytest.approx(
        search.ruling.alerts["ACTIVE_DEBT"].weight, rel=0.06
    )
    assert set(read.factors) <= set(search.ruling.factors)
