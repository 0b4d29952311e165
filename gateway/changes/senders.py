"""The events file: which systems say what has changed, of what they may speak, and how they sign. Written in TOML.

[senders.debts]
secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
parts = ["debt"]
systems = ["debts"]

The file holds secrets: only the gateway's user should be able to read it.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from gateway.webhooks.signers import signers
from resolvers.caller import Caller, CallerKind
from resolvers.outdated import PART_NAMES, Outdated
from sources.toml_file import Place, TomlFile, meant

ALL: Final = "all"
"""In place of the names of parts: every part, and whole customers."""


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    secrets: list[str]
    parts: list[str] = []
    systems: list[str] = []


class Sender(Struct, frozen=True):
    """Who may say that something has changed: the secrets that it may sign with, old and new, and of what it speaks."""

    name: str
    secrets: tuple[bytes, ...]
    parts: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()

    @property
    def caller(self) -> Caller:
        """The sender as rates count it."""
        return Caller(CallerKind.SERVICE, self.name, "events")

    def may_say(self, outdated: Outdated) -> bool:
        """Tell whether it may say so. Of a whole customer speaks only who may speak of every part."""
        if outdated.system is not None:
            return outdated.system in self.systems
        return outdated.crn is not None and bool({ALL, outdated.part} & self.parts)


def read_senders(path: Path | None, systems: Collection[str]) -> Mapping[str, Sender]:
    """Return the senders of a file by name, none without one; raise `BadFileError`. `systems` are the known ones."""
    if path is None:
        return {}
    file = TomlFile(path)
    senders: dict[str, Sender] = {}
    for name, told, secrets in signers(file, "senders", _Shape, "sender"):
        place: Place = ("senders", name)
        if not told.parts and not told.systems:
            file.refuse(place, "name the `parts` or `systems` of which it may speak")
        _check(file, (*place, "parts"), told.parts, {ALL, *PART_NAMES}, "part")
        _check(file, (*place, "systems"), told.systems, systems, "system that tells a part")
        senders[name] = Sender(name, secrets, frozenset(told.parts), frozenset(told.systems))
    return senders


def _check(file: TomlFile, place: Place, told: list[str], known: Collection[str], what: str) -> None:
    for one in told:
        if one not in known:
            file.refuse(place, f"there is no {what} {one}{meant(one, known)}")
