"""What the door knows of tracing: that a request may be traced. How is one optional module's business."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from gateway.edge.answered import Answered


class ExportFailed(Struct, frozen=True):
    """Spans could not be handed to the collector, after a time in which they could: the type of what was in the way."""

    error: str


class SpansLost(Struct, frozen=True):
    """So many spans were dropped: the collector is away, slow or refuses them, and the queue is bounded."""

    spans: int


class Traced(Protocol):
    """One request that may be traced."""

    def tell(self, answered: Answered, kind: str | None) -> None:
        """Say how it ended. Of the document, only the `kind` of its operation is told: query or mutation."""


class Tracing(Protocol):
    """Where the way of requests is told. An observer, too: of what happens meanwhile below."""

    def __call__(self, event: Struct) -> None:
        """Tell of an event, if it is a step on the way of the request at hand."""

    def request(self, traceparent: str | None) -> AbstractContextManager[Traced]:
        """Return what a request runs in; `traceparent` is what its caller says of its own trace."""

    def trace_id(self) -> str | None:
        """Return the id of the trace of the request at hand, 32 hex digits; None when none is kept."""

    def headers(self) -> Mapping[str, str]:
        """Return what a call to a system carries, so that its trace and ours are one."""

    def close(self) -> None:
        """Hand over what is left, for a second or two, and stop."""


class Untraced(AbstractContextManager[Traced]):
    """No tracing: nothing is kept, nothing is sent."""

    def __call__(self, event: Struct) -> None:
        """Tell nobody."""

    def hears(self, kind: type[Struct]) -> bool:
        """Tell that it is not interested."""
        return False

    def tell(self, answered: Answered, kind: str | None) -> None:
        """Tell nobody."""

    def request(self, traceparent: str | None) -> AbstractContextManager[Traced]:
        """Let the request run."""
        return self

    def __enter__(self) -> Traced:
        """Let it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it end."""

    def trace_id(self) -> str | None:
        """Return None: there is no trace."""
        return None

    def headers(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def close(self) -> None:
        """Do nothing: nothing is left."""
