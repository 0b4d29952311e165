"""The review of broken glass: what officers opened beyond the usual, and why. Reading it goes on record."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from msgspec import Struct

from gateway.audit.chain import Chain
from gateway.audit.journal import Journal
from gateway.audit.operators import operator_event
from gateway.clocks import clock_of
from gateway.database import ready
from gateway.grants import SealedGrants
from gateway.keyring import KeyringSealer, open_keyring
from gateway.policy_file import policy
from gateway.settings import Settings
from resolvers.grants import Grant
from sources.ledger import GrantStore, KeptGrant

READ: Final = "glass_read"
REVIEW: Final = "glass_review"


class Opened(Struct, frozen=True):
    """A grant as it is kept, and with its words; None where it cannot be opened with this keyring."""

    kept: KeptGrant
    grant: Grant | None


class Review(Struct, frozen=True):
    """What reviewing takes. Raises `AuditUnavailableError` where nothing can be put on record, or a `Fault`."""

    store: GrantStore
    grants: SealedGrants
    journal: Journal
    policy: str
    now: datetime

    async def all(self, *, reviewed: bool, numbers: bool) -> Sequence[Opened]:
        """Return the grants, oldest first; without `reviewed` those that wait. `numbers`: they will be shown."""
        parts = ("crn",) if numbers else ()
        await self.journal.append([operator_event(READ, "glass", self.policy, parts=parts)])
        return [Opened(kept, self._opened(kept)) for kept in await self.store.all(reviewed=reviewed)]

    async def done(self, id: str) -> bool:
        """Note that a grant was reviewed, by whoever is logged in; return False where none of this id waits for it."""
        event = operator_event(REVIEW, "glass", self.policy, subject=f"grant:{id}")
        await self.journal.append([event])
        return await self.store.review(id, self.now, event.actor.id)

    def _opened(self, kept: KeptGrant) -> Grant | None:
        try:
            return self.grants.opened(kept)
        except ValueError:
            return None


@asynccontextmanager
async def review(settings: Settings) -> AsyncIterator[Review]:
    """Open the review of a deployment; raise what stands in the way."""
    keyring = open_keyring(settings.keyring, make=False)
    async with ready(settings) as engine:
        store = GrantStore(engine)
        yield Review(
            store,
            SealedGrants(store, KeyringSealer(keyring)),
            Journal(settings.journal, Chain(keyring)),
            policy(settings.policy_file).edition,
            clock_of(settings)(),
        )
