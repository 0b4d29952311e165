"""`overview doctor` on registered documents."""

from pathlib import Path

import pytest

from tests.gateway.test_doctor import doctor
from tests.gateway.trusted.desks import OTHER, WHO, own

pytestmark = pytest.mark.conformance

OLD = "query Old { viewer { nothing } }"
WHAT = "trusted documents"


@pytest.mark.parametrize(
    ("manifests", "mode", "light", "seen"),
    [
        ({"desk": own(WHO), "any": own(OTHER)}, "log", "green", "mode log, 2 registered in 2 manifests"),
        (
            {"desk": own(WHO, OLD)},
            "off",
            "amber",
            "mode off, 1 registered in 1 manifests, 1 do not fit the schema",
        ),
        ({"desk": own(WHO), "bad": b"["}, "off", "red", "1 cannot be used: bad.json"),
        ({}, "enforce", "red", "mode enforce, 0 registered"),
        (None, "off", None, None),
    ],
    ids=["well", "a misfit", "a mistake", "none", "no folder"],
)
async def test_it_says_how_many_documents_are_registered_and_which_do_not_fit(
    manifests: dict[str, bytes] | None, mode: str, light: str | None, seen: str | None, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    settings = {"OVERVIEW_DOCUMENTS": mode}
    if manifests is not None:
        folder = tmp_path / "manifests"
        folder.mkdir()
        for client, body in manifests.items():
            (folder / f"{client}.json").write_bytes(body)
        settings["OVERVIEW_DOCUMENTS_FOLDER"] = str(folder)
    said = await doctor(home, settings)
    assert said.lights.get(WHAT) == light, said.text
    if seen is not None:
        assert seen in said.text.replace("\n", " ")


async def test_a_subgraphs_documents_are_seen_as_it_serves_them(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "manifests"
    home.mkdir()
    folder.mkdir()
    router = "query Found($keys: [_Any!]!) { _entities(representations: $keys) { __typename } }"
    (folder / "router.json").write_bytes(own(router))
    settings = {"OVERVIEW_DOCUMENTS": "log", "OVERVIEW_DOCUMENTS_FOLDER": str(folder)}
    said = await doctor(home, settings | {"OVERVIEW_FEDERATION": "2.9"})
    assert said.lights.get(WHAT) == "green", said.text
