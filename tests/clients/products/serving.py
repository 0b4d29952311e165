"""A gateway whose graph is that of the products: the rest, from the socket to the journal, is as ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.app import application
from gateway.auth import Tokens
from gateway.joined import join
from gateway.settings import Settings
from tests.clients.products.graph import graph
from tests.running.fresh import make_ready
from tests.running.serving import NOON, Hands, listening, patiently


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[dict[str, str]]:
    """The address at which products are asked for, and the token that it takes."""
    settings = patiently(Settings(home=home), 0)
    gateway = join(settings, log=lambda _: None, clock=Hands(NOON))
    await make_ready(gateway.engine)
    token = Tokens(gateway.sealer, gateway.clock, personas=True).issue("officer", 1)
    async with listening(application(gateway, graph())) as address:
        yield {"address": f"{address}/graphql", "token": token}
