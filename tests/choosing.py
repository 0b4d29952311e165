"""Choosing the weights of likely reasons: one number after the other, up or down, as long as the truths get likelier.

What is made as large as it can be is the likelihood of the truths: of each person the truth's share of all points, or
the share of the unexplained where nothing points to the truth. That makes the confidence an honest share, too. It is
held back twice: every number begins at a plain judgement and pays for going far from it, so that one that few people
hang on stays near; and half-lives keep within bounds, because an officer would not believe that nothing ever fades.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum, inf, log
from typing import Any, Final

from msgspec.structs import replace

from resolvers.alerts.alert import Alert
from resolvers.policy import ReasonPolicy
from resolvers.reasons import ContactReason
from resolvers.reasons import sign as signs
from resolvers.reasons.likely import scored, weighed
from tests.guessing import Seen

STEPS: Final = (2.0, 1.5, 1.2)
PASSES: Final = 2
RESTRAINT: Final = 2.0
"""What a number pays for each time that it is multiplied or divided by e, squared."""

HALF_LIVES: Final = {"signs": (1.0, 7.0), "alerts": (2.0, 14.0)}
SEEN_OFTEN: Final = 60
"""A code that the overviews of so many people show may say more or less than its kind of sign."""

FIXED: Final = {("signs", "NOT_HEARD", "itself"), ("pull", "COULD_NOT_GET_THROUGH")}
"""Nobody's true reason: it stands where nothing else does, and no measure could choose its weight."""

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
        seen = signs.signs_of(one.cards, ruling)
        reasons = scored(weighed(seen, one.alerts, ruling, one.today), ruling)
        touched = {
            *(("signs", sign.sign.value) for sign in seen),
            *(("factors", sign.code) for sign in seen),
            *(("alerts", alert.pattern) for alert in one.alerts),
            *(("pull", reason.value) for reason in reasons),
        }
        found.append(Case(one.truth, seen, one.alerts, one.today, frozenset(touched)))
    return found


def surprise(case: Case, ruling: ReasonPolicy) -> float:
    """How unlikely the truth is by this policy: 0 when it is certain."""
    scores = scored(weighed(case.seen, case.alerts, ruling, case.today), ruling)
    total = fsum(scores.values()) + ruling.unexplained
    return -log(max(scores.get(case.truth, ruling.unexplained), 1e-9) / total)


def even(ruling: ReasonPolicy, people: Sequence[Seen]) -> ReasonPolicy:
    """A policy whose signs all weigh alike: where choosing begins. What says nothing goes on saying nothing."""
    counted = Counter(
        code for one in people for code in {sign.code for sign in signs.signs_of(one.cards, ruling)}
    )
    signed = {
        name: replace(
            rule, about=min(rule.about, 1) and 1.0, itself=min(rule.itself, 1) and 0.5, half_life=4.0
        )
        for name, rule in ruling.signs.items()
    }
    signed["NOT_HEARD"] = replace(signed["NOT_HEARD"], itself=ruling.signs["NOT_HEARD"].itself)
    return replace(
        ruling,
        sharpness=1.0,
        insistence=0.3,
        settled=0.5,
        signs=signed,
        alerts={name: replace(rule, weight=1.5, half_life=7.0) for name, rule in ruling.alerts.items()},
        pull={reason.value: 1.0 for reason in ContactReason},
        factors={code: 1.0 for code, count in sorted(counted.items()) if count >= SEEN_OFTEN},
    )


class Choice:
    """A search for the numbers that make the truths of some people likeliest."""

    def __init__(self, people: Sequence[Seen], start: ReasonPolicy) -> None:
        self.ruling = self.start = start
        self._held = cases(people, start)
        self._costs = [surprise(case, start) for case in self._held]
        self._where = [where for where in numbers(start, self._held) if where not in FIXED]
        self._touched = {
            where: [at for at, case in enumerate(self._held) if where[:2] in case.touched or len(where) == 1]
            for where in self._where
        }

    @property
    def mean(self) -> float:
        """The mean surprise of the truths."""
        return fsum(self._costs) / len(self._costs)

    def run(self, say: Callable[[str], None], steps: Sequence[float] = STEPS) -> ReasonPolicy:
        """Go on with smaller and smaller steps; return what was found."""
        for step in steps:
            for _ in range(PASSES):
                for where in self._where:
                    self._better(where, step)
                say(f"step {step}: the mean surprise is {self.mean:.4f}")
        return self.ruling

    def _better(self, where: Where, step: float) -> None:
        now = fsum(self._costs[at] for at in self._touched[where]) + self._price(self.ruling, where)
        for factor in (step, 1 / step):
            tried = moved(self.ruling, where, factor)
            after = {at: surprise(self._held[at], tried) for at in self._touched[where]}
            if fsum(after.values()) + self._price(tried, where) < now - 1e-6:
                self.ruling = tried
                for at, cost in after.items():
                    self._costs[at] = cost
                return

    def _price(self, ruling: ReasonPolicy, where: Where) -> float:
        number = number_at(ruling, where)
        if where[-1] == "half_life":
            least, most = HALF_LIVES[where[0]]
            if not least <= number <= most:
                return inf
        return RESTRAINT * log(number / number_at(self.start, where)) ** 2


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
    yield ("sharpness",)
    yield ("settled",)


def number_at(ruling: ReasonPolicy, where: Where) -> float:
    """The number that stands at a place."""
    found: Any = ruling
    for name in where:
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    return float(found)


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
