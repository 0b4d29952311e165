"""The issuers file: what it says, and that each mistake is told at the start with its line and what was meant."""

from pathlib import Path

import pytest

from gateway.auth import read_issuers
from gateway.auth.issuers import ClaimNames
from resolvers.caller import CallerKind
from sources.toml_file import BadFileError
from tests.running.command import overview

GOOD = """[issuers.staff]
issuer = "https://login.example.org/staff"
jwks = "https://login.example.org/staff/keys"
audiences = ["overview"]
algorithms = ["RS256"]
typ = "JWT"
kind = "staff"
organisation = "agency"

[issuers.staff.claims]
id = "sub"
"""
SECOND = GOOD.replace("issuers.staff", "issuers.other")
MISTAKES = {
    "another table": (GOOD + "[issuer.x]\n", ":12", "did you mean `issuers`?"),
    "no table": ("", "", "[issuers.NAME]"),
    "no issuer": (GOOD.replace('issuer = "https://login.example.org/staff"\n', ""), ":1", "issuer"),
    "a key misspelt": (GOOD.replace("audiences", "audience"), "", "did you mean `audiences`?"),
    "a claim misspelt": (GOOD + 'role = "r"\n', ":12", "did you mean `roles`?"),
    "an empty claim": (GOOD.replace('"sub"', '""'), ":11", "a claim has a name"),
    "an issuer that is no address": (
        GOOD.replace('"https://login.example.org/staff"', '"staff"'),
        ":2",
        "`iss`",
    ),
    "keys by http": (GOOD.replace('jwks = "https', 'jwks = "http'), ":3", "use https://"),
    "keys in a file": (GOOD.replace('jwks = "https', 'jwks = "file'), ":3", "https://"),
    "keys with a user": (
        GOOD.replace("https://login.example.org/staff/k", "https://u:p@x.org/k"),
        ":3",
        "user",
    ),
    "keys with a query": (GOOD.replace("/keys", "/keys?a=b"), ":3", "query"),
    "no audience": (GOOD.replace('["overview"]', "[]"), ":4", "`aud`"),
    "an empty audience": (GOOD.replace('"overview"', '""'), ":4", "`aud`"),
    "an audience that is no list": (GOOD.replace('["overview"]', '"overview"'), ":4", "array"),
    "HS256": (GOOD.replace("RS256", "HS256"), ":5", "HS256 proves nothing"),
    "hs512": (GOOD.replace("RS256", "hs512"), ":5", "hs512 proves nothing"),
    "none": (GOOD.replace("RS256", "none"), ":5", "none proves nothing"),
    "an unknown algorithm": (GOOD.replace("RS256", "RS265"), ":5", "did you mean `RS256`?"),
    "no algorithms": (GOOD.replace('["RS256"]', "[]"), ":5", "at least one algorithm"),
    "another type": (GOOD.replace("JWT", "jwt+at"), ":6", "there is no such type"),
    "another kind": (GOOD.replace('"staff"', '"staf"'), ":7", "did you mean `staff`?"),
    "no kind": (GOOD.replace('kind = "staff"\n', ""), ":1", "either `kind`"),
    "two kinds": (GOOD + 'kind = "k"\n', ":1", "either `kind`"),
    "no organisation": (GOOD.replace('organisation = "agency"\n', ""), ":1", "either `organisation`"),
    "an empty organisation": (GOOD.replace('"agency"', '" "'), ":8", "empty"),
    "own numbers of partners": (GOOD.replace('"staff"', '"partner"') + 'own_crns = "c"\n', ":12", "partner"),
    "declared numbers of partners": (
        GOOD.replace('"staff"', '"partner"') + 'declared_crns = "c"\n',
        ":12",
        "partner",
    ),
    "one issuer twice": (GOOD + SECOND, ":13", "`staff` has this issuer already"),
    "a name that is none": (GOOD.replace("issuers.staff", 'issuers."a b"'), ":1", "letters"),
    "no TOML": (GOOD + "=", ":12", "Invalid"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(kind: str, tmp_path: Path) -> None:
    text, line, says = MISTAKES[kind]
    path = tmp_path / "issuers.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadFileError) as told:
        read_issuers(path)
    assert str(told.value).startswith(f"{path}{line}")
    assert says in str(told.value)


def test_a_file_that_is_not_there_is_a_mistake_and_no_file_is_none(tmp_path: Path) -> None:
    assert read_issuers(None) == ()
    with pytest.raises(BadFileError):
        read_issuers(tmp_path / "issuers.toml")


def test_what_a_file_leaves_out_has_its_usual_value(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(
        "\n".join(line for line in GOOD.splitlines()[:8] if "algo" not in line and "typ" not in line)
    )
    (one,) = read_issuers(path)
    assert (one.name, one.kind, one.organisation) == ("staff", CallerKind.STAFF, "agency")
    assert set(one.algorithms) == {"RS256", "ES256", "EdDSA"}
    assert one.typ == "at+jwt"
    assert one.claims == ClaimNames()


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]", "https://x.org"]
)
def test_keys_come_by_https_or_from_this_machine(host: str, tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(GOOD.replace("https://login.example.org/staff/keys", f"{host}/keys"), "utf-8")
    assert read_issuers(path)[0].jwks == f"{host}/keys"


def test_a_gateway_with_a_mistaken_file_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(GOOD.replace("RS256", "HS256"), "utf-8")
    said = overview("serve", "--port", "0", home=tmp_path, OVERVIEW_ISSUERS_FILE=str(path))
    assert said.returncode == 1
    assert said.stderr.decode().startswith(f"{path}:5: ")
    assert b"Traceback" not in said.stderr
