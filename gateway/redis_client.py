"""The client of Redis or Valkey. Whatever stands there can be done without, so it is waited for only briefly."""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as BrokenConnection

CONNECT_SECONDS: Final = 0.25
COMMAND_SECONDS: Final = 0.1
MOST_CONNECTIONS: Final = 16


def open_redis(url: str) -> Redis:
    """Return a client that connects when it is first needed.

    A command is tried twice at most, at once, and only when its connection broke: after a restart of the server the
    kept connections are dead. Left alone, the library tries eleven times and waits for seconds.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=COMMAND_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=COMMAND_SECONDS,
        retry=Retry(NoBackoff(), 1, (BrokenConnection,)),
    )
    return Redis.from_pool(pool)  # which it closes with itself
