"""Until when a question is worth answering: set where a source is asked, read where its systems are called.

It is a question's own time, not a request's: several requests may wait for one answer, each as long as it may, and what
they wait for must not end with the first of them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import Final

_UNTIL: Final[ContextVar[float]] = ContextVar("until", default=inf)


def ends() -> float:
    """Return the monotonic moment at which the question under way has no time left; infinite where none is."""
    return _UNTIL.get()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let what is asked within have so many seconds, or what is left of the question that it belongs to."""
    token = _UNTIL.set(min(_UNTIL.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _UNTIL.reset(token)
