"""The rows about one system that is slow, away, or breaks off."""

from typing import Final

from sandbox.upstreams.running import SERVICES
from tests.chaos.faults import BLACK_HOLE, DOWN, SEVERED, Certificate, sim, wire
from tests.chaos.row import Row
from tests.running.people import ANNE, BORIS

SOON: Final = 0.5
"""Seconds that a system may take where the clock matters."""
RETRIED: Final = {"retries_total": {"source": "interactions", "reason": "reset"}}
RECONNECTED: Final = {"retries_total": {"source": "interactions", "reason": "reconnected"}}
PARTS: Final = tuple(name for name in SERVICES if name != "restriction")

SLOW: Final = (
    Row(
        "F01",
        "slow but in time",
        (wire("latency", latency=100, jitter=20),),
        moved={"source_seconds_count": {"source": "interactions"}},
        calls=1,
    ),
    Row(
        "F02",
        "slower than it may be",
        (wire("latency", latency=5000),),
        "TIMEOUT",
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        seconds=SOON,
        calls=1,
    ),
    Row(
        "F02",
        "silent for ever",
        (wire("timeout", timeout=0),),
        "TIMEOUT",
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        seconds=SOON,
        calls=1,
    ),
    Row(
        "F02",
        "silent for ever to two people",
        (sim("hang"),),
        "TIMEOUT",
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        seconds=SOON,
        people=(ANNE, BORIS),
        calls=1,
    ),
    Row(
        "F17",
        "an answer that drips",
        (wire("slicer", average_size=1, delay=200_000),),
        "TIMEOUT",
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        seconds=SOON,
        calls=1,
    ),
    Row(
        "F17",
        "a body that drips",
        (sim("drip", seconds=0.1),),
        "TIMEOUT",
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        seconds=SOON,
        calls=1,
    ),
)

AWAY: Final = (
    Row(
        "F04",
        "down",
        (DOWN,),
        "UNAVAILABLE",
        log=frozenset({"source.unavailable"}),
        outcome="unavailable",
        calls=0,
    ),
    Row(
        "F05",
        "a black hole",
        (BLACK_HOLE,),
        "TIMEOUT",
        log=frozenset({"source.connect_timeout"}),
        outcome="connect_timeout",
        seconds=2 * SOON,
        within=SOON,  # it is tried twice
        calls=0,
    ),
    Row(
        "F20",
        "all down but the restriction",
        (DOWN,),
        "UNAVAILABLE",
        log=frozenset({"source.unavailable"}),
        outcome="unavailable",
        struck=PARTS,
        people=(ANNE, BORIS),
        calls=0,
    ),
    Row(
        "F20",
        "all down",
        (DOWN,),
        log=frozenset({"source.unavailable"}),
        outcome="unavailable",
        struck=SERVICES,
        people=(ANNE, BORIS),
        status=503,
        refused="ACCESS_CHECK_UNAVAILABLE",
        calls=0,
    ),
    Row(
        "F20",
        "all silent",
        (wire("timeout", timeout=0),),
        log=frozenset({"source.timeout"}),
        outcome="timeout",
        struck=SERVICES,
        seconds=SOON,
        status=503,
        refused="ACCESS_CHECK_UNAVAILABLE",
        calls=1,
    ),
    Row(
        "F20",
        "nobody knows who is restricted",
        (DOWN,),
        log=frozenset({"source.unavailable"}),
        outcome="unavailable",
        struck=("restriction",),
        people=(ANNE, BORIS),
        status=503,
        refused="ACCESS_CHECK_UNAVAILABLE",
        calls=0,
    ),
)

BROKEN_OFF: Final = (
    Row(
        "F15",
        "reset before the answer",
        (wire("reset_peer", timeout=0),),
        "UNAVAILABLE",
        log=frozenset({"source.reset"}),
        outcome="reset",
        moved=RETRIED,
    ),
    Row(
        "F15",
        "reset in the middle",
        (sim("reset"),),
        "UNAVAILABLE",
        log=frozenset({"source.reset"}),
        outcome="reset",
        moved=RETRIED,
        calls=3,
    ),
    Row("F15", "reset in the middle once", (sim("reset", times=1),), moved=RECONNECTED),
    Row(
        "F15",
        "closed before the end",
        (wire("limit_data", bytes=180),),
        "UNAVAILABLE",
        log=frozenset({"source.reset"}),
        outcome="reset",
        moved=RETRIED,
        calls=3,
    ),
    Row("F18", "kept connections were closed", (SEVERED,), calls=1),
    Row("F18", "closed as it is asked", (sim("silent_close", times=1),), moved=RECONNECTED),
    Row("F18", "closes late", (wire("slow_close", delay=200), SEVERED), calls=1),
)

SECURED: Final = (
    Row("F50", "a certificate that is good", (Certificate(days=1),), secured=True),
    *(
        Row(
            "F50",
            f"a certificate {words}",
            (certificate,),
            "UNAVAILABLE",
            log=frozenset({"source.tls_error"}),
            outcome="tls_error",
            secured=True,
            calls=0,
        )
        for words, certificate in {
            "that has ended": Certificate(days=-1),
            "of a stranger": Certificate(days=1, trusted=False),
        }.items()
    ),
)

ROWS: Final = (*SECURED, *SLOW, *AWAY, *BROKEN_OFF)
