"""Nothing that a caller can send makes a line of its own in the log, or comes into one."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gateway.telemetry.events import FIELDS
from tests.house.programs import free_port
from tests.running.command import overview, served

WORD = "Zyxwvut"
BREAKING = {
    "a line break": f'\r\n{{"event":"{WORD}"}}\r\n',
    "a line feed": f"\n{WORD}\n",
    "an escape": f"\x1b[2J\x1b[31m{WORD}",
    "a line separator": f"\u2028{WORD}\u2029{WORD}\x85",
    "the end of a text": f'"}},{{"event":"{WORD}","level":"critical"}}',
    "a backslash": f'\\"{WORD}\\',
    "a NUL": f"\x00{WORD}\x00",
}
DOCUMENTS: dict[str, Callable[[str], Any]] = {
    "the document": lambda text: {"query": text},
    "a text of the document": lambda text: {"query": f'{{ node(id: """{text}""") {{ id }} }}'},
    "a comment": lambda text: {"query": f"{{ viewer {{ id }} }} # {text}"},
    "a variable": lambda text: {"query": "query($v: ID!) { node(id: $v) { id } }", "variables": {"v": text}},
    "a variable's name": lambda text: {"query": "{ viewer { id } }", "variables": {text: 1}},
    "a variable of another type": lambda text: {
        "query": "query($v: Int) { viewer { id } }",
        "variables": {"v": text},
    },
    "the operation's name": lambda text: {"query": "query A { viewer { id } }", "operationName": text},
    "an extension": lambda text: {"query": "{ viewer { id } }", "extensions": {text: text}},
}
HEADERS = (
    "x-request-id x-access-reason accept content-type traceparent tracestate baggage user-agent origin host"
).split()


class Server:
    def __init__(self, log: Path, port: int, token: str) -> None:
        self.log = log
        self.port = port
        self.token = token
        self.asked = 0

    def send(self, head: bytes, body: bytes) -> bytes:
        """What comes back for bytes as they are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(head + b"\r\n" + body)
            return connection.recv(4096)

    def post(self, body: Any, headers: Mapping[str, bytes] | None = None) -> bytes:
        """What comes back for an operation."""
        told = json.dumps(body).encode()
        usual = {
            "host": b"127.0.0.1",
            "authorization": b"Bearer " + self.token.encode(),
            "content-type": b"application/json",
            "content-length": str(len(told)).encode(),
            "connection": b"close",
        }
        lines = [b"POST /graphql HTTP/1.1"]
        lines += [name.encode() + b": " + value for name, value in {**usual, **(headers or {})}.items()]
        self.asked += 1
        return self.send(b"\r\n".join(lines) + b"\r\n", told)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_bytes().split(b"\n") if line.startswith(b"{")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home, port = tmp_path_factory.mktemp("log"), free_port()
    with served(home / "log", home=home, port=port, OVERVIEW_LOG_LEVEL="info"):
        token = overview("token", "officer", home=home).stdout.decode().strip()
        yield Server(home / "log", port, token)


def check(server: Server) -> None:
    """Every line is one of ours, and there is one for each request."""
    text = server.log.read_text("ascii")
    assert WORD not in text
    said = [line for line in text.split("\n")[:-1] if not line.startswith("Serving on http://127.0.0.1:")]
    assert all(line.isprintable() for line in said)
    for line in map(json.loads, said):
        assert line.keys() <= {"at", "level", "event", *FIELDS[line["event"]]}, line
    assert len([line for line in server.lines if line["event"] == "request"]) == server.asked


@pytest.mark.parametrize("kind", BREAKING)
def test_what_stands_in_a_body_makes_no_line(kind: str, server: Server) -> None:
    for made in DOCUMENTS.values():
        assert server.post(made(BREAKING[kind])).startswith(b"HTTP/1.1 ")
    check(server)


@pytest.mark.parametrize("kind", BREAKING)
def test_what_stands_in_a_header_makes_no_line(kind: str, server: Server) -> None:
    text = BREAKING[kind].encode().replace(b"\r\n", b"\r\n ").replace(b"\x00", b"")
    for name in HEADERS:
        answer = server.post({"query": "{ viewer { id } }"}, {name: b"a" + text})
        # the server itself did not take it for HTTP, or its host is no host
        if b"x-request-id" not in answer or (name == "host" and b" 400 " in answer):
            server.asked -= 1
    check(server)


@pytest.mark.parametrize("kind", BREAKING)
def test_what_stands_in_an_address_or_a_method_makes_no_line(kind: str, server: Server) -> None:
    text = BREAKING[kind].encode()
    for head in (
        b"GET /" + text + b" HTTP/1.1\r\n",
        text + b" / HTTP/1.1\r\n",
        b"GET /?q=" + text + b" HTTP/1.1\r\n",
    ):
        server.send(head + b"host: 127.0.0.1\r\nconnection: close\r\n", b"")
    check(server)


def test_a_request_is_told_in_one_line_without_what_it_asked(server: Server) -> None:
    number = "0123456789abcdef0123456789abcdef"
    server.post(
        {"query": f'query {WORD} {{ node(id: "{WORD}") {{ id }} }}'}, {"x-request-id": number.encode()}
    )
    line = server.lines[-1]
    told = {name: line[name] for name in line.keys() - {"at", "seconds"}}
    assert told == {
        "level": "info",
        "event": "request",
        "request_id": number,
        "caller": "STAFF",
        "outcome": "complete",
        "status": 200,
    }
    assert 0 < line["seconds"] < 5
