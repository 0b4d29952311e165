"""Manifests: files that say which documents a front end sends. Pure reading and writing, in the forms of several tools.

Ours is {sha-256 of the text: {document, name, client, added, cost, ids}}; Apollo's has a `format`; Relay's and that of
the client preset are {id: text}.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct

APOLLO: Final = "apollo-persisted-query-manifest"
PREFIX: Final = "sha256:"
MOST_BYTES: Final = 4 * 1024 * 1024
MOST_DOCUMENTS: Final = 2_000
LONGEST_ID: Final = 256


class ManifestError(Exception):
    """A manifest that cannot be used, and why."""


class Entry(Struct, frozen=True):
    """One document of a manifest. `ids` are those that the manifest itself gave it, beside the sha-256 of its text."""

    text: str
    ids: tuple[str, ...] = ()
    name: str | None = None
    client: str | None = None
    added: date | None = None
    cost: int | None = None

    @property
    def hash(self) -> str:
        """The sha-256 of its text, in hexadecimal."""
        return hash_of(self.text)


class _Kept(Struct, omit_defaults=True):
    """An entry as our own form has it."""

    document: str
    name: str | None = None
    client: str | None = None
    added: date | None = None
    cost: int | None = None
    ids: tuple[str, ...] = ()


class _Operation(Struct):
    id: str
    body: str
    name: str | None = None


class _Apollo(Struct):
    operations: list[_Operation]
    version: int = 1


def hash_of(text: str) -> str:
    """Return the sha-256 of a text, in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read(body: bytes) -> tuple[Entry, ...]:
    """Return the documents of a manifest, each text once; raise `ManifestError`."""
    if len(body) > MOST_BYTES:
        raise ManifestError(f"a manifest has {MOST_BYTES} bytes at most")
    try:
        entries = _entries(msgspec.json.decode(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ManifestError("it is no manifest in JSON") from None
    if len(entries) > MOST_DOCUMENTS:
        raise ManifestError(f"a manifest has {MOST_DOCUMENTS} documents at most")
    found = merged([], entries)
    by_id(found)
    return found


def _entries(told: Any) -> list[Entry]:
    if not isinstance(told, dict):
        raise ManifestError("it is no object of JSON")
    if told.get("format", APOLLO) != APOLLO:
        raise ManifestError("its format is none that is known")
    if "format" in told:
        found = msgspec.convert(told, _Apollo)
        if found.version != 1:
            raise ManifestError("its version is none that is known")
        return [Entry(one.body, (_plain(one.id),), one.name) for one in found.operations]
    if all(isinstance(one, str) for one in told.values()):
        return [Entry(text, (_plain(key),)) for key, text in told.items()]
    return [_own(_plain(key), one) for key, one in msgspec.convert(told, dict[str, _Kept]).items()]


def _own(key: str, kept: _Kept) -> Entry:
    if key != hash_of(kept.document):
        raise ManifestError("a key is not the sha-256 of its document")
    ids = tuple(_plain(one) for one in kept.ids)
    return Entry(kept.document, ids, kept.name, kept.client, kept.added, kept.cost)


def _plain(told: str) -> str:
    """Return an id without the name of its hash."""
    plain = plain_id(told)
    if not 0 < len(plain) <= LONGEST_ID:
        raise ManifestError(f"an id has 1 to {LONGEST_ID} characters")
    return plain


def plain_id(told: str) -> str:
    """Return an id as manifests have it: `sha256:` before it says only what it is made by."""
    return told.removeprefix(PREFIX)


def by_id(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    """Return entries by each of their ids; raise `ManifestError` where an id stands for two."""
    found: dict[str, Entry] = {}
    for entry in entries:
        for one in {entry.hash, *entry.ids}:
            if found.setdefault(one, entry) is not entry:
                raise ManifestError("an id stands for two documents")
    return found


def merged(before: Iterable[Entry], more: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with others put over them, each text once: it keeps every id that it ever had."""
    found: dict[str, Entry] = {}
    for entry in (*before, *more):
        known = found.get(entry.text)
        ids = dict.fromkeys((*(known.ids if known is not None else ()), *entry.ids))
        found[entry.text] = msgspec.structs.replace(entry, ids=tuple(ids))
    return tuple(found.values())


def written(entries: Iterable[Entry]) -> bytes:
    """Return a manifest in our own form, in an order that does not change by itself."""
    told = {
        key: _Kept(
            one.text,
            one.name,
            one.client,
            one.added,
            one.cost,
            tuple(sorted(set(one.ids) - {key})),
        )
        for key, one in sorted((entry.hash, entry) for entry in entries)
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"
