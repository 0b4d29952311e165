"""Work that has begun: most of it comes to its end without waiting for anything, and needs nobody to watch over it."""

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")


class Begun(Generic[T]):
    """Work whose first step was taken, in the task at hand. Where it `is_over`, `result` is what it came to.

    Else it goes on where it is awaited, which has to be in the same task. What it raises is raised where it is.
    """

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self._waits_for: Any = None
        self._result: T | None = None
        self.is_over = False
        try:
            self._waits_for = work.send(None)
        except StopIteration as end:
            self._result, self.is_over = end.value, True

    @property
    def result(self) -> T:
        """What it came to, once it is over."""
        return cast(T, self._result)

    def __await__(self) -> Generator[Any, Any, T]:
        """Go on, as the work itself would: what it waits for is handed on, and what is thrown at it."""
        if self.is_over:
            return self.result
        work, waits_for = self._work, self._waits_for
        try:
            while True:
                try:
                    told = yield waits_for
                except BaseException as thrown:
                    waits_for = work.throw(thrown)
                else:
                    waits_for = work.send(told)
        except StopIteration as end:
            self._result, self.is_over = end.value, True
            return self.result
