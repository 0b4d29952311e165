"""What a request holds until it is over, let go of in the other order: its place, and what watches it."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")


class Held:
    """Holds. A library's stack of the same kind takes as long as a token that is looked up."""

    __slots__ = ("_held",)

    def __init__(self, *held: AbstractContextManager[Any]) -> None:
        self._held = list(held)

    def hold(self, one: AbstractContextManager[T]) -> T:
        """Enter one more, and return what it gives."""
        given = one.__enter__()
        self._held.append(one)
        return given

    def handed_on(self) -> "Held":
        """Return all that is held, for another to let go of."""
        held, self._held = self._held, []
        return Held(*held)

    def __enter__(self) -> "Held":
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Let go of everything, whatever goes wrong with one of them."""
        while self._held:
            one = self._held.pop()
            try:
                one.__exit__(kind, error, trace)
            except BaseException:
                self.__exit__(kind, error, trace)
                raise
