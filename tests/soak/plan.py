"""What strikes when: drawn from a seed. A step is worked out from the seed and its number, and from nothing else.

Of the kinds each strikes once before any strikes again, in an order of the seed's; now and then two strike together.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from msgspec import Struct

from sandbox.upstreams.running import SERVICES

VALKEY: Final = "valkey"
"""What the shared cache is called, among systems and proxies."""
PARTS: Final = tuple(name for name in SERVICES if name != "restriction")
TOGETHER: Final = 0.25
"""The share of steps in which a second thing goes wrong."""
SECONDS: Final = (1.0, 4.5)
"""How long a step strikes. Beyond the five seconds for which a breaker opens nothing new would be seen of it."""

Draw = Callable[[Random], dict[str, int | float | str]]


class Blow(Struct, frozen=True):
    """One thing that goes wrong: its kind, as `wire.latency`, whom it strikes, and the kind's own words."""

    kind: str
    struck: tuple[str, ...]
    told: Mapping[str, Any] = {}

    def __str__(self) -> str:
        words = ",".join(f"{name}={value}" for name, value in self.told.items())
        return f"{self.kind}({words}) at {'+'.join(self.struck)}"


class Step(Struct, frozen=True):
    """What strikes together, and for how many seconds."""

    number: int
    blows: tuple[Blow, ...]
    seconds: float

    def __str__(self) -> str:
        return f"{' & '.join(map(str, self.blows))} for {self.seconds} s"


def _latency(random: Random) -> dict[str, Any]:
    return {"latency": random.choice((20, 100, 300, 900, 3000)), "jitter": random.choice((0, 20))}


def _slicer(random: Random) -> dict[str, Any]:
    size = random.choice((2, 16, 64))
    return {"average_size": size, "size_variation": size // 2, "delay": random.choice((100, 2000, 50_000))}


WIRE: Final[Mapping[str, Draw]] = {
    "latency": _latency,
    "bandwidth": lambda random: {"rate": random.choice((1, 4, 20))},
    "slow_close": lambda random: {"delay": random.choice((100, 1000))},
    "timeout": lambda random: {"timeout": random.choice((0, 100, 600))},
    "reset_peer": lambda random: {"timeout": random.choice((0, 5, 200))},
    "slicer": _slicer,
    "limit_data": lambda random: {"bytes": random.choice((1, 100, 180, 700, 2000))},
    "corrupt": lambda random: {"offset": random.randrange(600), "xor": 128},
}
"""Toxics. What `corrupt` spoils is no text any more, in whatever place it is."""

PORT: Final = ("down", "blackhole", "severed")
STATUSES: Final = (500, 502, 503, 504, 429, 401, 403)


def _none(_: Random) -> dict[str, Any]:
    return {}


def _status(random: Random) -> dict[str, Any]:
    after = {"retry_after": random.choice((1, 2))} if random.random() < 0.3 else {}
    return {"status": random.choice(STATUSES), **after}


SIM: Final[Mapping[str, Draw]] = {
    "slow": lambda random: {"seconds": random.choice((0.1, 0.5, 2.0))},
    "hang": _none,
    "down": _none,
    "status": _status,
    "garbled": _none,
    "html": _none,
    "half": _none,
    "reordered": _none,
    "doubled": _none,
    "wrong_subject": _none,
    "swapped": _none,
    "dropped": lambda _: {"match": "lookup"},
    "drip": lambda random: {"seconds": random.choice((0.001, 0.05))},
    "oversize": lambda _: {"megabytes": 17, "times": 1},
    "gzip_bomb": lambda _: {"megabytes": 20, "times": 1},
    "reset": _none,
    "truncated": lambda random: {"how": random.choice(("chunked", "close"))},
    "redirect": _none,
    "silent_close": _none,
}
"""Faults of a system itself. 404, and a link that leads elsewhere, are no faults of a question about known people."""
UNSEEN: Final = {"dropped": ("customer",), "swapped": ("customer",), "oversize": PARTS, "gzip_bomb": PARTS}
"""Whom a kind may strike: a system that may leave out whom it does not know can do so of anybody, and nobody can tell;
and what is read in whole is not asked of a restriction."""

SHARED: Final = ("frozen", "killed", "flushed", "trimmed", "spoilt")
"""What befalls the shared cache itself."""

CARDS: Final = (
    *(f"wire.{kind}" for kind in WIRE),
    *(f"port.{kind}" for kind in PORT),
    *(f"sim.{kind}" for kind in SIM),
    *(f"{VALKEY}.wire.{kind}" for kind in WIRE),
    *(f"{VALKEY}.port.{kind}" for kind in PORT),
    *(f"{VALKEY}.{kind}" for kind in SHARED),
)
"""Every kind of thing that can go wrong, at a system or at the shared cache."""


def step(seed: int, number: int) -> Step:
    """Return a step; they are counted from 1."""
    deal, place = divmod(number - 1, len(CARDS))
    dealt = Random(f"{seed} deal {deal}").sample(CARDS, len(CARDS))
    random = Random(f"{seed} step {number}")
    blows = [_blow(dealt[place], random)]
    if random.random() < TOGETHER:
        other = _blow(random.choice(CARDS), random)
        blows += [other] if not set(other.struck) & set(blows[0].struck) else []
    return Step(number, tuple(blows), round(random.uniform(*SECONDS), 1))


def _blow(card: str, random: Random) -> Blow:
    family, _, kind = card.removeprefix(f"{VALKEY}.").rpartition(".")
    told: dict[str, Any] = {}
    if family == "wire":
        told = {
            **WIRE[kind](random),
            "stream": "downstream" if kind == "corrupt" or random.random() < 0.8 else "upstream",
            "toxicity": random.choice((1.0, 1.0, 0.5)),
        }
    elif family == "sim":
        told = {**SIM[kind](random), **_now_and_then(kind, random)}
    if card.startswith(f"{VALKEY}."):
        return Blow(f"{family or 'shared'}.{kind}", (VALKEY,), told)
    return Blow(card, _struck(kind if family == "sim" else "", random), told)


def _now_and_then(kind: str, random: Random) -> dict[str, Any]:
    if kind == "down" or random.random() < 0.7:
        return {}
    return {"probability": random.choice((0.2, 0.5)), "seed": random.randrange(1000)}


def _struck(kind: str, random: Random) -> tuple[str, ...]:
    """Return whom it strikes: mostly a few, now and then everybody. Where the restriction is struck nobody is shown."""
    among = UNSEEN.get(kind, SERVICES if random.random() < 0.2 else PARTS)
    most = len(among) if random.random() < 0.1 and kind not in UNSEEN else 3
    return tuple(sorted(random.sample(among, random.randint(1, min(most, len(among))))))
