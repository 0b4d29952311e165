"""The telephony file: which telephone systems tell of calls, of whose officers, and how they sign. Written in TOML.

[systems.genesys]
organisation = "agency"
secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]

The file holds secrets: only the gateway's user should be able to read it.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from gateway.webhooks.signers import signers
from sources.toml_file import TomlFile


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
    systems: dict[str, TelephoneSystem] = {}
    for name, told, secrets in signers(file, "systems", _Shape, "telephone system"):
        if not told.organisation.strip():
            file.refuse(("systems", name, "organisation"), "it is empty")
        systems[name] = TelephoneSystem(name, told.organisation, secrets)
    return systems
