"""Second attempts are a tenth of what is asked, and three a second beside; never more."""

from hypothesis import given
from hypothesis import strategies as st

from sources.guard.retry_budget import RetryBudget
from sources.guard.terms import USUAL, Terms


def spent(budget: RetryBudget, now: float, times: int) -> int:
    return sum(budget.spend(now) for _ in range(times))


def test_who_asks_little_has_three_a_second() -> None:
    budget = RetryBudget(USUAL)
    assert [spent(budget, second, 10) for second in (0.0, 0.5, 1.0, 1.9, 2.0)] == [3, 0, 3, 0, 3]


def test_who_asks_much_has_a_tenth_of_it() -> None:
    budget = RetryBudget(Terms(retries_a_second=0))
    for _ in range(200):
        budget.asked(5.0)
    assert spent(budget, 5.0, 100) == 20
    assert spent(budget, 14.0, 100) == 0
    assert spent(budget, 16.0, 100) == 0  # what was asked long ago pays for nothing


ASKED = st.lists(st.tuples(st.floats(0, 2), st.integers(0, 40), st.integers(0, 40)), max_size=120)


@given(ASKED)
def test_what_is_asked_never_exceeds_the_demand_and_its_budget(asked: list[tuple[float, int, int]]) -> None:
    budget, now, demand, again = RetryBudget(USUAL), 0.0, 0, 0
    for seconds, calls, failures in asked:
        now += seconds
        for _ in range(calls):
            budget.asked(now)
        demand += calls
        again += spent(budget, now, failures)
        assert again <= 0.1 * demand + 3 * (now + 1)
