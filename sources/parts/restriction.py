"""Who may open a restricted record. Unknown is not free: the gateway fails closed."""

from msgspec import Struct

from sources.crn import Crn
from sources.parts.moment import Moment


class TemporaryAccess(Struct, frozen=True, gc=False):
    """One officer let in for at most seven days."""

    officer: str
    until: Moment


class Restriction(Struct, frozen=True, omit_defaults=True, gc=False):
    """A customer's restriction. A source that knows of none for a number says nothing about it.

    `manager` and `officers` are staff ids; a record has one manager, one to three officers and at most one
    temporary officer at a time.
    """

    crn: Crn
    restricted: bool
    manager: str | None = None
    officers: tuple[str, ...] = ()
    temporary: TemporaryAccess | None = None
