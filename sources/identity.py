"""In whose name a system is asked, as a sources file says it: the gateway's own, or its caller's, which is signed."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from sources.http.signing import BadKeyError, SigningKey, read_signing_key
from sources.toml_file import Place, TomlFile, meant

SERVICE, CALLER = IDENTITIES = ("service", "caller")
EVERYBODYS: Final = {
    "restriction": "who may see whom is not told to each caller apart",
    "identifiers": "a number leads everybody to the same customer",
    "search": "who searches is not told to a system",
    "documents": "a document is fetched from its address, in nobody's name",
}
"""What no system may tell that is asked in its caller's name, and why."""


class Signing(Struct, frozen=True):
    """What the names of callers are signed with for a system, and the file that it is from."""

    key: SigningKey
    file: Path


def signing(file: TomlFile, place: Place, identity: str, key_file: str | None) -> Signing | None:
    """Return what a system's callers' names are signed with, None where they are not told; raise `BadFileError`."""
    if identity not in IDENTITIES:
        file.refuse((*place, "identity"), f"there is no such identity{meant(identity, IDENTITIES)}")
    if identity == SERVICE:
        if key_file is not None:
            file.refuse((*place, "signing_key_file"), f'this is for identity = "{CALLER}"')
        return None
    if key_file is None:
        file.refuse((*place, "identity"), "a signing_key_file is needed: a caller's name is signed")
    named = file.path.parent / key_file
    try:
        return Signing(read_signing_key(named), named)
    except BadKeyError as error:
        file.refuse((*place, "signing_key_file"), str(error))
