"""An issuer that signs real tokens and publishes its keys from a real socket of this machine."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from gateway.settings import Settings
from tests.running.serving import NOON, Gate, serving

ISSUER = "https://login.example.org/staff"
NOW = int(NOON.timestamp())
CLAIMS: Mapping[str, Any] = {
    "iss": ISSUER,
    "aud": "overview",
    "sub": "officer-77",
    "iat": NOW - 60,
    "exp": NOW + 600,
    "scope": "openid crn:read overview:read",
    "roles": ["service-officer"],
    "acr": "AAL2",
}
FILE = """[issuers.{name}]
issuer = "{issuer}"
jwks = "{address}/keys"
audiences = ["overview", "https://overview.example.org"]
{more}
"""
STAFF = 'kind = "staff"\norganisation = "agency"'


Pair: TypeAlias = RSAKey | ECKey | OKPKey


def made(kind: str, number: int = 0) -> Pair:
    """A key of a kind, the same one whenever it is asked for by this number."""
    return _made(kind, number)


@lru_cache
def _made(kind: str, number: int) -> Pair:
    match kind:
        case "rsa":
            return RSAKey.generate_key(2048)
        case "ec":
            return ECKey.generate_key("P-256")
        case _:
            return OKPKey.generate_key("Ed25519")


def signed(header: Mapping[str, Any], claims: Any, key: Pair, algorithm: str | None = None) -> str:
    """A token as anybody can write one, whatever its header says."""
    text = ".".join(part(msgspec.json.encode(one)) for one in (header, claims))
    signer = JWSRegistry.algorithms[algorithm or header["alg"]]
    return f"{text}.{part(signer.sign(text.encode(), key))}"


def part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def public(key: Pair, kid: Any, **more: Any) -> dict[str, Any]:
    """A key as an issuer publishes it."""
    return {**key.as_dict(private=False), "kid": kid, **more}


class Issuing:
    """The issuer: what it publishes can be changed, and how often it was asked is counted."""

    def __init__(self) -> None:
        self.keys = [public(made(kind), kind, use="sig") for kind in ("rsa", "ec", "ed")]
        self.address = ""
        self.status = 200
        self.body: bytes | None = None
        self.location: str | None = None
        self.seconds = 0.0
        self.asked: list[str] = []
        self.talks: set[asyncio.Task[None] | None] = set()

    def token(self, header: Mapping[str, Any] | None = None, key: Pair | None = None, **claims: Any) -> str:
        """A good token, but for what is said otherwise; a claim or header that is None is left out."""
        head = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt", **(header or {})}
        body = {**CLAIMS, **claims}
        told = [{name: value for name, value in one.items() if value is not None} for one in (head, body)]
        return signed(told[0], told[1], key or made("rsa"))

    def file(self, folder: Path, more: str = STAFF, issuer: str = ISSUER, name: str = "staff") -> Path:
        """An issuers file that leads here."""
        path = folder / "issuers.toml"
        path.write_text(FILE.format(name=name, issuer=issuer, address=self.address, more=more), "utf-8")
        return path

    def publish(self, kids: Iterable[tuple[str, Pair]]) -> None:
        self.keys = [public(key, kid) for kid, key in kids]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.asked.append(head.split(b" ")[1].decode())
                await asyncio.sleep(self.seconds)
                body = self.body if self.body is not None else msgspec.json.encode({"keys": self.keys})
                there = f"location: {self.location}\r\n" if self.location else ""
                writer.write(
                    f"HTTP/1.1 {self.status} X\r\n{there}content-length: {len(body)}\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuing]:
    """An issuer, for as long as a test needs it."""
    issuer = Issuing()
    server = await asyncio.start_server(issuer.talk, "127.0.0.1", 0)
    issuer.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield issuer
    finally:
        server.close()
        talks = [talk for talk in issuer.talks if talk is not None]
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks)


@asynccontextmanager
async def trusting(folder: Path, issuer: Issuing, *records: Any, more: str = STAFF) -> AsyncIterator[Gate]:
    """A gateway that takes this issuer's tokens."""
    settings = Settings(home=folder, issuers_file=issuer.file(folder, more))
    async with serving(folder, *records, settings=settings) as gate:
        yield gate
