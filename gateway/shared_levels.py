"""The cache's store on two levels: in memory, and in what processes share. Loaded where a setting names its address."""

import time

from cache import Keys
from cache.envelope import Envelopes
from cache.freshness import freshness
from cache.two_levels import TwoLevels
from gateway.keyring import Keyring
from gateway.redis_client import open_cache
from gateway.settings import Settings
from gateway.shared import Shared
from resolvers.kept import Codec
from sources.source import Observer


def opened(
    address: str, settings: Settings, keyring: Keyring, codec: Codec, keys: Keys, observe: Observer
) -> Shared:
    """Return the store of a process that shares what it keeps."""
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
    return Shared(store, keys, (answering, listening), store.start, lambda: _ahead(store))


def _ahead(store: TwoLevels) -> float | None:
    return store.ahead + time.monotonic() - time.time() if store.ahead is not None else None
