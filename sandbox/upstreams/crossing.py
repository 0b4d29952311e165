"""Answers that get crossed: of two questions asked at the same time, each gets the answer to the other."""

import asyncio
from typing import Final

from sandbox.upstreams.server import Answer

PATIENCE: Final = 0.5
"""Seconds that an answer waits for another one unless told otherwise; alone, it goes where it should."""


class Crossing:
    """Where an answer waits for the one that it is exchanged with."""

    def __init__(self) -> None:
        self._waiting: tuple[Answer, asyncio.Future[Answer]] | None = None

    async def crossed(self, answer: Answer, seconds: float = PATIENCE) -> Answer:
        """Return the other answer, if it comes within so many seconds."""
        if self._waiting is not None:
            other, waits = self._waiting
            self._waiting = None
            waits.set_result(answer)
            return other
        waits = asyncio.get_running_loop().create_future()
        self._waiting = (answer, waits)
        try:
            return await asyncio.wait_for(waits, seconds)
        except TimeoutError:
            self._waiting = None
            return answer
