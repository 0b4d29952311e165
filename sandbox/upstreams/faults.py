"""What can go wrong on purpose: which faults there are, what each may say, and when one strikes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

EVERY: Final = "*"

ROWS: Final = frozenset({"reordered", "doubled", "wrong_subject", "dropped"})
LINK: Final = "absolute_link"
DOWN: Final = "down"
SWAPPED: Final = "swapped"
KINDS: Final[dict[str, frozenset[str]]] = {
    "slow": frozenset({"seconds"}),
    "hang": frozenset(),
    "down": frozenset(),
    "status": frozenset({"status", "retry_after"}),
    "garbled": frozenset(),
    "html": frozenset(),
    "half": frozenset(),
    "reordered": frozenset(),
    "doubled": frozenset(),
    "wrong_subject": frozenset(),
    "swapped": frozenset({"seconds"}),
    "dropped": frozenset(),
    "drip": frozenset({"seconds"}),
    "oversize": frozenset({"megabytes"}),
    "gzip_bomb": frozenset({"megabytes"}),
    "reset": frozenset(),
    "truncated": frozenset({"how"}),
    "redirect": frozenset({"location"}),
    "absolute_link": frozenset({"location"}),
    "silent_close": frozenset(),
}
"""Each kind with the parameters that only it may have."""

_WHEN: Final = frozenset({"match", "crn", "probability", "seed", "times"})


class Fault(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One fault as it is asked for."""

    service: str
    kind: str
    match: str | UnsetType = UNSET
    crn: str | UnsetType = UNSET
    probability: float | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    times: int | UnsetType = UNSET
    seconds: float | UnsetType = UNSET
    status: int | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET
    megabytes: int | UnsetType = UNSET
    location: str | UnsetType = UNSET
    how: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(KINDS)}")
        allowed = KINDS[self.kind] | {"service", "kind"} | (_WHEN if self.kind != DOWN else frozenset())
        told = {name for name in self.__struct_fields__ if getattr(self, name) is not UNSET}
        if told - allowed:
            raise ValueError(f"{self.kind} takes no {', '.join(sorted(told - allowed))}")
        if self.kind == "status" and self.status is UNSET:
            raise ValueError("status needs a status, such as 503")
        for name, fits, said in _BOUNDS:
            value = getattr(self, name)
            if value is not UNSET and not fits(value):
                raise ValueError(f"{name} must be {said}")


_BOUNDS: Final[tuple[tuple[str, Callable[[Any], bool], str], ...]] = (
    ("probability", lambda told: 0 <= told <= 1, "from 0 to 1"),
    ("times", lambda told: told >= 1, "1 or more"),
    ("seconds", lambda told: 0 <= told <= 3600, "from 0 to 3600"),
    ("status", lambda told: 200 <= told <= 599, "from 200 to 599"),
    ("retry_after", lambda told: told >= 0, "0 or more"),
    ("megabytes", lambda told: 1 <= told <= 1024, "from 1 to 1024"),
    ("how", lambda told: told in {"chunked", "close"}, "chunked or close"),
    ("location", lambda told: told.isprintable() and told != "", "an address"),
)


@dataclass
class Active:
    """A fault that is at work. `over` is set when it is taken away."""

    fault: Fault
    number: int
    fired: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(0 if self.fault.seed is UNSET else self.fault.seed)

    def told(self) -> dict[str, Any]:
        """Return what is told of it."""
        return {"id": self.number, **msgspec.to_builtins(self.fault), "fired": self.fired}

    def strikes(self, service: str, path: str, crns: Sequence[str]) -> bool:
        """Tell whether a request is hit."""
        fault = self.fault
        if fault.service not in {EVERY, service} or fault.kind == DOWN:
            return False
        if fault.match is not UNSET and fault.match not in path:
            return False
        if fault.crn is not UNSET and fault.crn not in crns:
            return False
        if fault.times is not UNSET and self.fired >= fault.times:
            return False
        if fault.probability is not UNSET and self.random.random() >= fault.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """The faults at work, oldest first."""

    def __init__(self) -> None:
        self._active: list[Active] = []
        self._number = 0

    def add(self, fault: Fault) -> Active:
        """Put a fault to work."""
        self._number += 1
        active = Active(fault, self._number)
        self._active.append(active)
        return active

    def clear(self) -> int:
        """Take every fault away; return how many there were."""
        gone, self._active = self._active, []
        for active in gone:
            active.over.set()
        return len(gone)

    def all(self) -> list[Active]:
        """Return every fault at work."""
        return list(self._active)

    def striking(self, service: str, path: str, crns: Sequence[str]) -> list[Active]:
        """Return the faults that hit a request."""
        return [active for active in self._active if active.strikes(service, path, crns)]
