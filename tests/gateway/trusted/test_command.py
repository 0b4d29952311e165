"""`overview documents`: what it writes is what gateways read; what does not fit is told in a front end's checks."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from graphql import build_schema

from gateway.cli.documents import documents
from gateway.engine.prepared import Appraiser
from gateway.trusted.checking import Checker, notes_on
from gateway.trusted.manifest import read
from tests.gateway.trusted.desks import MANIFESTS, OTHER, WHO, desk_of, key, own
from tests.running.people import ANNE, person

TOOLS = sorted(MANIFESTS.iterdir())
WRONG = "query Wrong { viewer { nothing } }"
PRICY = (
    "query Pricy { "
    + " ".join(f'a{n}: customer(crn: "{ANNE}") {{ overview {{ completeness }} }}' for n in range(20))
    + " }"
)


def said(folder: Path | None, *words: str, now: str = "2026-03-10T12:00:00+11:00") -> Result:
    told = {"OVERVIEW_PROFILE": "development", "OVERVIEW_NOW": now}
    if folder is not None:
        told["OVERVIEW_DOCUMENTS_FOLDER"] = str(folder)
    return CliRunner(env=told).invoke(documents, words)


def names(folder: Path, client: str = "desk") -> set[str | None]:
    return {one.name for one in read((folder / f"{client}.json").read_bytes())}


async def test_what_is_registered_is_served(tmp_path: Path) -> None:
    (tmp_path / "one.graphql").write_text(WHO, "utf-8")
    folder = tmp_path / "written"
    files = [*map(str, TOOLS), str(tmp_path / "one.graphql")]
    result = said(folder, "register", *files, "--client", "desk")
    assert (result.exit_code, "7 documents were registered" in result.output) == (0, True)
    body = (folder / "desk.json").read_bytes()
    async with desk_of(tmp_path, {"desk": body}, person(ANNE)) as desk:
        ids = [one for file in TOOLS for entry in read(file.read_bytes()) for one in (*entry.ids, entry.hash)]
        for given in (*ids, key(WHO)):
            answer = await desk.ask("desk", id=given, variables={"crn": ANNE})
            assert all(answer.data.values())
    told = json.loads(body)[key(WHO)]
    assert told == {"document": WHO, "name": "Who", "client": "desk", "added": "2026-03-10", "cost": 1}


def test_what_was_registered_before_stays_and_is_as_new_as_it_was_said_last(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps({"1": WHO, "2": OTHER}), "utf-8")
    new.write_text(json.dumps({"3": WHO}), "utf-8")
    folder = tmp_path / "written"
    assert said(folder, "register", str(old), "--client", "desk").exit_code == 0
    later = "2026-05-20T12:00:00+10:00"
    assert said(folder, "register", str(new), "--client", "desk", now=later).exit_code == 0
    told = {one.name: one for one in read((folder / "desk.json").read_bytes())}
    assert set(told["Who"].ids) == {"1", "3"}
    assert {name: str(one.added) for name, one in told.items()} == {
        "Who": "2026-05-20",
        "Other": "2026-03-10",
    }
    listed = said(folder, "list").output
    assert key(WHO) in listed
    assert key(OTHER) in listed
    kept = said(folder, "prune", "--client", "desk", "--days", "90", now=later)
    assert (kept.exit_code, names(folder)) == (0, {"Who", "Other"})
    assert said(folder, "prune", "--client", "desk", "--days", "60", now=later).exit_code == 0
    assert names(folder) == {"Who"}


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["FILE"], {"Who"}),
        (["FILE", "--days", "0"], {"Who", "Other"}),
        (["--days", "0"], {"Other"}),
        ([], {"Who", "Other", "Aged"}),
    ],
)
def test_what_is_pruned(words: list[str], left: set[str], tmp_path: Path) -> None:
    file = tmp_path / "front.json"
    file.write_text(json.dumps({"1": WHO}), "utf-8")
    folder = tmp_path / "written"
    folder.mkdir()
    aged = "query Aged { viewer { id } }"
    told = [(WHO, "Who", "2026-01-01"), (OTHER, "Other", "2026-03-10"), (aged, "Aged", "2026-01-01")]
    entries = {key(text): {"document": text, "name": name, "added": day} for text, name, day in told}
    (folder / "desk.json").write_text(json.dumps(entries), "utf-8")
    result = said(
        folder, "prune", *(str(file) if one == "FILE" else one for one in words), "--client", "desk"
    )
    assert result.exit_code == (0 if words else 2)
    assert names(folder) == left


@pytest.mark.parametrize("text", [WRONG, "{", "fragment A on Query { viewer { id } }"])
def test_nothing_is_registered_unless_all_fits(text: str, tmp_path: Path) -> None:
    file, folder = tmp_path / "front.json", tmp_path / "written"
    file.write_text(json.dumps({"1": WHO, "2": text}), "utf-8")
    result = said(folder, "register", str(file), "--client", "desk")
    assert result.exit_code == 1
    assert "Nothing was registered: 1 of 2" in result.output
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "code", "strict", "told"),
    [
        (WHO, 0, 0, "cost 1"),
        (WRONG, 1, 1, "GRAPHQL_VALIDATION_FAILED"),
        ("{", 1, 1, "GRAPHQL_PARSE_FAILED"),
        (PRICY, 0, 1, "As text of a partner it would be refused: QUERY_TOO_COMPLEX."),
    ],
)
def test_a_front_end_verifies_its_own_file(
    text: str, code: int, strict: int, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "front.json"
    file.write_text(json.dumps({"1": text}), "utf-8")
    result = said(None, "verify", str(file))
    assert (result.exit_code, told in result.output) == (code, True)
    assert said(None, "verify", str(file), "--strict").exit_code == strict


def test_what_is_deprecated_is_told_of() -> None:
    schema = build_schema('type Query { old: Int @deprecated(reason: "Use new.") new: Int }')
    checker = Checker(Appraiser(schema, introspects=False))
    assert list(notes_on(checker.prepared("{ new }"), checker.appraiser)) == []
    (note,) = notes_on(checker.prepared("{ old }"), checker.appraiser)
    assert "Use new." in note


def test_every_manifest_is_verified(tmp_path: Path) -> None:
    (tmp_path / "desk.json").write_bytes(own(WHO))
    assert said(tmp_path, "verify").exit_code == 0
    (tmp_path / "other.json").write_bytes(own(WRONG))
    result = said(tmp_path, "verify")
    assert (result.exit_code, "2 documents, 1 wrong" in result.output) == (1, True)
    (tmp_path / "other.json").write_bytes(b"[]")
    assert said(tmp_path, "verify").exit_code == 1


@pytest.mark.parametrize(
    "words", [("verify",), ("list",), ("register", "--client", "x"), ("prune", "--client", "x")]
)
def test_without_a_folder_it_asks_where(words: tuple[str, ...]) -> None:
    result = said(None, *words)
    assert (result.exit_code, "OVERVIEW_DOCUMENTS_FOLDER" in result.output) == (2, True)


def test_a_client_that_is_a_path_is_a_file_in_the_folder(tmp_path: Path) -> None:
    file, folder = tmp_path / "front.json", tmp_path / "written"
    file.write_text(json.dumps({"1": WHO}), "utf-8")
    assert said(folder, "register", str(file), "--client", "../up").exit_code == 0
    assert [one.name for one in folder.iterdir()] == ["%2E.%2Fup.json"]
    assert "../up" in said(folder, "list").output
