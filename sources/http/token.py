"""What a system knows the gateway by: read at start, and again when the system does not know it any more."""

import time
from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path
from typing import Final

BETWEEN: Final = 1.0
"""A file is looked at again once in so many seconds, however many calls were refused meanwhile."""


class BadTokenError(ValueError):
    """A file that holds no token. The text says why, and nothing of the file."""


def read_token(file: Path) -> str:
    """Return the token that a file holds; raise `BadTokenError`."""
    try:
        token = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise BadTokenError("this file cannot be read") from None
    if not token or not token.isprintable():
        raise BadTokenError("this file holds no token: one line of plain characters")
    return token


class Token:
    """A token, None where a system needs none, and the file that it is from."""

    def __init__(
        self,
        value: str | None = None,
        file: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.value = value
        self._file = file
        self._monotonic = monotonic
        self._looked = -BETWEEN

    async def renewed(self, refused: str | None) -> bool:
        """Say whether there is another token than the one that was refused, after a look into the file."""
        now = self._monotonic()
        if self.value == refused and self._file is not None and now - self._looked >= BETWEEN:
            self._looked = now
            try:
                self.value = await to_thread(read_token, self._file)
            except BadTokenError:
                return False  # whoever changes it may be half-way: the old one stays
        return self.value != refused
