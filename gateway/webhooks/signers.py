"""Files that name who may send signed messages: a table for each of them, with its secrets. Written in TOML."""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import Final, Protocol, TypeVar

from sources.toml_file import Place, TomlFile, meant

PREFIX: Final = "whsec_"
SHORTEST: Final = 24
"""Bytes of a secret."""

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class HasSecrets(Protocol):
    """A table of such a file."""

    @property
    def secrets(self) -> list[str]:
        """What its sender signs with, as it is written."""


S = TypeVar("S", bound=HasSecrets)


def signers(
    file: TomlFile, table: str, shape: type[S], what: str
) -> Iterator[tuple[str, S, tuple[bytes, ...]]]:
    """Yield each name of a table, what stands under it, and its secrets; raise `BadFileError`.

    `what` is what a name stands for: no two of them have one secret.
    """
    for key in file.tables:
        if key != table:
            file.refuse((key,), f"there is no such table{meant(key, (table,))}")
    told = file.tables.get(table)
    if not isinstance(told, dict) or not told:
        file.refuse((), f"a table [{table}.NAME] is needed for each {what}")
    used: set[bytes] = set()
    for name, one in told.items():
        place: Place = (table, name)
        shaped = file.shaped(place, one, shape)
        if not _NAME.fullmatch(name):
            file.refuse(place, f"the name of a {what} is letters, digits, _ and -")
        place = (*place, "secrets")
        if not shaped.secrets:
            file.refuse(place, "name at least one secret")
        secrets = tuple(_secret(file, place, secret) for secret in shaped.secrets)
        if used & set(secrets):
            file.refuse(place, f"another {what} signs with the same secret: who sent a message?")
        used.update(secrets)
        yield name, shaped, secrets


def _secret(file: TomlFile, place: Place, text: str) -> bytes:
    try:
        secret = b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else b""
    except (Error, ValueError):
        secret = b""
    if len(secret) < SHORTEST:
        file.refuse(place, f"a secret is {PREFIX} and {SHORTEST} bytes or more in base64")
    return secret
