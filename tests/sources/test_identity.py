"""In whose name a system is asked, as a sources file says it: every mistake is said, and nothing of a key is."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)

from sources.asker import Asker
from sources.http.signing import Signer, read_signing_key
from sources.mix import HttpSystem, read_mix
from sources.toml_file import BadFileError
from tests.people import NOW
from tests.running.named import CALLER, KEY, checked, key_file, new_key, pem
from tests.sources.test_mix import WHOLE, folder, written

__all__ = ["folder"]

AT = "# what it may do"
FREE = WHOLE.replace('["crm", "own"], rule = "strictest"', '["own", "spare"], rule = "strictest"').replace(
    'identifiers = ["crm", "own"]', 'identifiers = "own"'
)
NAMED = FREE.replace(AT, CALLER).replace("[parts]", "[systems.spare]\ndatabase = true\n\n[parts]")
ASKER = Asker("STAFF", "officer-1", "agency", "CASE_WORK", "r-1")

MISTAKES = [
    (
        'identity = "caller"',
        'identity = "callr"',
        "identity: there is no such identity; did you mean `caller`",
    ),
    (f'signing_key_file = "{KEY}"', "", "identity: a signing_key_file is needed"),
    ('identity = "caller"', "", 'signing_key_file: this is for identity = "caller"'),
    (KEY, "none.pem", "signing_key_file: this file cannot be read"),
    (KEY, "token", "signing_key_file: this file is open to others"),
    (
        "database = true",
        f"database = true\n{CALLER}",
        "systems.own: the gateway's own database is asked in nobody's name",
    ),
    (
        'restriction = { systems = ["own", "spare"]',
        'restriction = { systems = ["own", "crm"]',
        "parts.restriction: crm is asked in its caller's name: who may see whom is not told to each caller apart",
    ),
    (
        'identifiers = "own"',
        'identifiers = ["own", "crm"]',
        "parts.identifiers: crm is asked in its caller's name: a number leads everybody to the same customer",
    ),
    ('search = "own"', 'search = "crm"', "parts.search: crm is asked in its caller's name: who searches"),
    (
        'search = "own"',
        'documents = "crm"',
        "parts.documents: crm is asked in its caller's name: a document is fetched",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "words"), MISTAKES)
def test_a_mistake_is_said(folder: Path, right: str, wrong: str, words: str) -> None:
    key_file(folder, new_key())
    assert right in NAMED
    with pytest.raises(BadFileError) as raised:
        read_mix(written(folder, NAMED.replace(right, wrong, 1)))
    assert words in str(raised.value)


@pytest.mark.parametrize("kind", ["ed", "ec"])
def test_a_key_of_either_kind_is_taken(kind: str, folder: Path) -> None:
    key_file(folder, new_key(kind))
    crm = read_mix(written(folder, NAMED)).systems["crm"]
    assert isinstance(crm, HttpSystem)
    assert crm.signing is not None
    assert crm.signing.file == folder / KEY
    assert crm.signing.key.algorithm == {"ed": "EdDSA", "ec": "ES256"}[kind]
    assert "PRIVATE" not in repr(crm)


def test_without_a_word_a_system_is_asked_in_the_gateways_name(folder: Path) -> None:
    crm = read_mix(written(folder, WHOLE.replace(AT, 'identity = "service"'))).systems["crm"]
    assert isinstance(crm, HttpSystem)
    assert crm.signing is None


PUBLIC = new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
LOCKED = new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
BAD = {
    "empty": b"",
    "no PEM": b"secret\n",
    "half": pem(new_key())[:60],
    "public": PUBLIC,
    "behind a password": LOCKED,
    "another curve": pem(generate_private_key(SECP384R1())),
    "RSA": pem(generate_rsa(65537, 2048)),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_key_to_sign_with_is_refused(what: str, folder: Path) -> None:
    key_file(folder, new_key()).write_bytes(BAD[what])
    with pytest.raises(BadFileError) as raised:
        read_mix(written(folder, NAMED))
    said = str(raised.value)
    assert "signing_key_file: this file holds no private key" in said
    assert "secret" not in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_is_open_to_others_is_refused(mode: int, folder: Path) -> None:
    key_file(folder, new_key(), mode)
    with pytest.raises(BadFileError, match="open to others"):
        read_mix(written(folder, NAMED))


async def test_a_key_is_read_again_once_a_second_and_a_bad_file_leaves_the_old_one(folder: Path) -> None:
    old, new, moments = new_key(), new_key("ec"), [0.0]
    file = key_file(folder, old)
    signer = Signer("crm", read_signing_key(file), file, lambda: NOW, lambda: moments[0])
    first = signer.key
    assert not await signer.renewed(first)
    file.write_bytes(pem(new))
    assert not await signer.renewed(first), "it was looked at a moment ago"
    moments[0], text = 1.0, pem(new)
    file.write_bytes(text[:40])
    assert not await signer.renewed(first), "half a file"
    file.write_bytes(text)
    moments[0] = 2.0
    file.chmod(0o644)
    assert not await signer.renewed(first), "open to others"
    file.chmod(0o600)
    moments[0] = 3.0
    assert checked(signer.signed(ASKER), old)[1]["sub"] == "officer-1"
    assert await signer.renewed(first)
    assert await signer.renewed(first), (
        "who was refused with the old one at the same time goes on with the new one"
    )
    head, claims = checked(signer.signed(ASKER), new)
    assert head["kid"] != first.kid
    assert (claims["aud"], claims["jti"]) == ("crm", "r-1")


def test_callers_are_told_apart_by_who_they_are_and_why_they_ask_and_not_by_their_request() -> None:
    same = Asker("STAFF", "officer-1", "agency", "CASE_WORK", "r-2")
    assert same == ASKER
    assert len({ASKER, same}) == 1
    others = [
        Asker("SERVICE", "officer-1", "agency", "CASE_WORK"),
        Asker("STAFF", "officer-2", "agency", "CASE_WORK"),
        Asker("STAFF", "officer-1", "another", "CASE_WORK"),
        Asker("STAFF", "officer-1", "agency", "COMPLAINT"),
    ]
    assert len({ASKER, *others}) == 5
