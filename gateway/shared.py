"""The cache's store as the settings say: in the memory of the process, or on two levels with what processes share."""

from typing import Any

from msgspec import Struct

from cache import Keys, MemoryStore, Store, TwoLevels
from cache.envelope import Envelopes
from cache.freshness import freshness
from gateway.keyring import Keyring
from gateway.redis_client import open_cache
from gateway.settings import Settings
from resolvers.kept import Codec
from sources.source import Observer

SHAPE = "1"
"""Of the records in the cache whose part does not tell its own."""


class Shared(Struct, frozen=True):
    """The store, the keys of its entries, and the clients to let go of."""

    store: Store
    keys: Keys
    clients: tuple[Any, ...] = ()

    def start(self) -> None:
        """Begin to hear what other processes invalidate."""
        if isinstance(self.store, TwoLevels):
            self.store.start()

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
    answering, listening = open_cache(address, cluster=settings.cache_cluster, seconds=settings.cache_seconds)
    sealing = keyring.subkeys("cache-seal") if settings.cache_sealed else None
    store = TwoLevels(
        answering,
        listening,
        keys,
        Envelopes(codec, keyring.subkeys("cache-mac"), sealing),
        lambda part: freshness(part).fresh,
        observe,
        most_bytes=settings.cache_bytes,
    )
    return Shared(store, keys, (answering, listening))
