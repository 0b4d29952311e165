"""How often the likely reasons are right, of people whose true reason was drawn before their history was told.

`make bench BENCHES=reasons` reports on seeds 101 to 110, for which nothing was chosen. With `--choose` it chooses the
weights on seeds 1 to 10 instead, starting from a policy whose signs all weigh alike, and prints them as lines of the
policy file.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from typing import Final

from msgspec.structs import asdict

from resolvers.policy import ReasonPolicy
from resolvers.reasons import ContactReason
from tests.choosing import Choice, even
from tests.guessing import Guess, Rates, Seen, base_rate, calibration, rates, shuffled, town_seen
from tests.people import POLICY

CHOOSING: Final = range(1, 11)
REPORTING: Final = range(101, 111)
PEOPLE: Final = 600
LIKE_ONE: Final = (0.6, 1.6)
"""A number that is 1 unless told is left out when it lies between these."""

NUMBERS: Final = ("unexplained", "sharpness", "insistence", "settled")
AIM: Final = (0.55, 0.80)


async def everybody(seeds: Iterable[int], people: int) -> list[list[Seen]]:
    """The people of several towns, town by town."""
    return [await town_seen(seed, people) for seed in seeds]


def line(name: str, found: Rates, note: str = "") -> None:
    print(f"{name:28} {found.first:7.1%} {found.three:12.1%}   {note}")


def report(towns: list[list[Seen]], seeds: Iterable[int]) -> None:
    told = [one for town in towns for one in town]
    each = [[one.guess() for one in town] for town in towns]
    truths, guesses = [one.truth for one in told], [guess for town in each for guess in town]
    mixed = [guess for seed, town in zip(seeds, each, strict=True) for guess in shuffled(seed, town)]
    print(f"{len(told):,} people of {len(towns)} towns{'':>2} first   first three")
    line(
        "likely reasons",
        rates(truths, [one.reasons for one in guesses]),
        f"aim {AIM[0]:.0%} and {AIM[1]:.0%}",
    )
    line("most recent card", rates(truths, [one.plain for one in guesses]))
    line("always the usual reasons", base_rate(truths), "the base rate")
    line("histories shuffled", rates(truths, [one.reasons for one in mixed]), "what is right by chance")
    known = sum(truth in guess.reasons for truth, guess in zip(truths, guesses, strict=True)) / len(truths)
    print(f"\nthe true reason has any evidence for {known:.1%}: more than that cannot be right")
    towns_apart(towns, each)
    by_reason(truths, guesses)
    by_confidence(truths, guesses)


def towns_apart(towns: list[list[Seen]], guesses: list[list[Guess]]) -> None:
    """How far the towns lie apart."""
    each = [
        rates([one.truth for one in town], [guess.reasons for guess in theirs])
        for town, theirs in zip(towns, guesses, strict=True)
    ]
    firsts, threes = sorted(one.first for one in each), sorted(one.three for one in each)
    print(f"town by town: first {firsts[0]:.1%} to {firsts[-1]:.1%}, ", end="")
    print(f"first three {threes[0]:.1%} to {threes[-1]:.1%}")


def by_reason(truths: list[ContactReason], guesses: list[Guess]) -> None:
    print(f"\n{'the true reason':28} {'people':>7} {'first':>7} {'first three':>12}")
    for reason, count in Counter(truths).most_common():
        some = [guess.reasons for truth, guess in zip(truths, guesses, strict=True) if truth is reason]
        found = rates([reason] * count, some)
        print(f"{reason.value:28} {count:7,} {found.first:7.1%} {found.three:12.1%}")


def by_confidence(truths: list[ContactReason], guesses: list[Guess]) -> None:
    print(f"\n{'confidence of the first':28} {'people':>7} {'right':>7}")
    for sure, right, count in calibration(truths, guesses):
        print(f"{sure:28.2f} {count:7,} {right:7.1%}")


def choose(towns: list[list[Seen]]) -> None:
    people = [one for town in towns for one in town]
    search = Choice(people, even(POLICY.reasons, people))
    found = search.run(lambda said: print(said, file=sys.stderr, flush=True))
    print("\n".join(written(found)))


def written(ruling: ReasonPolicy) -> Iterable[str]:
    """The numbers of a policy as lines of its file; what says nothing is left out."""
    yield "[reasons]"
    yield from (f"{name} = {_shown(getattr(ruling, name))}" for name in NUMBERS)
    for table in ("signs", "alerts"):
        yield f"\n[reasons.{table}]"
        for name, rule in getattr(ruling, table).items():
            told = {key: value for key, value in asdict(rule).items() if value}
            yield f"{name} = {{ {', '.join(f'{key} = {_shown(value)}' for key, value in told.items())} }}"
    for table in ("pull", "factors"):
        yield f"\n[reasons.{table}]"
        yield from (
            f'"{name}" = {_shown(value)}'
            for name, value in getattr(ruling, table).items()
            if not LIKE_ONE[0] < value < LIKE_ONE[1]
        )


def _shown(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{float(f'{value:.2g}')}"


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.bench.reasons", description=__doc__)
    parser.add_argument("--choose", action="store_true", help="choose the weights on seeds 1 to 10")
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many people a town has")
    asked = parser.parse_args()
    seeds = CHOOSING if asked.choose else REPORTING
    towns = asyncio.run(everybody(seeds, asked.people))
    if asked.choose:
        choose(towns)
    else:
        report(towns, seeds)


if __name__ == "__main__":
    main()
