"""Counters and histograms that look each set of labels up once: every label has a closed set of values."""

from typing import Any

from prometheus_client import Counter, Histogram


class _Bound:
    """Remembers what stands for each set of labels."""

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self._bound: dict[tuple[str, ...], Any] = {}

    def labels(self, *values: str) -> Any:
        """Return what counts or observes for these values."""
        found = self._bound.get(values)
        if found is None:
            found = self._bound[values] = super().labels(*values)  # type: ignore[misc]
        return found


class BoundCounter(_Bound, Counter):  # type: ignore[misc]
    """A counter that remembers what counts for each set of labels."""


class BoundHistogram(_Bound, Histogram):  # type: ignore[misc]
    """A histogram that remembers what observes for each set of labels."""
