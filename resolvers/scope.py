"""The scope: what one request may use. It is the context of every GraphQL resolver."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date, datetime
from typing import Any

from aiodataloader import DataLoader
from msgspec import Struct, field

from cache.pieces import Pieces
from resolvers.caller import Caller, Purpose
from resolvers.loaders import Loaders
from resolvers.outdated import Invalidator
from resolvers.paging import Pager
from resolvers.policy import Labels, Policy
from resolvers.recency import local_day
from resolvers.refusal import Refusal
from resolvers.sealing import Sealer
from resolvers.source import SourceState
from resolvers.switchboard import Switchboard
from sources.crn import Crn, CrnScheme
from sources.errors import Fault


class Failure(Struct, frozen=True):
    """What went wrong beneath a field that is there all the same: its path, and the source's fault or the refusal."""

    path: tuple[str | int, ...]
    fault: Fault | Refusal


class Act(Struct, frozen=True):
    """What is done with a customer, as it stands on record: the action, and what else it is about."""

    action: str
    subject: str | None = None


class Scope(Struct, frozen=True):
    """One request: who asks and why, its one `now`, the policy, its loaders, what seals ids and cursors.

    `worked_out` holds what is costly to work out and asked for again under another alias. `failures` are what failed
    without making its field null; each becomes an error of the answer. `record` puts what was decided so far on record,
    before the request goes on; it raises the refusal when that cannot be done. `switchboard` tells which call a
    caller is in, None where nobody does. For the record alone are `trace_id`, the
    trace that the request is a part of, 32 hex digits, where one is kept, and `interaction`, the caller's number of the
    contact that the request is made for.

    `views` is where it is kept what was opened, None where nothing is; `has_opened` tells of a document whether this
    caller has opened it, in one look for all that are asked about, or the ledger's fault. An address of a document
    holds for `address_seconds`. `acts` are what commands did, for the record. `invalidator` says what is out of date.
    `pieces` are what was made of readings that are in the memory, None where that is not kept.
    """

    request_id: str
    caller: Caller
    purpose: Purpose | None
    now: datetime
    policy: Policy
    labels: Labels
    scheme: CrnScheme
    loaders: Loaders
    sealer: Sealer
    source_states: Callable[[], Sequence[SourceState]]
    record: Callable[["Scope"], Awaitable[None]]
    switchboard: Switchboard | None = None
    worked_out: dict[Any, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    interaction: str | None = None
    trace_id: str | None = None
    views: Any = None
    has_opened: Callable[[Any], Awaitable[Any]] | None = None
    address_seconds: float = 60.0
    acts: dict[Crn, Act] = field(default_factory=dict)
    invalidator: Invalidator | None = None
    pieces: Pieces | None = None

    @property
    def today(self) -> date:
        """The local day of the request, in the policy's zone."""
        return local_day(self.now, self.policy.tz)

    def pager(self, first: int, after: str | None, bound_to: str) -> Pager:
        """Return the pager of one list for this request."""
        return Pager(self.sealer, first, after, bound_to)


def batched(batch: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]) -> Callable[[Any], Awaitable[Any]]:
    """Return what loads one value, in one batch with all that are wanted at the same time; of one request alone."""
    made: list[DataLoader[Any, Any]] = []

    def load(key: Any) -> Awaitable[Any]:
        if not made:  # few requests ask
            made.append(DataLoader(batch))
        return made[0].load(key)

    return load
