"""What a parent tells of its workers: a number for each place, never anything of what they work on."""

from msgspec import Struct

from sources.words import Word


class Why(Word):
    """Why another worker was started in a place."""

    DIED = "died", "The one before had ended, and nobody had told it to."
    LIMIT = "limit", "It had served as many requests as a worker may."
    RESTART = "restart", "Somebody wanted all of them replaced."


class WorkerReady(Struct, frozen=True):
    """A worker serves."""

    worker: int


class WorkerDied(Struct, frozen=True):
    """A worker ended that nobody had told to: with an exit code, or by a signal. `ready` is whether it had served."""

    worker: int
    ready: bool
    exit_code: int | None
    signal: str | None
    pause_seconds: float
    """Seconds until the next one is started in its place."""


class WorkerStuck(Struct, frozen=True):
    """A worker that had been replaced did not end in its time, or not in order: what it was still at is lost."""

    worker: int
    exit_code: int | None
    signal: str | None


class WorkerReplaced(Struct, frozen=True):
    """Another worker has taken a worker's place, which ends when it has answered what it has."""

    worker: int
    why: Why


class WorkerKept(Struct, frozen=True):
    """A worker stays: the one that was to take its place could not start."""

    worker: int
    why: Why
    exit_code: int | None
    signal: str | None
