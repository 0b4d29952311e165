"""Grants of broken glass, sealed for the ledger and opened for whoever may know of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from resolvers.grants import Grant
from resolvers.sealing import Sealer
from sources.crn import Crn
from sources.ledger import GrantStore, KeptGrant

USE: Final = "grant"
REMEMBERED: Final = timedelta(seconds=5)
"""For how long a process goes by what it last read: a grant of another process holds no later."""
MOST: Final = 10_000


class _Words(Struct, frozen=True, array_like=True):
    crn: Crn
    reason: str


class SealedGrants:
    """The grants of the ledger, remembered for some seconds by officer."""

    def __init__(self, store: GrantStore, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer
        self._kept: dict[tuple[str, str], tuple[datetime, Mapping[Crn, Grant]]] = {}

    async def of(self, organisation: str, officer: str, now: datetime) -> Mapping[Crn, Grant]:
        """Return an officer's grants that have not ended; raise the ledger's fault."""
        who = (organisation, officer)
        since, grants = self._kept.get(who, (None, {}))
        if since is None or not timedelta() <= now - since < REMEMBERED:
            grants = {
                grant.crn: grant
                for grant in map(self.opened, await self._store.live(organisation, officer, now))
            }
            self._kept.pop(who, None)
            self._kept[who] = (now, grants)
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return {crn: grant for crn, grant in grants.items() if now < grant.until}

    async def add(self, grant: Grant) -> Grant:
        """Keep a grant; where its officer used its key before, return the grant that was kept then."""
        kept = await self._store.add(self._sealed(grant))
        self._kept.pop((grant.organisation, grant.officer), None)
        return self.opened(kept)

    def opened(self, kept: KeptGrant) -> Grant:
        """Return a grant with its words; raise `ValueError` for one that was not sealed here."""
        body = self._sealer.open(USE, kept.sealed, kept.id.encode())
        words = msgspec.msgpack.decode(body, type=_Words)
        return Grant(
            id=kept.id,
            organisation=kept.organisation,
            officer=kept.officer,
            crn=words.crn,
            reason=words.reason,
            interaction=kept.interaction,
            since=kept.since,
            until=kept.until,
            key=kept.key,
        )

    def _sealed(self, grant: Grant) -> KeptGrant:
        words = msgspec.msgpack.encode(_Words(grant.crn, grant.reason))
        return KeptGrant(
            id=grant.id,
            organisation=grant.organisation,
            officer=grant.officer,
            key=grant.key,
            sealed=self._sealer.seal(USE, words, grant.id.encode()),
            interaction=grant.interaction,
            since=grant.since,
            until=grant.until,
        )
