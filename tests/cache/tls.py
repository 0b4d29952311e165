"""A Valkey behind a proxy that ends TLS, for fixtures that have no event loop: it runs in a thread of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue
from ssl import SSLContext
from tempfile import TemporaryDirectory
from threading import Thread

from tests.chaos.certificates import Authority
from tests.chaos.proxy import proxies
from tests.chaos.stage import place


def trusting(authority: Authority, listen: str) -> str:
    """The address of a Valkey behind TLS, for a client that trusts this authority alone."""
    return f"rediss://{listen}/0?ssl_ca_certs={authority.file}"


@contextmanager
def behind_tls(url: str) -> Iterator[str]:
    """The address of a Valkey, behind TLS."""
    with ExitStack() as stack:
        authority = Authority(Path(stack.enter_context(TemporaryDirectory())))
        yield trusting(authority, stack.enter_context(_ended(place(url), authority.server())))


@contextmanager
def _ended(upstream: str, tls: SSLContext) -> Iterator[str]:
    """Where a proxy listens that ends TLS before an upstream."""
    listens = Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]]()

    async def serve() -> None:
        over = asyncio.Event()
        async with proxies({}) as kit:
            proxy = await kit.add("valkey", upstream, tls=tls)
            listens.put((proxy.listen, asyncio.get_running_loop(), over))
            await over.wait()

    thread = Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    listen, loop, over = listens.get(timeout=10)
    try:
        yield listen
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(timeout=10)
