"""One row of the table of failures: what goes wrong, and who sees what of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sources.crn import Crn
from tests.chaos.faults import Fault
from tests.running.people import ANNE

CODES: Mapping[str, str | None] = {
    "OK": None,
    "STALE": None,
    "NOT_FOUND": None,
    "TIMEOUT": "SOURCE_TIMEOUT",
    "UNAVAILABLE": "SOURCE_UNAVAILABLE",
    "BAD_DATA": "SOURCE_BAD_DATA",
}
"""The code that goes with each state of a section, unless a row says otherwise."""


@dataclass(frozen=True)
class Row:
    """A row. Everything but its number, its words and its faults has a usual value.

    `section` is what the overview says of the parts struck, for each of the `people` of one question or for all of
    them; `?` is whatever, as long as it is true. `log` are the events that the log has, and no others; `outcome` labels
    the metric of the systems struck. `seconds` is what a system may take where the clock matters, `within` the time for
    a whole answer. Nobody of the `people` has anything in the parts `unknown`. The systems are met by TLS where it is
    `secured`. A system struck is asked `calls` times a question at most, the others once.

    What is kept is there: with `aged` everything was asked for before, and is older by so many seconds when the
    faults strike; `others` is what the overview says of the parts that are not struck, `news` are events of the level
    info. `guards` are tables for what stands around systems. `places` is how many calls at once a system struck gets
    after it.
    """

    number: str
    says: str
    faults: tuple[Fault, ...]
    section: str | tuple[str, ...] = "OK"
    code: str | None = None
    log: frozenset[str] = frozenset()
    outcome: str = "ok"
    struck: tuple[str, ...] = ("interaction",)
    people: tuple[Crn, ...] = (ANNE,)
    questions: int = 1
    seconds: float | None = None
    within: float | None = None
    retry_after: int | None = None
    calls: float = 2
    status: int = 200
    refused: str | None = None
    unknown: tuple[str, ...] = ()
    secured: bool = False
    aged: float | None = None
    others: str = "OK"
    news: frozenset[str] = frozenset()
    places: int = 32
    moved: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Metrics that move, with their labels."""
    guards: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What the row is called where tests are listed."""
        return f"{self.number}-{self.says.replace(' ', '-')}"

    def sections(self) -> list[str]:
        """What is said for each of the people."""
        return [self.section] * len(self.people) if isinstance(self.section, str) else list(self.section)
