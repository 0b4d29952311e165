"""Pages of what can grow: Relay connections over sorted things, with cursors that new arrivals do not shift."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from resolvers.refusal import bad_input
from resolvers.sealing import Cursor, Sealer, cursor_of, cursor_text

T = TypeVar("T")
P = TypeVar("P")

MOST_PER_PAGE = 100


def check_first(first: int) -> None:
    """Refuse a number of things that cannot be asked for at once."""
    if not 1 <= first <= MOST_PER_PAGE:
        raise bad_input(f"`first` can be 1 to {MOST_PER_PAGE}.")


class PageInfo(Struct, frozen=True):
    """Whether more follows, and where this page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Edge(Struct, Generic[T], frozen=True, eq=False):
    """One thing of a page and its cursor, which `seal` makes of it where somebody asks for it."""

    node: T
    seal: Callable[[T], str]

    @property
    def cursor(self) -> str:
        """Where the thing stands."""
        return self.seal(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edge) and (self.node, self.cursor) == (other.node, other.cursor)

    def __hash__(self) -> int:
        return hash((self.node, self.cursor))


class Connection(Struct, Generic[T], frozen=True):
    """One page: whether more `follows`, and whether it was asked for with a cursor, `from_cursor`.

    `total_count` is None where counting would cost a reading.
    """

    edges: tuple[Edge[T], ...]
    follows: bool
    from_cursor: bool
    total_count: int | None = None

    @property
    def page_info(self) -> PageInfo:
        """Where the page begins and ends: sealed where somebody asks for it."""
        edges = self.edges
        first, last = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
        return PageInfo(self.follows, self.from_cursor, first, last)


class Pager(Struct, frozen=True):
    """What a caller asked of one list: how many, after which cursor. `bound_to` names the list and its filter."""

    sealer: Sealer
    first: int
    after: str | None
    bound_to: str

    def start(self, place: type[P]) -> Cursor[P] | None:
        """Return where to go on, None for the beginning; refuse a page size or cursor that cannot be used."""
        check_first(self.first)
        return None if self.after is None else cursor_of(self.sealer, self.after, self.bound_to, place)

    def connection(
        self, page: Sequence[T], cursor: Callable[[T], Cursor[P]], more: bool, total: int | None = None
    ) -> Connection[T]:
        """Return the page as a connection. `cursor` tells where each thing stands."""

        def seal(node: T) -> str:
            return cursor_text(self.sealer, cursor(node), self.bound_to)

        edges = tuple([Edge(node, seal) for node in page])
        return Connection(edges, more, self.after is not None, total)
