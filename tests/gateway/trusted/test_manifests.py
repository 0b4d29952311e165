"""Manifests: each form as its tool writes it, what is refused of them, and that they are bounded."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.trusted.manifest import MOST_BYTES, MOST_DOCUMENTS, Entry, ManifestError, merged, read, written
from tests.gateway.trusted.desks import MANIFESTS, OTHER, WHO, desk_of, key, own
from tests.running.people import ANNE, person

FILES = {
    "persisted-query-manifest.json": (hashlib.sha256, {"WhoAmI", "DeskCustomer"}),
    "relay.json": (hashlib.md5, {"DeskViewerQuery", "DeskCustomerQuery"}),
    "persisted-documents.json": (hashlib.sha1, {"PresetViewer", "PresetCustomer"}),
}


@pytest.mark.parametrize("file", FILES)
async def test_a_tools_manifest_is_used_as_it_stands(file: str, tmp_path: Path) -> None:
    made, names = FILES[file]
    body = (MANIFESTS / file).read_bytes()
    async with desk_of(tmp_path, {"desk": body}, person(ANNE)) as desk:
        for entry in read(body):
            variables = {"crn": ANNE} if "$crn" in entry.text else {}
            for given in (made(entry.text.encode()).hexdigest(), entry.hash, f"sha256:{entry.hash}"):
                answer = await desk.ask("desk", id=given, variables=variables)
                assert all(answer.data.values())
        assert set(desk.counted) == names


def test_our_own_form_comes_back_as_it_was() -> None:
    entries = (
        Entry(WHO, ("abc", "1234"), "Who", "desk", date(2026, 1, 2), 3),
        Entry(OTHER),
        Entry('query Odd { viewer { id } } # "\\ \u00e9 \u2028'),
    )
    again = read(written(entries))
    assert {one.hash: (one.text, set(one.ids) - {one.hash}, one.added) for one in again} == {
        one.hash: (one.text, set(one.ids), one.added) for one in entries
    }
    assert written(again) == written(reversed(again))


def test_a_text_keeps_every_id_that_it_had() -> None:
    (one,) = merged(read(json.dumps({"old": WHO}).encode()), [Entry(WHO, ("new",), "Who")])
    assert (one.ids, one.name) == (("old", "new"), "Who")


BAD: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"{",
    "not in UTF-8": b'{"a": "\xff"}',
    "a list": [WHO],
    "null": None,
    "a number": {"a": 1},
    "a number beside a text": {"a": WHO, "b": 1},
    "another hash": {key(WHO): {"document": OTHER}},
    "an entry without a document": {key(WHO): {"name": "Who"}},
    "a day that is none": {key(WHO): {"document": WHO, "added": "yesterday"}},
    "another format": {"format": "apollo", "version": 1, "operations": []},
    "another version": {"format": "apollo-persisted-query-manifest", "version": 2, "operations": []},
    "no operations": {"format": "apollo-persisted-query-manifest", "version": 1},
    "an operation without a body": {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": "a", "name": "A", "type": "query"}],
    },
    "an empty id": {"": WHO},
    "a long id": {"x" * 257: WHO},
    "an id of two": {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": "a", "body": WHO}, {"id": "a", "body": OTHER}],
    },
    "an id that is the hash of another": {key(WHO): OTHER, "b": WHO},
    "deep": b'{"a": ' + b"[" * 100_000,
    "too large": b'{"a": "' + b"x" * MOST_BYTES + b'"}',
    "too many": {str(number): f"query A{number} {{ a }}" for number in range(MOST_DOCUMENTS + 1)},
}


@pytest.mark.parametrize("name", BAD)
def test_a_manifest_with_a_mistake_is_none(name: str) -> None:
    told = BAD[name]
    with pytest.raises(ManifestError):
        read(told if isinstance(told, bytes) else json.dumps(told).encode())


def test_the_most_documents_of_a_manifest_are_read() -> None:
    told = {str(number): f"query A{number} {{ a }}" for number in range(MOST_DOCUMENTS)}
    assert len(read(json.dumps(told).encode())) == MOST_DOCUMENTS


async def test_what_does_not_fit_is_left_out_and_told_of(tmp_path: Path) -> None:
    wrong = {
        "query NoField { viewer { nothing } }": "GRAPHQL_VALIDATION_FAILED",
        "query NoGraphQL {": "GRAPHQL_PARSE_FAILED",
        "fragment Alone on Customer { crn }": "GRAPHQL_VALIDATION_FAILED",
        "query Deep " + "{ a " * 300 + "}" * 300: "QUERY_TOO_DEEP",
        "query Long { " + "viewer { id } " * 3_000 + "}": "QUERY_TOO_LARGE",
        "query Wide { " + "viewer { id } " * 1_000 + "}": "QUERY_TOO_COMPLEX",
        "query Pairs { " + "viewer { id } " * 250 + "}": "QUERY_TOO_COMPLEX",
        "query Bomb { ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
        + " fragment F60 on Query { viewer { id } }": "QUERY_TOO_COMPLEX",
    }
    async with desk_of(tmp_path, {"desk": own(*wrong, WHO, name="Named")}) as desk:
        told = {(line.event, line.told["code"]) for line in desk.gate.log}
        assert told == {("documents.left_out", code) for code in wrong.values()}
        assert {line.told["operation"] for line in desk.gate.log} == {"Named"}
        assert len(desk.gate.log) == len(wrong)
        for text in wrong:
            assert (await desk.ask("desk", id=key(text))).refusal == "DOCUMENT_NOT_FOUND"
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]
