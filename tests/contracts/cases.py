"""The table of the contract: what must come of each way to go wrong, kind by kind, or why a kind cannot have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.contracts.subjects import NAMES

KINDS: Final = ("sqlite", "postgresql", "http")

CASES: Final = {
    "knows it": "The source answers.",
    "knows it not": "The source answers, and knows nothing of this customer.",
    "slow": "It takes its time, within its limit.",
    "stale": "A connection that was kept is closed between two questions.",
    "hang": "It takes the question and never answers.",
    "down": "Nobody is there.",
    "black hole": "Nobody takes the connection.",
    "500": "It answers that it cannot.",
    "500 for one": "It cannot answer whatever is asked about one of two customers.",
    "batch refused": "It cannot answer about two customers together, and can about each.",
    "429": "It turns the gateway away for a while.",
    "401": "It does not accept who the gateway is.",
    "garbled": "What it says of one customer is garbage.",
    "html": "It answers with a page to sign in.",
    "half": "It answers with the first half of an answer.",
    "bad row": "One field of one customer's record is not what it must be.",
    "reordered": "The rows come in another order than the customers.",
    "doubled": "Every row comes twice.",
    "wrong subject": "The answer is about somebody else.",
    "dropped": "Of two customers one is missing in the answer.",
    "oversize": "The answer is larger than any can be.",
    "gzip bomb": "The answer unpacks to more than any can be.",
    "reset": "The connection breaks in the middle of the answer.",
    "truncated": "The connection ends in the middle of the answer.",
    "drip": "The answer comes a byte at a time.",
    "noise": "What comes back is in no language of this kind.",
}

OF_TWO: Final = ("500 for one", "batch refused", "bad row", "reordered", "doubled", "dropped")
"""Those in which two customers are asked for in one operation, in kinds that have batches of their own."""


@dataclass(frozen=True)
class Told:
    """What must come of a case: the code and the state that the client reads, the lines that an operator reads."""

    code: str | None = None
    state: str = "OK"
    lines: tuple[str, ...] = ()
    retry_after: int | None = None
    gap: bool = False
    """Whether what could be had is shown."""


def unavailable(*lines: str, retry_after: int | None = None) -> Told:
    return Told("SOURCE_UNAVAILABLE", "UNAVAILABLE", lines, retry_after)


def bad_data(*lines: str, gap: bool = False) -> Told:
    return Told("SOURCE_BAD_DATA", "BAD_DATA", lines, gap=gap)


WHOLE: Final = Told()
UNKNOWN: Final = Told(state="NOT_FOUND")
LATE: Final = Told("SOURCE_TIMEOUT", "TIMEOUT", ("warning source.timeout",))
UNCONNECTED: Final = Told("SOURCE_TIMEOUT", "TIMEOUT", ("warning source.connect_timeout",))
GONE: Final = unavailable("warning source.unavailable")
BROKEN: Final = unavailable("warning source.reset")
UNREADABLE: Final = bad_data("error source.bad_data", "error source.unreadable")
TOO_LARGE: Final = bad_data("error source.oversize")
SOMEBODY_ELSE: Final = Told(
    "SOURCE_WRONG_SUBJECT", "BAD_DATA", ("critical security.wrong_subject", "critical source.wrong_subject")
)

_RECORDS: Final[Mapping[str, Told]] = {
    "knows it": WHOLE,
    "knows it not": UNKNOWN,
    "slow": WHOLE,
    "down": GONE,
    "500": GONE,
    "garbled": bad_data("error source.bad_data"),
    "html": bad_data("error source.bad_data"),
    "half": bad_data("error source.bad_data"),
    "bad row": bad_data("error source.bad_data"),
    "wrong subject": SOMEBODY_ELSE,
    "noise": GONE,
}
"""What both databases have in common."""

_HTTP: Final[Mapping[str, Told]] = {
    "knows it": WHOLE,
    "knows it not": UNKNOWN,
    "slow": WHOLE,
    "stale": WHOLE,
    "hang": LATE,
    "down": GONE,
    "black hole": UNCONNECTED,
    "500": unavailable("warning source.http_error"),
    "500 for one": unavailable("warning source.batch_failed", "warning source.http_error"),
    "batch refused": Told(lines=("warning source.batch_failed",)),
    "429": unavailable("warning source.throttled", retry_after=7),
    "401": unavailable("error source.auth_failed"),
    "garbled": UNREADABLE,
    "html": UNREADABLE,
    "half": UNREADABLE,
    "bad row": bad_data("error source.bad_data", "error source.records_dropped"),
    "reordered": WHOLE,
    "doubled": WHOLE,
    "wrong subject": SOMEBODY_ELSE,
    "dropped": unavailable("warning source.partial_batch"),
    "oversize": TOO_LARGE,
    "gzip bomb": TOO_LARGE,
    "reset": BROKEN,
    "truncated": BROKEN,
    "drip": LATE,
    "noise": BROKEN,
}

TOLD: Final[Mapping[str, Mapping[str, Told]]] = {
    "sqlite": {
        **_RECORDS,
        "hang": GONE,  # a lock is waited for half the usual limit, and then it is a failure
    },
    "postgresql": {
        **_RECORDS,
        "stale": WHOLE,
        "hang": LATE,
        "black hole": LATE,
        "429": GONE,
        "401": GONE,
        "reset": GONE,
        "truncated": GONE,
        "drip": LATE,
    },
    "http": _HTTP,
}

_ONE_STATEMENT: Final = "one statement asks for one customer or for many, and each row stands for itself"
_NO_WIRE: Final = "a file has no connection"

EXCUSED: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": {
        "stale": _NO_WIRE,
        "black hole": _NO_WIRE,
        "reset": _NO_WIRE,
        "truncated": _NO_WIRE,
        "drip": _NO_WIRE,
        "429": "a file turns nobody away; one that is locked is the case `hang`",
        "401": "a file knows no caller; one that may not be read is the case `down`",
        "oversize": "the window bounds how many rows are read, and the import what stands in them",
        "gzip bomb": "nothing is packed",
        "500 for one": _ONE_STATEMENT,
        "batch refused": _ONE_STATEMENT,
        "reordered": "the statement orders the rows, and each carries its customer",
        "doubled": "the primary key lets no record stand twice",
        "dropped": "a row that does not stand in the table is the case `knows it not`",
    },
    "postgresql": {
        "oversize": "the window bounds how many rows are read, and the import what stands in them",
        "gzip bomb": "nothing is packed",
        "500 for one": _ONE_STATEMENT,
        "batch refused": _ONE_STATEMENT,
        "reordered": "the statement orders the rows, and each carries its customer",
        "doubled": "the primary key lets no record stand twice",
        "dropped": "a row that does not stand in the table is the case `knows it not`",
    },
    "http": {},
}

EXCUSED_PARTS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("http", "dropped"): dict.fromkeys(
        (name for name in NAMES if name != "customer"),
        "the system does not say whom it does not know: who is missing is not known to it",
    )
}

_GAPS: Final = {("http", "bad row"): bad_data("error source.records_dropped", gap=True)}
"""Of histories: the other items are shown."""

_HISTORIES: Final = ("interaction", "correspondence", "debt")


def told(kind: str, part: str, case: str) -> Told:
    """What must come of a case."""
    gap = _GAPS.get((kind, case)) if part in _HISTORIES else None
    return gap or TOLD[kind][case]


def excuse(kind: str, part: str, case: str) -> str | None:
    """Why a case cannot be, in one line."""
    return EXCUSED[kind].get(case) or EXCUSED_PARTS.get((kind, case), {}).get(part)


def hangs(kind: str, case: str) -> bool:
    """Whether the case costs the whole time limit."""
    return TOLD[kind][case].state == "TIMEOUT"


def cells(kind: str) -> list[tuple[str, str]]:
    """The parts and cases that are tested of a kind."""
    return [
        (part, case)
        for part in NAMES
        for case in CASES
        if case in TOLD[kind] and excuse(kind, part, case) is None
    ]


def of_two(kind: str, case: str) -> bool:
    """Whether the case is about one of two customers who are asked for together."""
    return case in OF_TWO or (kind != "http" and case in {"garbled", "html", "half", "wrong subject"})
