"""Relay connections: pages of what can grow."""

from typing import Annotated, Generic, TypeAlias, TypeVar

from resolvers import paging
from schema.shown import argument, shows, told

T = TypeVar("T")

First: TypeAlias = Annotated[
    int, argument("How many to give, 1 to 100. Anything else is an error, never clamped.")
]
After: TypeAlias = Annotated[
    str | None,
    argument("The cursor after which to go on. It is good for the same list of the same customer only."),
]


@shows(paging.PageInfo, costs=0)
class PageInfo:
    """Where a page begins and ends."""

    has_next_page: bool = told("Whether more follows.")
    has_previous_page: bool = told("Whether this page was asked for with a cursor.")
    start_cursor: str | None = told("The cursor of the first thing on the page; null for an empty page.")
    end_cursor: str | None = told("The cursor of the last thing on the page; null for an empty page.")


@shows(paging.Edge, costs=0)
class Edge(Generic[T]):
    """One thing of a page, with its cursor."""

    node: T = told("The thing itself.")
    cursor: str = told("Its place in the list.")


@shows(paging.Connection)
class Connection(Generic[T]):
    """A page of a list. The same cursor gives the same page, even when newer things arrived meanwhile."""

    edges: list[Edge[T]] = told("The things of the page, in the list's order.")
    page_info: PageInfo = told("Whether more follows, and from where.")
    total_count: int | None = told("How many there are in all; null where counting would cost a reading.")
