"""The marks of one process: what its entries live under while nobody else tells."""

from collections import OrderedDict
from typing import Final

from cache.store import Mark, Place, Reach


class Marks:
    """Numbers of persons and parts, remembered for so many of them, and of systems."""

    def __init__(self, most: int = 40_000) -> None:
        self._most: Final = most
        self._numbers: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._systems: dict[str, int] = {}
        self._all = 1
        self._newest = 1

    def of(self, place: Place) -> Mark:
        """Return the present mark of a place.

        Whoever was never heard of has the newest number given to anyone up to now: so a number that was forgotten
        cannot come back.
        """
        return (
            self._all,
            self._systems.get(place.system, 0),
            self._number((place.person, "")),
            self._number((place.person, place.part)),
        )

    def advance(self, reach: Reach) -> None:
        """Move what is reached to a number that nobody has had."""
        self._newest += 1
        if reach.person is not None:
            self._remember((reach.person, reach.part or ""), self._newest)
        elif reach.system is not None:
            self._systems[reach.system] = self._newest
        else:
            self._all = self._newest

    def _number(self, whose: tuple[str, str]) -> int:
        number = self._numbers.get(whose)
        if number is None:
            number = self._newest
            self._remember(whose, number)
        else:
            self._numbers.move_to_end(whose)
        return number

    def _remember(self, whose: tuple[str, str], number: int) -> None:
        self._numbers[whose] = number
        self._numbers.move_to_end(whose)
        if len(self._numbers) > self._most:
            self._numbers.popitem(last=False)
            self._newest += 1
