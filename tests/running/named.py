"""A system that has to be asked in its caller's name: the gateway's key, and how the system checks who it was told."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sources.crn import Crn
from sources.parts import Interaction
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.services import SHIPPED
from tests.running.serving import NOON
from tests.sources.http.json_system import Asked, JsonSystem, Said

Private = Ed25519PrivateKey | EllipticCurvePrivateKey

KEY: Final = "signing.pem"
CALLER: Final = f'identity = "caller"\nsigning_key_file = "{KEY}"'
TELLER: Final = '[interaction]\nrecord = "ours"\n[interaction.get]\npath = "/calls/{crn}"\n'


def new_key(kind: str = "ed") -> Private:
    return Ed25519PrivateKey.generate() if kind == "ed" else generate_private_key(SECP256R1())


def pem(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def key_file(folder: Path, key: Any, mode: int = 0o600) -> Path:
    """The file of a key, readable by its owner only."""
    file = folder / KEY
    file.write_bytes(pem(key))
    file.chmod(mode)
    return file


def in_callers_name(mapping: str, text: str | None = None) -> str:
    """The shipped sources file, in which the system of a mapping is asked in its caller's name."""
    told = text if text is not None else SHIPPED.read_text("utf-8")
    line = f'mapping = "{mapping}"'
    assert line in told
    return told.replace(line, f"{line}\n{CALLER}")


def with_teller(folder: Path) -> str:
    """The shipped sources file with a teller in the place of the interactions' system."""
    (folder / "teller.toml").write_text(TELLER, "utf-8")
    told = SHIPPED.read_text("utf-8").replace("services/interactions.toml", "teller.toml")
    return in_callers_name("teller.toml", told)


def checked(header: str, key: Private) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a JWT, checked as a system does that knows the public key and no library of ours."""
    text, _, signature = header.rpartition(".")
    head, claims = (msgspec.json.decode(_raw(one)) for one in text.split("."))
    public, raw = key.public_key(), _raw(signature)
    if isinstance(public, EllipticCurvePublicKey):
        half = len(raw) // 2
        pair = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
        public.verify(pair, text.encode(), ECDSA(SHA256()))
    else:
        public.verify(raw, text.encode())
    return head, claims


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Teller:
    """Tells each caller something else of the same customers. `refuses` are callers who may not know."""

    def __init__(self, key: Private) -> None:
        self.key = key
        self.turn = 1
        self.refuses: set[str] = set()
        self.away = False
        self.answers: Mapping[str, Callable[[Asked], Any]] = {
            f"/calls/{owner}": self._telling(owner) for owner in (ANNE, BORIS)
        }

    def _telling(self, owner: Crn) -> Callable[[Asked], Any]:
        call = next(one for one in everything_of(owner, NOON) if isinstance(one, Interaction))

        def told(asked: Asked) -> Any:
            if self.away:
                return Said(status="500 Internal Server Error")
            try:
                _, claims = checked(asked.headers["on-behalf-of"], self.key)
            except Exception:  # whatever is wrong with it, it is not believed
                return Said({}, "401 Unauthorized")
            if claims["sub"] in self.refuses:
                return Said({}, "403 Forbidden")
            title = f"Told to {claims['sub']}, {self.turn}"
            return msgspec.to_builtins([msgspec.structs.replace(call, title=title)])

        return told


def askers(system: JsonSystem, key: Private) -> list[tuple[str, str]]:
    """In whose name a system was asked, and about whom."""
    return [(checked(one.headers["on-behalf-of"], key)[1]["sub"], one.path[7:]) for one in system.asked]
