"""The stores of one contract: in memory, over a Valkey, also behind TLS or with few rights, over a cluster of three."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any, Final

import msgspec
from msgspec import Struct
from redis import Redis

from cache import CrnCache, Keys, MemoryStore
from cache.envelope import Envelopes
from cache.freshness import freshness
from cache.two_levels import TwoLevels
from gateway.redis_client import open_cache
from tests.cache.tls import behind_tls
from tests.cache.upstream import judge
from tests.house.programs import free_port
from tests.running.valkey import valkey

SHARED: Final = ("valkey", "tls", "acl", "cluster")
KINDS: Final = ("memory", *SHARED)
KEYS: Final = Keys(b"k" * 32, "test", "1")
PATIENCE: Final = 2.0
SLOTS: Final = ((0, 5460), (5461, 10922), (10923, 16383))
ACL: Final = (
    "on >secret resetkeys ~co:* resetchannels -@all +@read +@write +@scripting +@connection +time +xread"
)


class Texts:
    """Writes down values that are texts."""

    def encode(self, part: str, outcome: Any) -> bytes:
        return msgspec.msgpack.encode(outcome)

    def decode(self, part: str, text: bytes) -> Any:
        return msgspec.msgpack.decode(text, type=str)


@contextmanager
def backing(kind: str) -> Iterator[str | None]:
    """The address of what processes share, None where they share nothing."""
    with ExitStack() as stack:
        if kind == "memory":
            yield None
        elif kind == "cluster":
            yield stack.enter_context(_cluster())
        else:
            server = stack.enter_context(valkey())
            if kind == "valkey":
                yield server.url
            elif kind == "tls":
                yield stack.enter_context(behind_tls(server.url))
            else:
                with server.client as client:
                    client.execute_command("ACL", "SETUSER", "overview", *ACL.split())
                    client.execute_command("ACL", "SETUSER", "default", "off")
                yield server.url.replace("redis://", "redis://overview:secret@")


@contextmanager
def _cluster() -> Iterator[str]:
    with ExitStack() as stack:
        buses = [free_port() for _ in range(3)]
        servers = [
            stack.enter_context(valkey(config={"cluster-enabled": "yes", "cluster-port": bus}))
            for bus in buses
        ]
        clients = [stack.enter_context(server.client) for server in servers]
        first = servers[0].url.rpartition(":")[2].partition("/")[0]
        for number, client in enumerate(clients):
            client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", *SLOTS[number])
            if number:
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", first, buses[0])
        deadline = time.monotonic() + 30
        while not all(_is_whole(client) for client in clients):
            assert time.monotonic() < deadline, "the cluster did not come together"
            time.sleep(0.05)
        yield servers[0].url


def _is_whole(client: Redis) -> bool:
    told: Any = client.execute_command("CLUSTER", "INFO")  # type: ignore[no-untyped-call]
    return b"cluster_state:ok" in told and b"cluster_known_nodes:3" in told


class Process:
    """A cache as one process has it, and what it told."""

    def __init__(self, store: Any, events: list[Struct]) -> None:
        self.store = store
        self.events = events
        self.cache = CrnCache(store, KEYS, judge, observe=events.append)


async def wait_for(true: Callable[[], object]) -> None:
    """Wait until something is true, for three seconds."""
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


@asynccontextmanager
async def process(
    url: str | None,
    *,
    cluster: bool = False,
    near_seconds: float = 5.0,
    listens: bool = True,
    sealing: bool = False,
    version: int = 1,
    seconds: float = PATIENCE,
) -> AsyncIterator[Process]:
    """A process over what is shared; one that does not listen hears no invalidation.

    What is shared is waited for longer than a gateway does: a test is not to see how busy its machine is.
    """
    events: list[Struct] = []
    if url is None:
        yield Process(MemoryStore(), events)
        return
    redis, listening = open_cache(url, cluster=cluster, seconds=seconds)
    keys = {one: bytes([one]) * 32 for one in range(version, 0, -1)}
    store = TwoLevels(
        redis,
        listening,
        KEYS,
        Envelopes(Texts(), keys, keys if sealing else None),
        lambda part: freshness(part).fresh,
        events.append,
        near_seconds=near_seconds,
    )
    if listens:
        store.start()
        await wait_for(lambda: store.healthy)
    try:
        yield Process(store, events)
    finally:
        await store.close()
        await redis.aclose()
        await listening.aclose()
