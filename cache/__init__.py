"""The cache: what we keep of each person, never who asked for it."""

from cache.crn_cache import CrnCache, Found, Keep
from cache.events import FlightShared, LookedUp, OfShared, StaleServed
from cache.fleet import FlightTakenOver
from cache.freshness import FRESHNESS, NEGATIVE_SECONDS, Freshness
from cache.keys import Keys
from cache.known import Known
from cache.memory_store import MemoryStore
from cache.store import Entry, Looked, Place, Reach, Store

__all__ = [
    "FRESHNESS",
    "NEGATIVE_SECONDS",
    "CrnCache",
    "Entry",
    "FlightShared",
    "FlightTakenOver",
    "Found",
    "Freshness",
    "Keep",
    "Keys",
    "Known",
    "Looked",
    "LookedUp",
    "MemoryStore",
    "OfShared",
    "Place",
    "Reach",
    "StaleServed",
    "Store",
]
