"""The rows about a system that does not answer while what it said before is kept."""

from typing import Final

from tests.chaos.faults import DOWN, sim, wire
from tests.chaos.row import Row
from tests.chaos.rows import PARTS, SOON
from tests.running.people import ANNE, BORIS

SILENT: Final = (wire("timeout", timeout=0),)
QUICK: Final = ("interaction", "ownership")
"""What is fresh for 15 seconds and dead after 120; the restriction is fresh as long, and dead after 30."""
STALE: Final = frozenset({"cache.stale_served"})
SERVED: Final = {"cache_served_stale_total": {"source": "interactions"}}

ROWS: Final = (
    *(
        Row(
            "F03",
            f"{words} while what it said before may still be shown",
            faults,
            "STALE",
            struck=QUICK,
            people=(ANNE, BORIS),
            aged=20.0,
            log=frozenset({f"source.{outcome}"}),
            news=STALE,
            outcome=outcome,
            seconds=SOON,
            within=SOON / 2,  # nobody waits for it
            calls=1,
            moved=SERVED,
        )
        for words, faults, outcome in (
            ("slower than it may be", (wire("latency", latency=5000),), "timeout"),
            ("silent for ever", (sim("hang"),), "timeout"),
            ("down", (DOWN,), "unavailable"),
        )
    ),
    Row(
        "F03",
        "all silent but the restriction while everything is kept",
        SILENT,
        "STALE",
        struck=PARTS,
        aged=100.0,
        log=frozenset({"source.timeout"}),
        news=STALE,
        outcome="timeout",
        seconds=SOON,
        within=SOON / 2,
        calls=1,
        moved=SERVED,
    ),
    Row(
        "F03",
        "silent while what it said before is too old",
        SILENT,
        "TIMEOUT",
        struck=QUICK,
        aged=121.0,
        others="STALE",
        log=frozenset({"source.timeout"}),
        news=STALE,
        outcome="timeout",
        seconds=SOON,
        calls=1,
    ),
    Row(
        "F03",
        "a restriction that is kept is not taken for what is so",
        SILENT,
        struck=("restriction",),
        aged=20.0,
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        seconds=SOON,
        status=503,
        refused="ACCESS_CHECK_UNAVAILABLE",
        calls=1,
    ),
)
