"""Changing the keyring: a version more, a version less. Running processes learn of it at their next start."""

import fcntl
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.audit.chain import Chain
from gateway.audit.journal_file import lines
from gateway.keyring import LAST_VERSION, Kept, Keyring, KeyringError, draft, new_secret, read


def rotate(file: Path, on_record: Callable[[int], None]) -> int:
    """Add a version to a keyring, make it the current one, and return it; the others are kept.

    `on_record` is told of the version beforehand, and may raise what keeps it from being made.
    """
    file = file.resolve()  # of a link, what it leads to is changed
    with _locked(file):
        kept = read(file)
        version = max(one.version for one in kept.secrets) + 1
        if version > LAST_VERSION:
            raise KeyringError(
                f"The keyring at {file} has had its {LAST_VERSION} versions: there is no other."
            )
        on_record(version)
        _replace(file, Kept(version, (*kept.secrets, new_secret(version))))
    return version


def retire(file: Path, version: int, on_record: Callable[[int], None]) -> None:
    """Take a version out of a keyring; raise `KeyringError` for the current one, and for one that is not there."""
    file = file.resolve()
    with _locked(file):
        kept = read(file)
        check_retirable(file, kept, version)
        on_record(version)
        _replace(file, Kept(kept.current, tuple(one for one in kept.secrets if one.version != version)))


def check_retirable(file: Path, kept: Kept, version: int) -> None:
    """Raise `KeyringError` for a version that cannot be taken out."""
    if version not in {one.version for one in kept.secrets}:
        raise KeyringError(f"The keyring at {file} has no version {version}.")
    if version == kept.current:
        raise KeyringError(
            f"Version {version} is the current one: `overview keyring rotate` makes another first."
        )


def lines_by_version(journal: Path, kept: Kept) -> Counter[int]:
    """Return how many lines of a journal were linked with each version."""
    chains = [(one.version, Chain(Keyring({one.version: one.secret}))) for one in kept.secrets]
    counted = Counter[int]()
    for line in lines(journal) if journal.exists() else ():
        content = line.removesuffix(b"\n")
        counted.update(version for version, chain in chains if chain.linked(content))
    return counted


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Let nobody else change the keyring meanwhile: of two who rotate at once, the second would undo the first."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _replace(file: Path, kept: Kept) -> None:
    owner = file.stat()
    drafted = draft(file, kept)
    try:
        if os.geteuid() == 0:  # root may change it for the one who runs the gateway
            os.chown(drafted, owner.st_uid, owner.st_gid)
        drafted.replace(file)
    except OSError:
        drafted.unlink()
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
