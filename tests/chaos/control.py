"""The control port of a kit, in the shape of Toxiproxy's: what drives these proxies drives the real ones.

Beyond it are `blackhole` of a proxy, the toxic `corrupt`, and `GET /log`, which tells what was done and when.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec

from sandbox.upstreams.server import Answer, Listener, Request, in_json, send
from tests.chaos.proxy import Kit, Proxy
from tests.chaos.toxics import Toxic, toxic_of

VERSION: Final = "2.12.0"
"""The version whose shape this is."""
DONE: Final = Answer(204)


class RefusedError(Exception):
    """A request that is not done, and why."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Control:
    """Answers the requests to the control port."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def talk(self, request: Request, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; the connection lives on."""
        try:
            answer = await self._answer(request)
        except RefusedError as refused:
            answer = in_json(refused.status, {"error": str(refused), "status": refused.status})
        except (ValueError, TypeError, KeyError, msgspec.MsgspecError) as error:
            answer = in_json(400, {"error": f"bad request body: {error}", "status": 400})
        except OSError as error:
            answer = in_json(500, {"error": f"it cannot listen: {error.strerror}", "status": 500})
        await send(answer, writer)
        return True

    async def _answer(self, request: Request) -> Answer:
        match request.method, request.segments:
            case "GET", ["version"]:
                return in_json(200, {"version": VERSION})
            case "GET", ["log"]:
                return in_json(200, self._kit.journal)
            case "POST", ["reset"]:
                await self._kit.reset()
                return DONE
            case "GET", ["proxies"]:
                return in_json(200, {name: one.told() for name, one in self._kit.proxies.items()})
            case "POST", ["proxies"]:
                return await self._added(_told(request))
            case method, ["proxies", name]:
                return await self._on_proxy(method, self._proxy(name), request)
            case method, ["proxies", name, "toxics"]:
                return self._on_toxics(method, self._proxy(name), request)
            case method, ["proxies", name, "toxics", toxic]:
                return self._on_toxic(method, self._proxy(name), toxic, request)
        raise RefusedError(404, f"there is no {request.method} {request.path}")

    def _proxy(self, name: str) -> Proxy:
        if name not in self._kit.proxies:
            raise RefusedError(404, "proxy not found")
        return self._kit.proxies[name]

    async def _added(self, told: dict[str, Any]) -> Answer:
        if told["name"] in self._kit.proxies:
            raise RefusedError(409, "proxy already exists")
        proxy = await self._kit.add(told["name"], told["upstream"], told.get("listen") or "127.0.0.1:0")
        await proxy.turn(enabled=told.get("enabled", True))
        return in_json(201, proxy.told())

    async def _on_proxy(self, method: str, proxy: Proxy, request: Request) -> Answer:
        if method == "DELETE":
            await proxy.close()
            del self._kit.proxies[proxy.name]
            return DONE
        if method in {"POST", "PATCH"}:
            told = _told(request)
            blackhole = bool(told.get("blackhole", False))
            proxy.upstream = told.get("upstream", proxy.upstream)
            await proxy.turn(enabled=bool(told.get("enabled", proxy.enabled)), blackhole=blackhole)
        return in_json(200, proxy.told())

    def _on_toxics(self, method: str, proxy: Proxy, request: Request) -> Answer:
        if method == "POST":
            toxic = toxic_of(_told(request))
            if toxic.name in proxy.toxics:
                raise RefusedError(409, "toxic already exists")
            proxy.bite(toxic)
            return in_json(200, toxic)
        return in_json(200, list(proxy.toxics.values()))

    def _on_toxic(self, method: str, proxy: Proxy, name: str, request: Request) -> Answer:
        if name not in proxy.toxics:
            raise RefusedError(404, "toxic not found")
        if method == "DELETE":
            proxy.heal(name)
            return DONE
        if method in {"POST", "PATCH"}:
            proxy.bite(_changed(proxy.toxics[name], _told(request)))
        return in_json(200, proxy.toxics[name])


def _told(request: Request) -> dict[str, Any]:
    return msgspec.json.decode(request.body, type=dict[str, Any])


def _changed(toxic: Toxic, told: dict[str, Any]) -> Toxic:
    before = msgspec.to_builtins(toxic)
    attributes = {**toxic.attributes, **told.get("attributes", {})}
    return toxic_of({**before, "toxicity": told.get("toxicity", toxic.toxicity), "attributes": attributes})


@asynccontextmanager
async def controlled(kit: Kit) -> AsyncIterator[str]:
    """The address of a kit's control port, for as long as a test needs it."""
    listener = Listener("127.0.0.1", 0, Control(kit).talk)
    await listener.open()
    try:
        yield listener.address
    finally:
        await listener.close()
