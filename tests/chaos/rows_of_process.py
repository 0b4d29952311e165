"""The rows about the process itself: too much is asked of it, a caller leaves, its loop stands, its memory ends, its
collector of traces is away. The neighbours are well, but for what a trouble needs of them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from gateway.overload.memory import MEBIBYTE, resident
from tests.chaos.stage import Stage
from tests.chaos.troubles import (
    CAN,
    SPARE,
    collector_away,
    herd,
    leaving,
    leaving_another,
    loop_stands,
    memory_ends,
)
from tests.running.away import AWAY


@contextmanager
def collecting_at(how: str) -> Iterator[Mapping[str, Any]]:
    """Traces go to an address that takes none."""
    with AWAY[how]() as address:
        yield {"otlp_endpoint": address, "trace_ratio": 1.0}


Suffer = Callable[[Stage], Awaitable[None]]


def nothing_more() -> AbstractContextManager[Mapping[str, Any]]:
    """Everything is as it usually is."""
    return nullcontext({})


@dataclass(frozen=True)
class ProcessRow:
    """A row. `suffer` does what goes wrong, and sees what clients get of it; it is over when that returns.

    `log` are the events that the log has, of every level but those of requests; `moved` are metrics that are larger
    afterwards, with their labels. `calls` is how
    often each system may be asked. `around` is there for as long as the row, and says with which settings.
    """

    number: str
    says: str
    suffer: Suffer
    log: frozenset[str]
    moved: Mapping[str, Mapping[str, str]]
    calls: int = 1
    around: Callable[[], AbstractContextManager[Mapping[str, Any]]] = nothing_more

    @property
    def id(self) -> str:
        """What the row is called where tests are listed."""
        return f"{self.number}-{self.says.replace(' ', '-')}"


STAFF_AWAY: Final[Mapping[str, Mapping[str, str]]] = {
    "shed_total": {"class": "staff", "reason": "wait"},
    "queue_seconds_count": {},
}
GONE: Final[Mapping[str, Mapping[str, str]]] = {
    "client_disconnects_total": {},
    "wasted_work_seconds_total": {},
}

ROWS: Final = (
    *(
        ProcessRow(
            "F30",
            f"a herd of {times} times what it can do",
            partial(herd, times=times),
            frozenset({"overload.shed"}),
            STAFF_AWAY,
            CAN,
            lambda: nullcontext({"places": 4}),
        )
        for times in (3, 5)
    ),
    ProcessRow("F39", "a caller leaves", leaving, frozenset({"client.disconnected"}), GONE),
    ProcessRow(
        "F39",
        "a caller leaves what another waits for",
        leaving_another,
        frozenset({"client.disconnected"}),
        {**GONE, "singleflight_shared_total": {"level": "process"}},
    ),
    ProcessRow(
        "F44",
        "the event loop stands",
        loop_stands,
        frozenset({"loop.blocked"}),
        {"loop_lag_seconds": {}},
        around=lambda: nullcontext({"loop_ready_seconds": 0.5, "loop_live_seconds": 1.0}),
    ),
    ProcessRow(
        "F45",
        "memory beyond the soft limit",
        memory_ends,
        frozenset({"memory.soft_limit", "overload.shed"}),
        {"shed_total": {"class": "partner", "reason": "memory"}},
        2,
        lambda: nullcontext({"memory_mebibytes": resident() // MEBIBYTE + SPARE}),
    ),
    *(
        ProcessRow(
            "F48",
            f"a collector of traces that is {words}",
            collector_away,
            frozenset({"telemetry.export_failed"}),
            {"otel_dropped_total": {}},
            around=partial(collecting_at, how),
        )
        for how, words in {"nobody": "away", "silent": "silent"}.items()
    ),
)
