"""Counts over the last seconds, kept in a tenth of them each, so that they cost the same however much is counted."""

from collections import deque
from typing import Final

_STEPS: Final = 10


class Tally:
    """Some counts, added to side by side, of the last `seconds` by the clock of whoever asks."""

    def __init__(self, seconds: float, counts: int) -> None:
        self._step = seconds / _STEPS
        self._counts = counts
        self._kept: deque[tuple[int, list[int]]] = deque()

    def add(self, now: float, *amounts: int) -> None:
        """Add to each of the counts."""
        number = int(now // self._step)
        if not self._kept or self._kept[-1][0] < number:
            self._kept.append((number, [0] * self._counts))
        last = self._kept[-1][1]
        for index, amount in enumerate(amounts):
            last[index] += amount

    def sums(self, now: float) -> list[int]:
        """Return each count over the last seconds."""
        oldest = int(now // self._step) - _STEPS
        while self._kept and self._kept[0][0] <= oldest:
            self._kept.popleft()
        return [sum(counts[index] for _, counts in self._kept) for index in range(self._counts)]

    def clear(self) -> None:
        """Forget what was counted."""
        self._kept.clear()
