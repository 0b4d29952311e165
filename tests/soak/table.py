"""What a soak prints: a line a step, and at its end what was done to whom, and what clients saw of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median, quantiles
from typing import Final

from msgspec import Struct, field

from tests.soak.judging import codes_of
from tests.soak.plan import Step
from tests.soak.truth import Seen

STATES: Final = ("COMPLETE", "STALE", "PARTIAL", "REFUSED")
MEBIBYTE: Final = 1024 * 1024


class Sight(Struct):
    """What clients saw of a step: of how many people what, with which statuses and codes, after how many seconds."""

    states: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, seen: Sequence[Seen]) -> "Sight":
        sight = cls()
        for one in seen:
            sight.seconds.append(one.asked.seconds)
            sight.statuses[one.asked.answer.status] += 1
            sight.codes.update(codes_of(one))
            for told in one.asked.shown:
                sight.states["REFUSED" if told is None else told["overview"]["completeness"]] += 1
        return sight

    def __add__(self, other: "Sight") -> "Sight":
        return Sight(
            self.states + other.states,
            self.statuses + other.statuses,
            self.codes + other.codes,
            self.seconds + other.seconds,
        )

    def words(self) -> str:
        """How many people were shown how, and how soon: half of the answers, and all but one in a hundred."""
        states = " ".join(f"{state.lower()} {self.states[state]}" for state in STATES)
        return f"{states}  p50/p99 {_milliseconds(self.seconds)} ms"


class Round(Struct):
    """A step that was judged: what was seen of it, how soon all was whole again, and what it left behind."""

    step: Step
    sight: Sight
    recovered: float | None
    left: int
    writes: Mapping[str, int]
    resident: Mapping[str, int]
    lag: float
    complaints: list[str]

    def line(self) -> str:
        """The step in one line, and a line for each complaint."""
        whole = "never whole" if self.recovered is None else f"whole after {self.recovered:.1f} s"
        writes = ", ".join(f"{count} told {word}" for word, count in sorted(self.writes.items()))
        memory = "/".join(f"{size / MEBIBYTE:.0f}" for size in self.resident.values())
        seen = f"{self.sight.words()}  {self.left} left  {writes}"
        told = (
            f"{self.step.number:4}  {self.step}: {seen}  {whole}, lag {self.lag * 1000:.0f} ms, {memory} MiB"
        )
        return "\n".join(
            [told, *(f"      ✗ {count} × {one}" for one, count in Counter(self.complaints).items())]
        )


def table(rounds: Sequence[Round]) -> Iterator[str]:
    """Yield the lines of the end: each kind at each system, how often; each kind, and what was seen while it was so."""
    struck = Counter((blow.kind, name) for one in rounds for blow in one.step.blows for name in blow.struck)
    yield "\nwhat was done, and how often to whom"
    kinds = sorted({kind for kind, _ in struck})
    for kind in kinds:
        told = ", ".join(f"{name} {count}" for (of, name), count in sorted(struck.items()) if of == kind)
        yield f"  {kind:18} {told}"
    yield "\nwhat clients saw of it: people by completeness, answers by status, codes; seconds until all was whole"
    for kind in kinds:
        of_kind = [one for one in rounds if any(blow.kind == kind for blow in one.step.blows)]
        yield f"  {kind:18} {_seen(of_kind)}"
    yield f"  {'all':18} {_seen(rounds)}"


def _seen(rounds: Sequence[Round]) -> str:
    sight = sum((one.sight for one in rounds), Sight())
    took = [one.recovered for one in rounds if one.recovered is not None]
    whole = f"whole {median(took):.1f}, at most {max(took):.1f} s" if took else "never whole"
    statuses = " ".join(f"{status}×{count}" for status, count in sorted(sight.statuses.items()))
    codes = " ".join(f"{code}×{count}" for code, count in sorted(sight.codes.items()))
    return f"{sight.words()}  {statuses}  {codes or 'no code'}  {whole}"


def _milliseconds(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "–/–"
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"{cuts[49] * 1000:.0f}/{cuts[98] * 1000:.0f}"


def memory(rounds: Sequence[Round], warm: int) -> Iterator[str]:
    """Yield what memory each process had after the warm-up and at last, in MiB."""
    for name in rounds[-1].resident if rounds else ():
        first, last = measured(rounds, warm, name)
        yield f"memory of {name}: {first / MEBIBYTE:.1f} MiB after {warm} steps, {last / MEBIBYTE:.1f} MiB at last"


def measured(rounds: Sequence[Round], warm: int, name: str) -> tuple[int, int]:
    """Return the memory of a process after the warm-up and at last: the least of three steps counts as the last."""
    first = rounds[min(warm, len(rounds) - 1)].resident[name]
    return first, min(one.resident[name] for one in rounds[-3:])
