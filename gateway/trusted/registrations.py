"""Documents that were registered as they were sent, by their hash. Development alone does that."""

from collections import OrderedDict
from typing import Final

MOST: Final = 1_000
MOST_CHARACTERS: Final = 4 * 1024 * 1024


class Registrations:
    """Texts by client and hash. Of too many, or of too much text, it forgets those that were unused the longest."""

    def __init__(self, most: int = MOST, characters: int = MOST_CHARACTERS) -> None:
        self._most = most
        self._room = characters
        self._kept: OrderedDict[tuple[str | None, str], str] = OrderedDict()

    def find(self, client: str | None, key: str) -> str | None:
        """Return the text of a client's hash."""
        found = self._kept.get((client, key))
        if found is not None:
            self._kept.move_to_end((client, key))
        return found

    def add(self, client: str | None, key: str, text: str) -> None:
        """Keep a text."""
        if (client, key) in self._kept:
            return
        self._kept[client, key] = text
        self._room -= len(text)
        while self._room < 0 or len(self._kept) > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._room += len(oldest)
