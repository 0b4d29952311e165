"""What processes share in Redis beside the cache, loaded where a setting names its address, and nowhere else."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from cache import Keys
from gateway.rates.windows import Windows
from gateway.settings import Settings
from sources.source import Observer


def redis_of(settings: Settings) -> Any:
    """Return the client of the Redis that the settings name, None where they name none."""
    url = settings.redis_url
    return import_module("gateway.redis_client").open_redis(url) if url is not None else None


def windows_of(redis: Any, keys: Keys, observe: Observer, seconds: Callable[[], float]) -> Windows | None:
    """Return the windows that processes share, None where there is no Redis to share them in."""
    if redis is None:
        return None
    return Windows(import_module("gateway.rates.in_redis").in_redis(redis, keys), observe, seconds)
