"""What sockets and streams tell of themselves. Nothing of what they ask or are answered is in it."""

from typing import Final

from msgspec import Struct

from sources.words import Word

SOCKET: Final = "graphql-transport-ws"
STREAM: Final = "sse"
PROTOCOLS: Final = (SOCKET, STREAM)


class Why(Word):
    """Why a socket or a stream was not begun."""

    PROTOCOL = "protocol", "It speaks none of our protocols."
    ORIGIN = "origin", "A page of an origin that is not listed asked for it."
    STORM = "storm", "Too many begin at once."
    CONNECTIONS = "connections", "Its caller holds as many as one may."
    SILENT = "silent", "It did not say in time who it is."
    UNAUTHENTICATED = "unauthenticated", "It showed no good token or key."
    UNAVAILABLE = "unavailable", "Whose key it showed could not be looked up."
    MALFORMED = "malformed", "What it said first is not of the protocol."


class Connected(Struct, frozen=True):
    """So many more sockets or streams are open: 1, or -1 for one that is over."""

    protocol: str
    change: int


class Followed(Struct, frozen=True):
    """So many more subscriptions are open: 1, or -1 for one that is over."""

    change: int


class LiveRejected(Struct, frozen=True):
    """A socket or a stream was not begun. `passed_over`: so many more were since the last told."""

    protocol: str
    why: Why
    passed_over: int = 0


class SlowConsumer(Struct, frozen=True):
    """A reader took too long for an answer and was let go."""

    protocol: str


class AnswerDropped(Struct, frozen=True):
    """An answer was not sent: a newer one came before its reader was ready for it."""


class HearingLost(Struct, frozen=True):
    """What other processes are told is not heard here: what followers were told may be old."""


class HearingBack(Struct, frozen=True):
    """What other processes are told is heard again; everything that is followed is asked anew."""


class LiveExecuted(Struct, frozen=True):
    """A document that is followed was executed again."""
