"""Turns: one works something out, and whoever wants the same meanwhile may wait for that.

Nobody works for another: whoever has the turn works in a task of its own and may leave at any time. Then whoever waited
is told so, and one of them takes the next turn.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final

UNFIT_SECONDS: Final = 30.0
"""For so long nobody waits again where waiting was for nothing."""
UNFIT_MOST: Final = 4_096


class Ended(Enum):
    """How a turn ended: with something that others can use, with nothing for them, or whoever had it left."""

    KEPT = "kept"
    UNFIT = "unfit"
    LEFT = "left"


class Turn:
    """A turn. Whoever has it says how it ended; who says nothing has left. `told` is what they tell those who wait."""

    def __init__(self) -> None:
        self.ended = Ended.LEFT
        self.told: Any = None
        self.over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()


class Turns:
    """The turns that are taken, by key. Each of them is known to one event loop."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic: Final = monotonic
        self._taken: dict[Hashable, Turn] = {}
        self._unfit: OrderedDict[Hashable, float] = OrderedDict()

    def free(self, key: Hashable) -> bool:
        """Tell whether nobody has the turn."""
        return key not in self._taken

    def worth(self, key: Hashable) -> bool:
        """Tell whether a turn is worth waiting for: not where it was for nothing lately."""
        since = self._unfit.get(key)
        return since is None or self._monotonic() - since > UNFIT_SECONDS

    @contextmanager
    def mine(self, key: Hashable) -> Iterator[Turn]:
        """Have the turn, which is free, until the end of the block, however that ends."""
        turn = self._taken[key] = Turn()
        try:
            yield turn
        finally:
            del self._taken[key]
            self._learn(key, turn.ended)
            turn.over.set_result(turn.ended)

    def told(self, key: Hashable) -> Any:
        """Return what whoever has the turn tells those who wait for it; None where nobody has it."""
        turn = self._taken.get(key)
        return turn.told if turn is not None else None

    async def wait(self, key: Hashable, seconds: float) -> Ended:
        """Wait so long at most for whoever has the turn; whoever takes longer is no use. What waits may be cancelled,
        which touches nobody else."""
        turn = self._taken.get(key)
        if turn is None:
            return Ended.LEFT
        await asyncio.wait([turn.over], timeout=max(0.0, seconds))
        return turn.over.result() if turn.over.done() else Ended.UNFIT

    def _learn(self, key: Hashable, ended: Ended) -> None:
        self._unfit.pop(key, None)
        if ended is Ended.UNFIT:
            self._unfit[key] = self._monotonic()
            if len(self._unfit) > UNFIT_MOST:
                self._unfit.popitem(last=False)
