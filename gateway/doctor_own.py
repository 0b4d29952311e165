"""The doctor on what belongs to the gateway itself."""

import time
from datetime import date, timedelta
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.finding import Finding, Light, in_ms
from gateway.keyring import Keyring
from gateway.redis_client import COMMAND_SECONDS

SLOW: Final = 0.5
YEAR: Final = timedelta(days=365)


def keyring_of(keyring: Keyring, today: date) -> Finding:
    """Return how the keyring is: how many versions there are, and how old the current one is."""
    count = len(keyring.versions)
    made = f", made {keyring.made.isoformat()}" if keyring.made is not None else ""
    seen = f"version {keyring.current}{made}, {count} kept"
    if keyring.made is not None and today - keyring.made > YEAR:
        mend = "It is older than a year: `overview keyring rotate` makes a new one."
        return Finding("keyring", Light.AMBER, seen, mend)
    return Finding("keyring", Light.GREEN, seen)


async def redis_of(redis: Redis) -> Finding:
    """Return how the Redis is that gateways share. Without it every process counts for itself: amber, not red."""
    mend = "Start it, or correct OVERVIEW_REDIS_URL. Meanwhile every process counts rates for itself."
    started = time.perf_counter()
    try:
        await redis.ping()  # the first one connects
        started = time.perf_counter()
        await redis.ping()
    except (RedisError, OSError) as error:
        return Finding("redis", Light.AMBER, f"it does not answer ({type(error).__name__})", mend)
    seconds = time.perf_counter() - started
    seen = f"answered in {in_ms(seconds)} of {in_ms(COMMAND_SECONDS)}"
    if seconds > SLOW * COMMAND_SECONDS:
        return Finding(
            "redis", Light.AMBER, seen, "It takes more than half its time: look at it and the network."
        )
    return Finding("redis", Light.GREEN, seen)
