"""Where an operator makes API keys and takes them back: the table of keys, what they are hashed with, the journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from gateway.audit.chain import Chain
from gateway.audit.journal import Journal
from gateway.audit.operators import operator_event
from gateway.auth.api_keys import USE
from gateway.auth.key_form import mint
from gateway.clocks import clock_of
from gateway.database import ready
from gateway.keyring import Keyring, open_keyring
from gateway.policy_file import policy
from gateway.settings import Settings
from sources.ledger import ApiKey, KeyStore, NoSuchKeyError
from sources.ledger.keys import Record


class Desk(Struct, frozen=True):
    """What is needed, at one moment."""

    store: KeyStore
    journal: Journal
    keyring: Keyring
    policy: str
    now: datetime
    live: bool

    def made(self, *, kind: str, days: int, **told: Any) -> tuple[str, ApiKey]:
        """Return a new key as its holder has it, and as it is kept; nothing is kept yet."""
        written = mint(live=self.live)
        key = ApiKey(
            id=written.id,
            digest=written.digest(self.keyring.subkey(USE)),
            pepper=self.keyring.current,
            kind=kind.upper(),
            created=self.now,
            expires=self.now + timedelta(days=days),
            **told,
        )
        return written.text, key

    def next(self, old: ApiKey, days: int) -> tuple[str, ApiKey]:
        """Return a new key with the rights of an old one."""
        return self.made(
            kind=old.kind,
            days=days,
            name=old.name,
            caller=old.caller,
            organisation=old.organisation,
            roles=old.roles,
            scopes=old.scopes,
            networks=old.networks,
            quota=old.quota,
        )

    async def existing(self, id: str) -> ApiKey:
        """Return a key; raise `NoSuchKeyError`."""
        found = await self.store.find(id)
        if found is None:
            raise NoSuchKeyError(f"There is no key {id}.")
        return found

    def record(self, action: str, id: str) -> Record:
        """Return what puts an act about a key on record."""

        async def append() -> None:
            event = operator_event(action, "keys", self.policy, subject=f"key:{id}")
            await self.journal.append([event])

        return append


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    """The desk of a gateway with these settings; its database is made ready as for serving."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    keyring = open_keyring(settings.keyring, make=not settings.production)
    async with ready(settings) as engine:
        yield Desk(
            KeyStore(engine),
            Journal(settings.journal, Chain(keyring)),
            keyring,
            policy(settings.policy_file).edition,
            clock_of(settings)(),
            settings.production,
        )
