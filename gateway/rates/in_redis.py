"""Where windows are counted that processes share. Loaded where a setting names the address of a Redis."""

from typing import Any

from limits.aio.storage import RedisStorage
from redis.asyncio import Redis

from cache import Keys


def in_redis(redis: Redis, keys: Keys) -> RedisStorage:
    """Return the store of windows in Redis: one script, one round trip for each slice."""
    options: Any = {"connection_pool": redis.connection_pool}
    return RedisStorage("redis://", implementation="redispy", key_prefix=keys.windows, **options)
