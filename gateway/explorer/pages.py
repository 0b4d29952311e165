"""The files of the explorer, as `make explorer` built them, and the page for whoever reads HTML rather than JSON."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from gateway.edge.accepting import preferred
from gateway.edge.reading import GRAPHQL_JSON, PLAIN_JSON, request_id
from gateway.edge.responding import HEADERS, refused

ROUTE: Final = "/explorer/{file}"
HTML: Final = "text/html"
PAGE: Final = "index.html"
STATIC: Final = Path(__file__).parent / "static"
TYPES: Final = MappingProxyType(
    {
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".ttf": "font/ttf",
        ".txt": "text/plain; charset=utf-8",
    }
)
FILES: Final[Mapping[str, Path]] = MappingProxyType(
    {path.name: path for path in STATIC.iterdir() if path.suffix in TYPES}
)
_NAMED_BY_CONTENT: Final = "public, max-age=31536000, immutable"
_SAME: Final = MappingProxyType(
    {
        # the editor writes its colours as styles into the page: those alone may stand in it
        "content-security-policy": "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
        "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }
)


def explorer_routes(asking: str) -> list[Route]:
    """Return the routes of the page, which stands at the address of operations, and of its files."""
    return [_Page(asking, _page, methods=["GET"]), Route(ROUTE, _file, methods=["GET"])]


class _Page(Route):
    """Matches a browser alone: for everybody else the address is as if there were no page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found, told = super().matches(scope)
        return (found, told) if found is Match.FULL and wants_page(Request(scope)) else (Match.NONE, {})


def wants_page(request: Request) -> bool:
    """Tell whether a reader likes HTML better than the answers of operations; whoever takes anything does not."""
    accept = ",".join(request.headers.getlist("accept"))
    return preferred(accept, (GRAPHQL_JSON, PLAIN_JSON, HTML), PLAIN_JSON) == HTML


async def _page(_: Request) -> Response:
    return FileResponse(STATIC / PAGE, headers={**_SAME, **HEADERS}, media_type=HTML)


async def _file(request: Request) -> Response:
    """Return a file of the page. Its name is looked up, never made into a path."""
    found = FILES.get(request.path_params["file"])
    if found is None:
        return refused("NOT_FOUND", request_id(request), PLAIN_JSON)
    kept = _NAMED_BY_CONTENT if "-" in found.stem else "no-cache"
    return FileResponse(found, headers={**_SAME, "cache-control": kept}, media_type=TYPES[found.suffix])
