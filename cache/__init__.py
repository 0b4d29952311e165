"""The cache: what we keep of each person, never who asked for it."""

from cache.crn_cache import CrnCache
from cache.events import FlightShared, LookedUp, OfShared, StaleServed
from cache.fleet import FlightTakenOver
from cache.flight import Fetch
from cache.freshness import FRESHNESS, NEGATIVE_SECONDS, Freshness
from cache.keys import Keys
from cache.known import Known
from cache.memory_store import MemoryStore
from cache.question import Answered, Found, Keep, Question
from cache.store import Entry, Looked, Place, Reach, Store

__all__ = [
    "FRESHNESS",
    "NEGATIVE_SECONDS",
    "Answered",
    "CrnCache",
    "Entry",
    "Fetch",
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
    "Question",
    "Reach",
    "StaleServed",
    "Store",
]
