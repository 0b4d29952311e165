"""The cache's store as the settings say: in the memory of the process, or on two levels with what processes share."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from msgspec import Struct

from cache import Keys, MemoryStore, Store
from gateway.keyring import Keyring
from gateway.settings import Settings
from resolvers.kept import Codec
from sources.source import Observer

SHAPE = "1"
"""Of the records in the cache whose part does not tell its own."""


def _nothing() -> None:
    """Do nothing: a process that is alone hears nobody."""


class Shared(Struct, frozen=True):
    """The store, the keys of its entries, and the clients to let go of. `start` begins to hear what other processes
    invalidate; `ahead` tells how many seconds the clock of what they share is before the machine's, None while it is
    not known."""

    store: Store
    keys: Keys
    clients: tuple[Any, ...] = ()
    start: Callable[[], None] = _nothing
    ahead: Callable[[], float | None] | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        for client in self.clients:
            await client.aclose()


def open_shared(settings: Settings, keyring: Keyring, observe: Observer) -> Shared:
    """Return the store of a process."""
    codec = Codec()
    # the oldest version that is kept: a rotation leaves everybody's number in place, and the cache full
    oldest = keyring.subkeys("cache")[min(keyring.versions)]
    keys = Keys(oldest, settings.profile.value, SHAPE, codec.shapes)
    address = settings.cache_url or settings.redis_url
    if address is None:
        alone = MemoryStore(settings.cache_bytes, observe=observe, alone=not settings.supervised)
        return Shared(alone, keys)
    levels: Shared = import_module("gateway.shared_levels").opened(
        address, settings, keyring, codec, keys, observe
    )
    return levels
