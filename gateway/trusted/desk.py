"""Where manifests are written: documents are added to a client's and taken from it, one hand at a time."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from gateway.trusted.checking import Checker, cost_of
from gateway.trusted.manifest import Entry, hash_of, merged, read, written
from gateway.trusted.shelf import body_of, file_of, manifests_of

GRAPHQL: Final = frozenset({".graphql", ".gql", ".graphqls"})
Changed: TypeAlias = Callable[[tuple[Entry, ...]], Iterable[Entry]]


def entries_of(file: Path) -> tuple[Entry, ...]:
    """Return the documents of a file of GraphQL, or of a manifest of any form; raise `ManifestError`, `OSError`."""
    if file.suffix in GRAPHQL:
        return (Entry(file.read_text("utf-8")),)
    return read(body_of(file))


def entered(entry: Entry, client: str, day: date, checker: Checker) -> Entry:
    """Return a document as it is registered; raise `MisfitError` for one that cannot be."""
    prepared = checker.prepared(entry.text)
    return msgspec.structs.replace(
        entry, name=entry.name or prepared.name(None), client=client, added=day, cost=cost_of(prepared)
    )


def registered(folder: Path, client: str, entries: Iterable[Entry]) -> tuple[Path, int]:
    """Put documents into a client's manifest; return its file, and how many documents it has now."""
    return _rewritten(folder, client, lambda before: merged(before, entries))


def pruned(folder: Path, client: str, since: date | None, kept: Iterable[Entry] | None) -> tuple[Path, int]:
    """Take documents from a client's manifest that were registered before `since` and are none of those `kept`.

    Each of both counts where it is said; a document that does not say when it was registered is as good as new.
    """
    hashes = {hash_of(one.text) for one in kept} if kept is not None else None

    def stays(entry: Entry) -> bool:
        is_new = since is not None and (entry.added is None or entry.added >= since)
        return is_new or (hashes is not None and entry.hash in hashes)

    return _rewritten(folder, client, lambda before: [one for one in before if stays(one)])


def days_before(day: date, days: int) -> date:
    """Return the day so many days before."""
    return day - timedelta(days=days)


def _rewritten(folder: Path, client: str, changed: Changed) -> tuple[Path, int]:
    with _alone(folder):
        file = manifests_of(folder).get(client) or file_of(folder, client)
        body = written(changed(read(body_of(file)) if file.exists() else ()))
        count = len(read(body))  # what could not be read again is not written
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(body)
        new.replace(file)  # whoever reads it reads the old one or the new one
    return file, count


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from writing into a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
