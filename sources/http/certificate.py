"""Until when a system's certificate is good, and whom a connection to a system trusts."""

import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from typing import Any, Final, Protocol

PAUSE: Final = 60.0
"""A certificate is looked at once in so many seconds, however many calls there are."""


class Connection(Protocol):
    """What tells of a connection what lies beneath: a stream of the library, or one of Python's own."""

    def get_extra_info(self, info: str, /) -> Any:
        """Return what is called so, None where there is no such thing."""


class Certificate:
    """What is known of one system's certificate, by the connections to it. `monotonic` stands in for the machine's
    clock in tests."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._next = -inf
        self.ends: datetime | None = None

    def look(self, connection: Connection | None) -> None:
        """Take note of the certificate at the other end of a connection, if its time to be looked at has come."""
        now = self._monotonic()
        if connection is None or now < self._next:
            return
        ends = ends_of(connection)
        if ends is not None:
            self.ends, self._next = ends, now + PAUSE


def ends_of(connection: Connection) -> datetime | None:
    """Return the moment at which the other end's certificate ends, None where the connection is no secured one."""
    secured = connection.get_extra_info("ssl_object")
    told = secured.getpeercert() if secured is not None else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told["notAfter"]), UTC) if told else None


def trusted() -> ssl.SSLContext:
    """Return what a connection to a system is made with: it checks certificates, by those whom the machine trusts."""
    return ssl.create_default_context()
