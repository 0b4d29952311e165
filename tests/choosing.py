"""Choosing the weights of likely reasons: one number after the other, up or down, as long as the truths get likelier.

What is made as large as it can be is the likelihood of the truths: of each person the truth's share of all points, or
the share of the unexplained where nothing points to the truth. That makes the confidence an honest share, too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum, log
from typing import Any, Final

from msgspec.structs import replace

from resolvers.alerts.alert import Alert
from resolvers.policy import ReasonPolicy
from resolvers.reasons import ContactReason
from resolvers.reasons import sign as signs
from resolvers.reasons.likely import scored, weighed
from tests.guessing import Seen

STEPS: Final = (2.0, 1.5, 1.2, 1.1)
PASSES: Final = 2
NOTHING: Final = 0.004
"""A weight that came down to this says nothing: it is left out."""

Where = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One person: the truth and what the overview says, ready to be weighed again and again."""

    truth: ContactReason
    seen: tuple[signs.Seen, ...]
    alerts: tuple[Alert, ...]
    today: date
    touched: frozenset[Where]


def cases(people: Sequence[Seen], ruling: ReasonPolicy) -> list[Case]:
    """What is weighed, with the numbers of the policy that each case hangs on."""
    found = []
    for one in people:
        seen = signs.signs_of(one.cards, ruling.codes)
        reasons = scored(weighed(seen, one.alerts, ruling, one.today))
        touched = {
            *(("signs", sign.sign.value) for sign in seen),
            *(("factors", sign.code) for sign in seen),
            *(("alerts", alert.pattern) for alert in one.alerts),
            *(("pull", reason.value) for reason in reasons),
            *([("insistence",)] if any(sign.sign is signs.Sign.NOT_HEARD for sign in seen) else []),
        }
        found.append(Case(one.truth, seen, one.alerts, one.today, frozenset(touched)))
    return found


def surprise(case: Case, ruling: ReasonPolicy) -> float:
    """How unlikely the truth is by this policy: 0 when it is certain."""
    scores = scored(weighed(case.seen, case.alerts, ruling, case.today))
    total = fsum(scores.values()) + ruling.unexplained
    return -log(max(scores.get(case.truth, ruling.unexplained), 1e-9) / total)


def chosen(people: Sequence[Seen], start: ReasonPolicy, say: Callable[[str], None]) -> ReasonPolicy:
    """The policy whose numbers make the truths of these people likeliest, found step by step from a first one."""
    held = cases(people, start)
    ruling, costs = start, [surprise(case, start) for case in held]
    for step in STEPS:
        for _ in range(PASSES):
            for where in numbers(ruling, held):
                touched = [at for at, case in enumerate(held) if where[:2] in case.touched]
                ruling, costs = _better(ruling, costs, where, step, touched, held)
            say(f"step {step}: the mean surprise is {fsum(costs) / len(costs):.4f}")
    return ruling


def _better(
    ruling: ReasonPolicy,
    costs: list[float],
    where: Where,
    step: float,
    touched: Sequence[int],
    held: Sequence[Case],
) -> tuple[ReasonPolicy, list[float]]:
    now = fsum(costs[at] for at in touched)
    for factor in (step, 1 / step):
        tried = moved(ruling, where, factor)
        after = {at: surprise(held[at], tried) for at in touched}
        if fsum(after.values()) < now - 1e-6:
            return tried, [after.get(at, cost) for at, cost in enumerate(costs)]
    return ruling, costs


def numbers(ruling: ReasonPolicy, held: Sequence[Case]) -> Iterator[Where]:
    """The place of each number that can be chosen and matters here."""
    known = {where for case in held for where in case.touched}
    for table in ("signs", "alerts"):
        for name, rule in getattr(ruling, table).items():
            for field in ("about", "itself", "weight", "half_life"):
                if (table, name) in known and getattr(rule, field, 0) > 0:
                    yield table, name, field
    for table in ("pull", "factors"):
        for name in getattr(ruling, table):
            if (table, name) in known:
                yield table, name
    yield ("insistence",)


def moved(ruling: ReasonPolicy, where: Where, factor: float) -> ReasonPolicy:
    """The policy with one number multiplied."""
    table, *path = where
    held: Any = getattr(ruling, table)
    if not path:
        return replace(ruling, **{table: held * factor})
    name, *field = path
    inner = held[name]
    changed = replace(inner, **{field[0]: getattr(inner, field[0]) * factor}) if field else inner * factor
    return replace(ruling, **{table: {**held, name: changed}})
