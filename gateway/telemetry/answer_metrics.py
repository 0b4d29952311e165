"""What is counted of finished answers that are given again."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.engine.answering import Reuse, Reused
from gateway.engine.piece_events import PiecesUsed


def of_answers(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    """Return what counts each event."""
    answers = Counter(
        "graphql_answers", "Answers, by whether they were finished before", ["outcome"], registry=registry
    )
    for outcome in Reuse:
        answers.labels(outcome.value)
    pieces = Counter(
        "graphql_pieces",
        "Pieces of answers, by whether they were finished before",
        ["outcome"],
        registry=registry,
    )
    given, finished = pieces.labels(Reuse.HIT.value), pieces.labels(Reuse.MISS.value)
    held = Gauge(
        "graphql_pieces_kept_bytes",
        "Bytes of what is remembered of readings that are kept",
        registry=registry,
    )
    kept = Gauge("graphql_answers_kept_bytes", "Bytes of finished answers that are kept", registry=registry)

    def reused(event: Reused) -> None:
        answers.labels(event.reuse.value).inc()
        kept.set(event.bytes)

    def used(event: PiecesUsed) -> None:
        given.inc(event.given)
        finished.inc(event.finished)
        held.set(event.bytes)

    return {Reused: reused, PiecesUsed: used}
