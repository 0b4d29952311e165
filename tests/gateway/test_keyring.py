"""The keyring and its versions: what opens, what no longer does, and what the journal's chain makes of them."""

import base64
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.chain import Chain, Damage
from gateway.keyring import Keyring, KeyringError, KeyringSealer, open_keyring, read
from gateway.rotation import lines_by_version, retire, rotate
from tests.gateway.journals import flaws, written

LONG_AGO = datetime(2024, 2, 29, 12, tzinfo=UTC)
VERSIONS = st.sets(st.integers(1, 255), min_size=1, max_size=5)
Secrets = Mapping[int, bytes]


def secrets_of(versions: set[int]) -> Secrets:
    return {version: bytes([version]) * 32 for version in versions}


def without(versions: set[int], gone: int) -> Keyring:
    return Keyring(secrets_of(versions - {gone}))


def quietly(_: int) -> None:
    """Put nothing on record."""


def refusing(_: int) -> None:
    """Find that nothing can be put on record."""
    raise ZeroDivisionError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    open_keyring(tmp_path / "keyring.json", make=True)
    return tmp_path / "keyring.json"


@given(VERSIONS, st.data(), st.binary(max_size=40))
def test_what_was_sealed_under_any_version_that_is_kept_opens(
    versions: set[int], data: st.DataObject, body: bytes
) -> None:
    made_with = data.draw(st.sampled_from(sorted(versions)))
    sealed = KeyringSealer(Keyring(secrets_of(versions), made_with)).seal("node", body, b"list")
    now = KeyringSealer(Keyring(secrets_of(versions), data.draw(st.sampled_from(sorted(versions)))))
    assert now.open("node", sealed, b"list") == body
    for use, bound in (("cursor", b"list"), ("node", b"other")):
        with pytest.raises(ValueError, match="not sealed here"):
            now.open(use, sealed, bound)


@given(st.sets(st.integers(1, 255), min_size=2, max_size=5), st.data(), st.binary(max_size=40))
def test_nothing_opens_that_was_sealed_under_a_version_that_is_gone(
    versions: set[int], data: st.DataObject, body: bytes
) -> None:
    gone = data.draw(st.sampled_from(sorted(versions)))
    sealed = KeyringSealer(Keyring(secrets_of(versions), gone)).seal("node", body)
    with pytest.raises(ValueError, match="not sealed here"):
        KeyringSealer(without(versions, gone)).open("node", sealed)


@given(VERSIONS, st.binary(max_size=40), st.integers(0, 255))
def test_another_version_byte_opens_nothing(versions: set[int], body: bytes, other: int) -> None:
    sealer = KeyringSealer(Keyring(secrets_of(versions)))
    raw = base64.urlsafe_b64decode(sealer.seal("node", body) + "==")
    changed = base64.urlsafe_b64encode(bytes([other]) + raw[1:]).rstrip(b"=").decode()
    if other != raw[0]:
        with pytest.raises(ValueError, match="not sealed here"):
            sealer.open("node", changed)


@given(VERSIONS)
def test_every_use_and_version_has_a_key_of_its_own(versions: set[int]) -> None:
    keyring = Keyring(secrets_of(versions))
    keys = {use: keyring.subkeys(use) for use in ("seal", "audit", "cache")}
    assert len({key for by_version in keys.values() for key in by_version.values()}) == 3 * len(versions)
    for use, by_version in keys.items():
        assert list(by_version) == sorted(versions, reverse=True)
        assert by_version[keyring.current] == keyring.subkey(use)


def test_the_first_version_makes_the_keys_that_it_always_made() -> None:
    made = Keyring(b"k" * 32).subkey("audit").hex()
    assert made == "d8cd9388a3cfaf43cb42f54b73cffa6f7fddc32cbff6bed1d3812ab30e85bc60"


def test_a_file_of_an_older_gateway_still_opens(tmp_path: Path) -> None:
    file, secret = tmp_path / "keyring.json", b"s" * 32
    file.write_text(json.dumps({"version": 1, "secret": base64.b64encode(secret).decode()}))
    file.chmod(0o600)
    os.utime(file, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    keyring = open_keyring(file, make=False)
    assert keyring.subkey("audit") == Keyring(secret).subkey("audit")
    assert (keyring.versions, keyring.made) == ((1,), LONG_AGO.date())
    assert rotate(file, quietly) == 2
    assert open_keyring(file, make=False).subkeys("audit")[1] == keyring.subkey("audit")
    assert [one.made for one in read(file).secrets] == [LONG_AGO.date(), datetime.now(UTC).date()]


def test_rotating_adds_a_version_and_retiring_takes_one_away(file: Path) -> None:
    before = open_keyring(file, make=False)
    assert [rotate(file, quietly) for _ in range(2)] == [2, 3]
    keyring = open_keyring(file, make=False)
    assert keyring.versions == (3, 2, 1)
    assert keyring.subkeys("seal")[1] == before.subkey("seal")
    assert file.stat().st_mode & 0o777 == 0o600
    retire(file, 2, quietly)
    assert open_keyring(file, make=False).versions == (3, 1)
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("version", [0, 2, 3])
def test_the_current_version_and_one_that_is_not_there_are_not_retired(version: int, file: Path) -> None:
    rotate(file, quietly)
    before = file.read_bytes()
    with pytest.raises(KeyringError, match=str(version)):
        retire(file, version, quietly)
    assert file.read_bytes() == before


def test_what_cannot_be_put_on_record_is_not_done(file: Path) -> None:
    rotate(file, quietly)
    before = file.read_bytes()
    with pytest.raises(ZeroDivisionError):
        rotate(file, refusing)
    with pytest.raises(ZeroDivisionError):
        retire(file, 1, refusing)
    assert file.read_bytes() == before


ONE = '{"version": 2, "current": %d, "secrets": [{"version": %d, "made": "2025-03-10", "secret": "%s"}]}'
BROKEN: dict[str, str] = {
    "no JSON": "{",
    "a list": "[]",
    "another format": '{"version": 3, "current": 1, "secrets": []}',
    "no secret": '{"version": 2, "current": 1, "secrets": []}',
    "a short secret": ONE % (1, 1, "AAAA"),
    "an old short secret": '{"version": 1, "secret": "AAAA"}',
    "version 256": ONE % (256, 256, "SECRET"),
    "no current": ONE % (9, 1, "SECRET"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_not_a_keyring_is_refused_without_a_word_of_it(what: str, tmp_path: Path) -> None:
    secret = base64.b64encode(b"s" * 32).decode()
    file = tmp_path / "keyring.json"
    file.write_text(BROKEN[what].replace("SECRET", secret))
    file.chmod(0o600)
    with pytest.raises(KeyringError) as refused:
        open_keyring(file, make=True)
    assert secret not in str(refused.value)


def test_a_secret_is_not_shown_where_it_is_printed(file: Path) -> None:
    (secret,) = read(file).secrets
    assert repr(secret) == f"Secret(version=1, made={secret.made})"


Spans = st.lists(st.integers(1, 6), min_size=1, max_size=4)


def spanning(file: Path, spans: list[int]) -> tuple[list[bytes], Secrets]:
    """The lines of a journal whose keyring was rotated after so many events each, and all its secrets."""
    secrets, number = secrets_of(set(range(1, len(spans) + 1))), 1
    for version, count in enumerate(spans, 1):
        keyring = Keyring({one: secrets[one] for one in range(1, version + 1)})
        told = written(file, range(number, number + count), Chain(keyring))
        number += count
    return told, secrets


@settings(max_examples=60, deadline=None)
@given(Spans, st.data())
def test_a_journal_that_spans_rotations_is_whole_until_a_byte_of_any_version_is_changed(
    spans: list[int], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "audit.ndjson")
        told, secrets = spanning(file, spans)
        chain = Chain(Keyring(secrets))
        assert flaws(file, chain) == {}
        line = data.draw(st.integers(0, len(told) - 1))
        place = data.draw(st.integers(0, len(told[line]) - 2))
        changed = bytearray(told[line])
        changed[place] ^= data.draw(st.integers(1, 255).filter(lambda bits: changed[place] ^ bits != 10))
        told[line] = bytes(changed)
        file.write_bytes(b"".join(told))
        assert line + 1 in flaws(file, chain)


@settings(max_examples=30, deadline=None)
@given(Spans.filter(lambda spans: len(spans) > 1), st.data())
def test_lines_of_a_version_that_is_gone_are_as_good_as_changed(
    spans: list[int], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "audit.ndjson")
        _, secrets = spanning(file, spans)
        gone = data.draw(st.integers(1, len(spans)))
        found = flaws(file, Chain(without(set(secrets), gone)))
        first = sum(spans[: gone - 1]) + 1
        assert found == dict.fromkeys(range(first, first + spans[gone - 1]), Damage.CHANGED)


def test_the_lines_of_each_version_are_counted(file: Path) -> None:
    journal, number = file.with_name("audit.ndjson"), 1
    assert lines_by_version(journal, read(file)) == {}
    for count in (3, 5):
        written(journal, range(number, number + count), Chain(open_keyring(file, make=False)))
        number += count
        rotate(file, quietly)
    assert lines_by_version(journal, read(file)) == {1: 3, 2: 5}
