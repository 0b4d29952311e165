"""The telephony file: which telephone systems tell of calls, of whose officers, and how they sign. Written in TOML.

[systems.genesys]
organisation = "agency"
secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]

The file holds secrets: only the gateway's user should be able to read it.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from sources.toml_file import Place, TomlFile, meant

PREFIX: Final = "whsec_"
SHORTEST: Final = 24
"""Bytes of a secret."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    organisation: str
    secrets: list[str]


class TelephoneSystem(Struct, frozen=True):
    """One telephone system: whose officers it tells of, and the secrets that it may sign with, old and new."""

    name: str
    organisation: str
    secrets: tuple[bytes, ...]


def read_systems(path: Path | None) -> Mapping[str, TelephoneSystem]:
    """Return the telephone systems of a file by name, none without one; raise `BadFileError`."""
    if path is None:
        return {}
    file = TomlFile(path)
    for key in file.tables:
        if key != "systems":
            file.refuse((key,), f"there is no such table{meant(key, ('systems',))}")
    told = file.tables.get("systems")
    if not isinstance(told, dict) or not told:
        file.refuse((), "a table [systems.NAME] is needed for each telephone system")
    systems: dict[str, TelephoneSystem] = {}
    for name, one in told.items():
        place: Place = ("systems", name)
        shape = file.shaped(place, one, _Shape)
        if not _NAME.fullmatch(name):
            file.refuse(place, "a system's name is letters, digits, _ and -")
        if not shape.organisation.strip():
            file.refuse((*place, "organisation"), "it is empty")
        if not shape.secrets:
            file.refuse((*place, "secrets"), "name at least one secret")
        secrets = tuple(_secret(file, (*place, "secrets"), secret) for secret in shape.secrets)
        if any(set(secrets) & set(other.secrets) for other in systems.values()):
            file.refuse((*place, "secrets"), "another system signs with the same secret: who sent a message?")
        systems[name] = TelephoneSystem(name, shape.organisation, secrets)
    return systems


def _secret(file: TomlFile, place: Place, text: str) -> bytes:
    try:
        secret = b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else b""
    except (Error, ValueError):
        secret = b""
    if len(secret) < SHORTEST:
        file.refuse(place, f"a secret is {PREFIX} and {SHORTEST} bytes or more in base64")
    return secret
