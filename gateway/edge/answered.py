"""What happened at the door, told once for each request."""

from msgspec import Struct

from resolvers.access import Verdict
from resolvers.caller import CallerKind
from resolvers.completeness import Completeness
from sources.words import Word


class Outcome(Word):
    """What became of an operation."""

    COMPLETE = "complete", "It was answered without an error."
    PARTIAL = "partial", "It was answered, and something of it failed."
    REFUSED = "refused", "It was not answered, for a reason that the table of codes foresees."
    FAILED = "failed", "It was not answered: something broke, or could not be checked or recorded."
    OPENED = "opened", "A stream of answers began; each of them is told of by itself."
    ABANDONED = "abandoned", "Whoever asked had left."


class Admitted(Struct, frozen=True):
    """A request's caller is known, and its operation begins."""

    caller: CallerKind


class Answered(Struct, frozen=True):
    """A request for an operation is over. Nothing of what it asked or was answered is in it.

    `caller` is None when it was not known who asks; `code` is the first error's, `status` the one of the HTTP answer.
    `decisions` are the rule and verdict of each customer decided on, `overviews` how complete each overview was.
    `operation` is the label of an operation whose document was registered.
    """

    request_id: str
    outcome: Outcome
    status: int
    seconds: float
    caller: CallerKind | None = None
    code: str | None = None
    executed: bool = False
    decisions: tuple[tuple[str, Verdict], ...] = ()
    overviews: tuple[Completeness, ...] = ()
    trace_id: str | None = None
    operation: str | None = None


class ClientLeft(Struct, frozen=True):
    """A caller left while it was worked for, so many seconds after that began. `stopped`: it was a read, and ends.

    What changes something goes on to its end.
    """

    request_id: str
    stopped: bool
    seconds: float


class Recorded(Struct, frozen=True):
    """The decisions of a request are in the audit journal: what each of them was, and how long it took, in seconds."""

    actions: tuple[str, ...]
    seconds: float


class RecordingFailed(Struct, frozen=True):
    """The decisions of a request could not be put into the audit journal, and nothing was shown."""


class DocumentAnswered(Struct, frozen=True):
    """A request for a document is over: how it was answered, with which code where it failed, and whether all was sent.

    A document that broke off on its way has a good status, a code, and is not `whole`; one whose reader left has none.
    `decisions` are the rule and verdict of each customer decided on.
    """

    request_id: str
    status: int
    caller: CallerKind | None = None
    code: str | None = None
    whole: bool = False
    decisions: tuple[tuple[str, Verdict], ...] = ()

    @property
    def outcome(self) -> str:
        """What became of it, in one word."""
        return "ok" if self.whole else self.code or "left"


class ViewNotKept(Struct, frozen=True):
    """A document was produced, and that its viewer has opened it could not be kept."""

    request_id: str
    code: str


class HttpAnswered(Struct, frozen=True):
    """Any request over HTTP was answered: at which of our addresses, with which method and status, in how many seconds.

    `route` and `method` are `other` for what is none of ours.
    """

    route: str
    method: str
    status: int
    seconds: float
