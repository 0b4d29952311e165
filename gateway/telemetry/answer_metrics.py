"""What is counted of finished answers that are given again."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.engine.answering import Reuse, Reused


def of_answers(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    """Return what counts each event."""
    answers = Counter(
        "graphql_answers", "Answers, by whether they were finished before", ["outcome"], registry=registry
    )
    for outcome in Reuse:
        answers.labels(outcome.value)
    kept = Gauge("graphql_answers_kept_bytes", "Bytes of finished answers that are kept", registry=registry)

    def reused(event: Reused) -> None:
        answers.labels(event.reuse.value).inc()
        kept.set(event.bytes)

    return {Reused: reused}
