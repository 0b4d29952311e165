"""Requests that HTTP lets through and the door does not: methods, media types, hosts, pages of others, smuggling."""

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from tests.attacks.attack import Attack
from tests.attacks.callers import OFFICER, bearer, nobody, token
from tests.attacks.requests import sends
from tests.attacks.scene import Scene
from tests.attacks.tokens import BODY, DOCUMENT, SEEN
from tests.attacks.town import LOCKED
from tests.attacks.ways import Sends
from tests.attacks.wire import bare, chunked, raw

KIND, METHOD, ACCEPT, OUT = (
    "UNSUPPORTED_MEDIA_TYPE",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "UNAUTHENTICATED",
)
NOT, LONG, LARGE, NOWHERE = "BAD_REQUEST", "HEADERS_TOO_LARGE", "REQUEST_TOO_LARGE", "NOT_FOUND"
VIEW = "view:free"
ABROAD = "https://elsewhere.example.org"
CHANGE = 'mutation { endContact(input: {idempotencyKey: "0123456789abcdef"}) { __typename } }'
POST = "POST /graphql HTTP/1.1"
SECOND = f"GET /{LOCKED} HTTP/1.1\r\nhost: here\r\n\r\n".encode()


def as_type(kind: str) -> Sends:
    return sends(BODY, ("content-type", kind))


def accepting(kind: str, body: bytes = BODY) -> Sends:
    return sends(body, ("accept", kind))


def by(method: str, path: str = "/graphql", *more: tuple[str, str], body: bytes = b"") -> Sends:
    async def send(scene: Scene) -> None:
        await scene.send(method, path, body, scene.headers(None, *more))

    return send


def from_page(method: str, origin: str, *more: tuple[str, str]) -> Sends:
    body = BODY if method == "POST" else b""
    return by(method, "/graphql", ("origin", origin), *more, body=body)


def without(*names: str) -> Sends:
    async def send(scene: Scene) -> None:
        told = [pair for pair in scene.headers() if pair[0] not in names]
        await scene.send("POST", "/graphql", BODY, told)

    return send


def sized(*lines: str, body: bytes = BODY) -> Sends:
    return raw("\n".join((POST, "host: here", *lines)), body)


def hosts(*lines: str, version: str = "1.1") -> Sends:
    return raw("\n".join((f"POST /graphql HTTP/{version}", *lines, f"content-length: {len(BODY)}")), BODY)


def in_cookie(scene: Scene) -> list[tuple[str, str]]:
    shown = token()(scene)
    scene.secrets.add(shown)
    return [("cookie", f"token={shown}; session={shown}; authorization=Bearer {shown}")]


async def in_address(scene: Scene) -> None:
    await scene.post(BODY, None, path=f"/graphql?access_token={in_cookie(scene)[0][1].split('; ')[0][6:]}")


async def in_body(scene: Scene) -> None:
    shown = token()(scene)
    scene.secrets.add(shown)
    told = {**msgspec.json.decode(BODY), "authorization": f"Bearer {shown}", "token": shown}
    await scene.post(told)


def many(count: int, size: int) -> Iterable[tuple[str, str]]:
    return ((f"x-more-{number}", "y" * size) for number in range(count))


PREFLIGHT = (("access-control-request-method", "POST"), ("access-control-request-headers", "authorization"))
NAVIGATED = (("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("content-type", "text/plain"))
NAMED = f"/graphql?query={quote(DOCUMENT)}"
TWICE = f"/graphql?id={'a' * 64}&id={'b' * 64}"
OTHERS = f"/graphql?query={quote('{ viewer { id } }')}&id={'a' * 64}&operationName=Other"
CHANGED, BROKEN = f"/graphql?query={quote(CHANGE)}", b'{"query": "{"}'
OVERRIDE = sends(BODY, ("x-http-method-override", "GET"), ("x-method-override", "DELETE"))
PROXY = (("x-forwarded-host", ABROAD), ("x-original-url", "/metrics"), ("x-rewrite-url", "/metrics"))
IN_NUMBER = sends(BODY, ("x-request-id", LOCKED))
PIECES = chunked(BODY[:30], BODY[30:])
PACE = "transfer-encoding: chunked"
EXACT = f"content-length: {len(BODY)}"
BOTH = (EXACT, PACE)

TYPES = [
    Attack("a body as plain text", OFFICER, as_type("text/plain"), 415, KIND, 0, ""),
    Attack("a body in several parts", OFFICER, as_type("multipart/form-data; boundary=x"), 415, KIND, 0, ""),
    Attack("a body of no type", OFFICER, without("content-type"), 415, KIND, 0, ""),
    Attack("a body as a document", OFFICER, as_type("application/graphql"), 415, KIND, 0, ""),
    Attack(
        "a body in another charset", OFFICER, as_type("application/json; charset=utf-16"), 415, KIND, 0, ""
    ),
    Attack("a body in UTF-7", OFFICER, as_type("application/json; charset=utf-7"), 415, KIND, 0, ""),
    Attack("two types in one header", OFFICER, as_type("application/json, text/plain"), 415, KIND, 0, ""),
    Attack("an answer as a page", OFFICER, accepting("text/html"), 406, ACCEPT, 0, ""),
    Attack(
        "an answer as anything but ours", OFFICER, accepting("application/xml, image/*"), 406, ACCEPT, 0, ""
    ),
    Attack("an answer that is not wanted", OFFICER, accepting("*/*;q=0"), 406, ACCEPT, 0, ""),
    Attack("an endless list of types", OFFICER, accepting("a/b," * 2_000 + "text/html"), 406, ACCEPT, 0, ""),
    Attack(
        "half a document, for plain JSON",
        OFFICER,
        accepting("application/json", BROKEN),
        200,
        "GRAPHQL_PARSE_FAILED",
        0,
        "",
    ),
]
METHODS = [
    *(
        Attack(f"the method {method}", OFFICER, by(method, body=BODY), 405, METHOD, 0, "")
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
    ),
    Attack("the method HEAD", OFFICER, by("HEAD", NAMED), 405, None, 0, ""),
    Attack("options, as nobody", nobody, by("OPTIONS"), 405, METHOD, 0, ""),
    Attack("a change by GET", OFFICER, by("GET", CHANGED), 405, METHOD, 0, ""),
    Attack("GET with a body", OFFICER, by("GET", body=BODY), 405, METHOD, 0, ""),
    Attack("GET of two ids", OFFICER, by("GET", TWICE), 405, METHOD, 0, ""),
    Attack("another method in a header", OFFICER, OVERRIDE, 200, None, 2, VIEW, SEEN),
    Attack("another document in the address", OFFICER, sends(BODY, path=OTHERS), 200, None, 2, VIEW, SEEN),
    Attack("a long address", OFFICER, by("GET", f"/graphql?id={'a' * 33_000}"), 431, LONG, 0, ""),
    Attack("101 headers", OFFICER, sends(BODY, *many(101, 1)), 431, LONG, 0, ""),
    Attack("headers that are long together", OFFICER, sends(BODY, *many(80, 500)), 431, LONG, 0, ""),
]
PAGES = [
    Attack(
        "a preflight from elsewhere", nobody, from_page("OPTIONS", ABROAD, *PREFLIGHT), 405, METHOD, 0, ""
    ),
    Attack("a preflight from a file", nobody, from_page("OPTIONS", "null", *PREFLIGHT), 405, METHOD, 0, ""),
    Attack("a form of another page", in_cookie, from_page("POST", ABROAD, *NAVIGATED), 401, OUT, 0, ""),
    Attack("a page with a cookie alone", in_cookie, from_page("POST", ABROAD), 401, OUT, 0, ""),
    Attack("a token, from elsewhere", OFFICER, from_page("POST", ABROAD), 200, None, 2, VIEW, SEEN),
    Attack("a token as part of the address", nobody, in_address, 401, OUT, 0, ""),
    Attack("a token in the body", nobody, in_body, 401, OUT, 0, ""),
    Attack("addresses for a proxy in headers", OFFICER, sends(BODY, *PROXY), 200, None, 2, VIEW, SEEN),
    Attack("a number as the request's", OFFICER, IN_NUMBER, 200, None, 2, VIEW, SEEN),
    Attack("a path in capitals", OFFICER, sends(BODY, path="/GraphQL"), 404, NOWHERE, 0, ""),
    Attack("a path with dots", OFFICER, sends(BODY, path="/x/%2e%2e/graphql"), 404, NOWHERE, 0, ""),
    Attack("a path that goes on", OFFICER, sends(BODY, path="/graphql/metrics"), 404, NOWHERE, 0, ""),
]
WIRES = [
    Attack("no host", OFFICER, hosts(), 400, NOT, 0, ""),
    Attack("no host, in HTTP/1.0", OFFICER, hosts(version="1.0"), 400, NOT, 0, ""),
    Attack("two hosts", OFFICER, hosts("host: here", "host: there"), 400, NOT, 0, ""),
    Attack("a host with a path", OFFICER, hosts("host: here/graphql?x"), 400, NOT, 0, ""),
    Attack("a host with a name before it", OFFICER, hosts("host: me@here"), 400, NOT, 0, ""),
    Attack("a length and pieces", OFFICER, sized(*BOTH, body=chunked(BODY) + SECOND), 400, None, 0, ""),
    Attack("two lengths", OFFICER, sized(EXACT, "content-length: 3"), 400, None, 0, ""),
    Attack("a length below nothing", OFFICER, sized("content-length: -1"), 400, None, 0, ""),
    Attack("a length with a sign", OFFICER, sized(f"content-length: +{len(BODY)}"), 400, None, 0, ""),
    Attack("pieces that are none", OFFICER, sized(PACE, body=b"zz\r\n" + BODY), 400, None, 0, ""),
    Attack("pieces of an honest body", OFFICER, sized(PACE, body=PIECES), 200, None, 2, VIEW, SEEN),
    Attack(
        "pieces without an end", OFFICER, sized(PACE, body=chunked(*[b" " * 60_000] * 5)), 413, LARGE, 0, ""
    ),
    Attack("a body that stops", OFFICER, sized("content-length: 9999"), 400, NOT, 0, ""),
    Attack("a space in a header's name", OFFICER, sized(EXACT, "x-access reason: a"), 400, None, 0, ""),
    Attack("a NUL in a header", OFFICER, sized(EXACT, "x-any: a\0b"), 400, None, 0, ""),
    Attack("another protocol", nobody, bare(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + BODY), 400, None, 0, ""),
    Attack(
        "no protocol at all", nobody, bare(b"\x16\x03\x01\x02\x00" + BODY + b"\r\n\r\n"), 400, None, 0, ""
    ),
]
LATE = Attack("a token that is over", bearer(token(exp=-61)), sized(EXACT), 401, OUT, 0, "")
ATTACKS = [*TYPES, *METHODS, *PAGES, *WIRES, LATE]
