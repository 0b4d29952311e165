"""How an answer reaches the socket: whole, or with a fault on its way."""

import asyncio
import socket
import struct
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from msgspec import UNSET, UnsetType

from sandbox.upstreams.faults import Active
from sandbox.upstreams.server import Answer, head_of, in_json, send

ELSEWHERE: Final = "http://elsewhere.invalid"
GARBAGE: Final = b'\x00\xff\xfe{"people":[\x9d\x8f' * 40
PAGE: Final = b"""<!doctype html>
<html><head><title>Sign in</title></head>
<body><form action="/login" method="post"><input name="user"><input name="password" type="password"></form></body>
</html>
"""
MEGABYTE: Final = 1024 * 1024

T = TypeVar("T")


def altered(answer: Answer, active: Active) -> Answer:
    """Return the answer as a fault makes it; faults of the wire leave it as it is."""
    fault = active.fault
    match fault.kind:
        case "status":
            status = _or(fault.status, 503)
            waits = {"Retry-After": str(_or(fault.retry_after, 1))}
            told = status == 429 or fault.retry_after is not UNSET
            return in_json(status, {"error": f"status {status}"}, waits if told else None)
        case "garbled":
            return replace(answer, body=GARBAGE)
        case "html":
            return Answer(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})
        case "half":
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        case "oversize":
            return replace(answer, body=answer.body + b" " * (_or(fault.megabytes, 32) * MEGABYTE))
        case "gzip_bomb":
            packed = _packed(answer.body, _or(fault.megabytes, 64))
            return replace(answer, body=packed, headers={**answer.headers, "Content-Encoding": "gzip"})
        case "redirect":
            return Answer(302, b"", {"Location": _or(fault.location, f"{ELSEWHERE}/login")})
    return answer


async def deliver(
    answer: Answer,
    faults: Sequence[Active],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> bool:
    """Send an answer with the faults of the wire; tell whether the connection lives on."""
    for active in faults:
        if active.fault.kind == "slow":
            with suppress(TimeoutError):
                await asyncio.wait_for(active.over.wait(), _or(active.fault.seconds, 1.0))
    for active in faults:
        match active.fault.kind:
            case "hang":
                await _hung(active, reader)
                return False
            case "silent_close":
                return False
            case "drip":
                return await _dripped(answer, active, writer)
            case "reset":
                await _reset(answer, writer)
                return False
            case "truncated":
                await _truncated(answer, _or(active.fault.how, "chunked"), writer)
                return False
    await send(answer, writer)
    return True


def _or(told: T | UnsetType, otherwise: T) -> T:
    return otherwise if isinstance(told, UnsetType) else told


def _packed(body: bytes, megabytes: int) -> bytes:
    packing = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    pieces = [packing.compress(body), *(packing.compress(b" " * MEGABYTE) for _ in range(megabytes))]
    return b"".join((*pieces, packing.flush()))


async def _hung(active: Active, reader: asyncio.StreamReader) -> None:
    """Say nothing until the caller leaves or the fault is taken away."""
    waits = [asyncio.create_task(reader.read(1)), asyncio.create_task(active.over.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _dripped(answer: Answer, active: Active, writer: asyncio.StreamWriter) -> bool:
    writer.write(head_of(answer, len(answer.body)))
    for byte in answer.body:
        writer.write(bytes([byte]))
        await writer.drain()
        if active.over.is_set():
            return False
        await asyncio.sleep(_or(active.fault.seconds, 0.05))
    return True


async def _reset(answer: Answer, writer: asyncio.StreamWriter) -> None:
    writer.write(head_of(answer, len(answer.body)) + answer.body[: len(answer.body) // 2])
    await writer.drain()
    await asyncio.sleep(0.02)  # what was sent shall arrive before the connection breaks
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _truncated(answer: Answer, how: str, writer: asyncio.StreamWriter) -> None:
    half = answer.body[: len(answer.body) // 2]
    ends = {"Transfer-Encoding": "chunked"} if how == "chunked" else {"Connection": "close"}
    head = head_of(replace(answer, headers={**answer.headers, **ends}), None)
    writer.write(head + (f"{len(half):x}\r\n".encode() + half + b"\r\n" if how == "chunked" else half))
    await writer.drain()
