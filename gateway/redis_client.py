"""The client of Redis or Valkey. Whatever stands there can be done without, so it is waited for only briefly."""

from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.connection import RedisSSLContext, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as BrokenConnection

CONNECT_SECONDS: Final = 0.25
COMMAND_SECONDS: Final = 0.1
MOST_CONNECTIONS: Final = 16
LISTENING_SECONDS: Final = 2.0


def open_cache(url: str, *, cluster: bool, seconds: float) -> tuple[Any, Any]:
    """Return the two clients of the cache's shared level: one that answers soon or not at all, and one that listens.

    With `cluster` the address is that of any server of a cluster. Soon: within `seconds` for a connection, and then
    for an answer.
    """
    return _opened(url, seconds, cluster=cluster), _opened(url, LISTENING_SECONDS, cluster=cluster)


def _opened(url: str, seconds: float, *, cluster: bool) -> Any:
    if cluster:
        return RedisCluster.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            socket_connect_timeout=max(seconds, CONNECT_SECONDS),
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 1, (BrokenConnection,)),
        )
    return open_redis(url, seconds, seconds)


def open_redis(
    url: str, connect_seconds: float = CONNECT_SECONDS, command_seconds: float = COMMAND_SECONDS
) -> Redis:
    """Return a client that connects when it is first needed.

    A command is tried twice at most, at once, and only when its connection broke: after a restart of the server the
    kept connections are dead. Left alone, the library tries eleven times and waits for seconds.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=command_seconds,
        socket_connect_timeout=connect_seconds,
        socket_timeout=command_seconds,
        retry=Retry(NoBackoff(), 1, (BrokenConnection,)),
    )
    _share_tls(pool)
    return Redis.from_pool(pool)  # which it closes with itself


class _Trusting(SSLConnection):
    """A connection over TLS that trusts what all of its pool do."""

    def __init__(self, trust: RedisSSLContext, **settings: Any) -> None:
        super().__init__(**settings)
        self.ssl_context = trust


def _share_tls(pool: BlockingConnectionPool) -> None:
    """Let the connections of a pool over TLS share what they trust, read now.

    Left alone, each reads every authority of the machine for itself, while a request waits for it: tens of
    milliseconds, and so the whole time that a connection may take.
    """
    if issubclass(pool.connection_class, SSLConnection):
        trust = pool.connection_class(**pool.connection_kwargs).ssl_context
        trust.get()
        pool.connection_class, pool.connection_kwargs["trust"] = _Trusting, trust
