"""The cache: what we keep of each person, never who asked for it."""

from cache.crn_cache import CrnCache, FlightShared, Found, Keep, LookedUp
from cache.freshness import FRESHNESS, NEGATIVE_SECONDS, Freshness
from cache.keys import Keys
from cache.memory_store import MemoryStore
from cache.store import Entry, Store

__all__ = [
    "FRESHNESS",
    "NEGATIVE_SECONDS",
    "CrnCache",
    "Entry",
    "FlightShared",
    "Found",
    "Freshness",
    "Keep",
    "Keys",
    "LookedUp",
    "MemoryStore",
    "Store",
]
