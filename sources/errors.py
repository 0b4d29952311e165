"""What can go wrong with a source, as one tree.

    Fault
    ├── SourceTimeout        it did not answer in time
    ├── SourceUnavailable    it could not be reached, or it broke
    └── BadData              it answered, and the answer cannot be used
        └── WrongSubject     it answered about somebody else

A fault is a value: it stands where the reading would stand, and costs only what would have come from it.
Adapters translate whatever their libraries raise into this tree at their border. No fault carries a CRN, a name or
the text of somebody else's exception.
"""

from typing import ClassVar


class Fault(Exception):
    """A source's failure. `source` is the system's name, `reason` a short code of this project, `retry_after` the
    seconds after which the source asks to be tried again, where it says."""

    code: ClassVar[str] = "SOURCE_UNAVAILABLE"

    def __init__(self, source: str, reason: str = "", retry_after: int | None = None) -> None:
        super().__init__(self.code)
        self.source = source
        self.reason = reason
        self.retry_after = retry_after


class SourceTimeout(Fault):
    """The source did not answer within its time limit."""

    code = "SOURCE_TIMEOUT"


class SourceUnavailable(Fault):
    """The source could not be reached, or it failed."""


class BadData(Fault):
    """The source's answer cannot be read as the record it should be."""

    code = "SOURCE_BAD_DATA"


class WrongSubject(BadData):
    """The source answered about another customer. Nothing of the answer is shown or kept."""

    code = "SOURCE_WRONG_SUBJECT"
