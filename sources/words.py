"""Words: enums whose members carry the sentence that explains them."""

from enum import Enum
from operator import attrgetter
from typing import Self


class Word(str, Enum):
    """A closed set of codes; each member is its code and a description for whoever reads the graph.

    A code that an upstream sends and that nobody here knows becomes `OTHER` or `UNKNOWN` where the set has one,
    never an error.
    """

    doc: str
    __hash__ = str.__hash__  # that of the library is a function in Python

    def __new__(cls, code: str, doc: str) -> Self:
        """Make the member that is `code` and explains itself with `doc`."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.doc = doc
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls.__members__.get("OTHER") or cls.__members__.get("UNKNOWN")


# the library's own way to the code of a member is a function in Python, and codes are asked for all the time
setattr(Word, "value", property(attrgetter("_value_")))  # noqa: B010 - in the class it would look like a member
