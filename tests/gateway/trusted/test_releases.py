"""F38: a manifest that is missing or too old. What is unknown is refused, and what was registered before is kept."""

import json
from pathlib import Path

import pytest

from gateway.trusted.mode import Mode
from tests.gateway.trusted.desks import OTHER, WHO, Desk, desk_of, key, own
from tests.gateway.trusted.test_counted import counted
from tests.gateway.trusted.test_reloading import loaded
from tests.running.command import overview

pytestmark = pytest.mark.conformance

THIRD = "query Third { viewer { kind } }"


def unknown(desk: Desk) -> list[str]:
    return [line.event for line in desk.gate.log if line.event == "documents.unknown"]


@pytest.mark.parametrize("there", [None, own(OTHER)], ids=["missing", "older"])
async def test_f38_an_id_of_a_manifest_that_is_not_there_is_refused_and_told_of(
    there: bytes | None, tmp_path: Path
) -> None:
    manifests = {"desk": there} if there is not None else {}
    async with desk_of(tmp_path, manifests, documents=Mode.ENFORCE, admin_port=0) as desk:
        for _ in range(3):
            answer = await desk.ask("desk", id=key(WHO))
            assert (answer.status, answer.refusal) == (404, "DOCUMENT_NOT_FOUND")
        with_text = await desk.ask("desk", id=key(WHO), query=WHO)
        assert (with_text.status, with_text.refusal) == (404, "DOCUMENT_NOT_FOUND")
        assert unknown(desk) == ["documents.unknown"]  # one line in ten seconds
        assert (await counted(desk))["trusted_documents_total", "unknown_id"] == 4
        before = loaded(desk)
        desk.write("desk", own(WHO))  # it comes late, and helps at once
        await desk.until(lambda: loaded(desk) > before)
        assert (await desk.ask("desk", id=key(WHO))).data["viewer"]


async def test_f38_pages_of_the_two_releases_before_are_still_answered(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    for number, text in enumerate((WHO, OTHER, THIRD)):
        built = tmp_path / f"release{number}.json"
        built.write_text(json.dumps({f"id{number}": text}))
        words = ("--client", "desk", "--folder", str(tmp_path / "manifests"))
        said = overview("documents", "register", str(built), *words, home=tmp_path)
        assert said.returncode == 0, said.stderr
    body = (tmp_path / "manifests/desk.json").read_bytes()
    home = tmp_path / "serving"
    home.mkdir()
    async with desk_of(home, {"desk": body}, documents=Mode.ENFORCE) as desk:
        for number in range(3):
            assert (await desk.ask("desk", id=f"id{number}")).data["viewer"]
        assert unknown(desk) == []
