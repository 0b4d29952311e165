"""An answer in parts as a client reads it: each part when it comes, and all of them joined."""

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphql
import msgspec

from tests.running.serving import Gate

NUMBERED = "multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json, application/json;q=0.9"
"""What Apollo Client 4 says with its newer handler."""
OF_2022 = "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json;q=0.9"
"""What it says with its older one."""
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, "
    "multipart/mixed"
)
"""What urql 6 says."""
DELIMITER = b"\r\n---"


@dataclass
class Parts:
    """What came: the parts, and after how many seconds each of them was there."""

    status: int
    headers: Mapping[str, str]
    bodies: list[dict[str, Any]] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    ended: bool = False

    @property
    def errors(self) -> list[dict[str, Any]]:
        """All errors of all parts, each as complete as every error is."""
        found = [error for body in self.bodies for error in _errors(body)]
        for error in found:
            told = error["extensions"]
            assert error["message"]
            assert told.keys() >= {"code", "class", "retryable", "reference"}, error
            assert told["reference"] == self.headers["x-request-id"]
        return found

    @property
    def codes(self) -> list[tuple[list[Any], str]]:
        return [(error["path"], error["extensions"]["code"]) for error in self.errors]

    @property
    def joined(self) -> Any:
        """The data of all parts as one."""
        return joined(self.bodies)


def joined(bodies: Sequence[Mapping[str, Any]]) -> Any:
    """The data of all parts as one."""
    first, *later = bodies
    data = {"": json.loads(json.dumps(first["data"]))}
    pending = {one["id"]: one for one in first.get("pending", ())}
    for body in later:
        pending |= {one["id"]: one for one in body.get("pending", ())}
        for piece in body.get("incremental", ()):
            _put(data, piece, pending)
    return data[""]


def read(whole: bytes) -> list[dict[str, Any]]:
    """The parts of an answer that is there as a whole."""
    before, *pieces, after = whole.split(DELIMITER)
    assert (before, after) == (b"", b"--\r\n")
    return [_body(piece) for piece in pieces]


def _body(piece: bytes) -> dict[str, Any]:
    head, _, body = piece.partition(b"\r\n\r\n")
    assert head == b"\r\ncontent-type: application/json; charset=utf-8", head
    told: dict[str, Any] = json.loads(body)
    return told


def _errors(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    pieces = [body, *body.get("incremental", ()), *body.get("completed", ())]
    return [error for one in pieces for error in one.get("errors", ())]


def _put(data: dict[str, Any], piece: Mapping[str, Any], pending: Mapping[str, Any]) -> None:
    path = ["", *(piece["path"] if "path" in piece else pending[piece["id"]]["path"])]
    if piece.get("items") is not None:
        at = path.pop() if "path" in piece else None
        there = _at(data, path)
        assert at is None or at == len(there), (at, there)
        there.extend(piece["items"])
    elif piece.get("data") is not None:
        target = _at(data, [*path, *piece.get("subPath", ())])
        assert not target.keys() & piece["data"].keys(), "nothing is told twice"
        target.update(piece["data"])


def _at(data: Any, path: list[Any]) -> Any:
    for step in path:
        data = data[step]
    return data


def without_directives(document: str) -> str:
    """A document that is told whole by whoever takes it."""

    class Leaving(graphql.Visitor):
        def enter_directive(self, node: graphql.DirectiveNode, *_: Any) -> Any:
            return graphql.REMOVE if node.name.value in {"defer", "stream"} else None

    return graphql.print_ast(graphql.visit(graphql.parse(document), Leaving()))


async def coming(chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[bytes, bool]]:
    """What stands between the boundaries, and whether the end was told, as the bytes come."""
    held, ended = b"", False
    async for chunk in chunks:
        held += chunk
        while DELIMITER in held and not ended:
            piece, _, held = held.partition(DELIMITER)
            ended = held.startswith(b"--")
            yield piece, ended
    assert not ended or held == b"--\r\n"


async def in_parts(
    gate: Gate, document: str, accept: str = NUMBERED, persona: str = "officer", **variables: Any
) -> Parts:
    """The answer to an operation, part by part."""
    headers = {
        "authorization": f"Bearer {gate.token(persona)}",
        "content-type": "application/json",
        "accept": accept,
    }
    content = msgspec.json.encode({"query": document, "variables": variables})
    began = time.perf_counter()
    async with gate.client.stream("POST", "/graphql", content=content, headers=headers) as answer:
        parts = Parts(answer.status_code, dict(answer.headers))
        if not parts.headers["content-type"].startswith("multipart/mixed"):
            parts.bodies.append(json.loads(await answer.aread()))
            return parts
        async for piece, ended in coming(answer.aiter_bytes()):
            parts.ended = ended
            if not piece:
                continue
            parts.bodies.append(_body(piece))
            parts.after.append(time.perf_counter() - began)
    return parts
