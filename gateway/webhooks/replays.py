"""Messages that came before: sent again, by their sender or by whoever listened, they change nothing more."""

from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from typing import Final

from gateway.webhooks.signature import TOLERANCE

MOST: Final = 20_000


class Replays:
    """Remembers the messages of as long as a signature is good, in this process alone; of too many not the oldest.

    A message is known by its sender, its id and its body: under one id something else is another message.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._done: OrderedDict[bytes, datetime] = OrderedDict()

    def is_done(self, sender: str, number: str, body: bytes, now: datetime) -> bool:
        """Tell whether a message was done within the time in which its signature is good."""
        at = self._done.get(_mark(sender, number, body))
        return at is not None and abs(now - at) <= 2 * TOLERANCE

    def done(self, sender: str, number: str, body: bytes, now: datetime) -> None:
        """Remember that a message was done."""
        mark = _mark(sender, number, body)
        self._done[mark] = now
        self._done.move_to_end(mark)
        if len(self._done) > self._most:
            self._done.popitem(last=False)


def _mark(sender: str, number: str, body: bytes) -> bytes:
    head = f"{sender} {len(number)} {number} ".encode("utf-8", "surrogatepass")
    return sha256(head + body).digest()
