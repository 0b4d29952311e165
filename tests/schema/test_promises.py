"""What was promised: a version that breaks it is refused, unless it was said from when it may, and why (F37)."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.language import RELEASED, schema
from gateway.promises import PromiseError
from tests.gateway.trusted.desks import WHO, own

HOUSE = Path(__file__).parents[2]
SDL = (HOUSE / "schema/schema.graphql").read_text("utf-8")
TODAY = "2026-03-10"
BROKEN = {
    "a field is gone": ("type Viewer {", "type Viewer {\n  motto: String", "Field Viewer.motto was removed."),
    "a field may be null now": (
        'telephony: TelephonyState @tag(name: "staff")\n}',
        'telephony: TelephonyState! @tag(name: "staff")\n}',
        "Field Viewer.telephony changed type from TelephonyState! to TelephonyState.",
    ),
    "a value is gone": (
        "enum CallerKind {",
        "enum CallerKind {\n  ROBOT",
        "Enum value CallerKind.ROBOT was removed.",
    ),
    "a type is gone": (
        "type Viewer {",
        "type Motto {\n  text: String\n}\n\ntype Viewer {",
        "Motto was removed.",
    ),
    "a union is smaller": (
        "union BreakGlassPayload = GlassBroken",
        "union BreakGlassPayload = Viewer | GlassBroken",
        "Viewer was removed from union type BreakGlassPayload.",
    ),
    "an argument is needed now": (
        "    crn: CRN!\n  ): Customer",
        "    crn: CRN\n  ): Customer",
        "Argument Query.customer(crn:) has changed type from CRN to CRN!.",
    ),
    "an argument is gone": (
        "    crn: CRN!\n  ): Customer",
        "    crn: CRN!\n    quickly: Boolean\n  ): Customer",
        "Argument Query.customer(quickly:) was removed.",
    ),
}
ADDED = {
    "nothing": ("type Viewer {", "type Viewer {", None),
    "a field": ('telephony: TelephonyState @tag(name: "staff")\n}', "}", None),
    "a value": (
        '"""A system of the body itself."""\n  SERVICE\n}',
        "}",
        "Enum value CallerKind.SERVICE was added.",
    ),
}


def said(folder: Path, released: str, *words: str, allowed: str = "", today: str = TODAY) -> Result:
    """What the check says where this was released, and this is allowed."""
    (folder / "released.graphql").write_text(released, "utf-8")
    (folder / "allowed.toml").write_text(allowed, "utf-8")
    files = ["--against", str(folder / "released.graphql"), "--allowed", str(folder / "allowed.toml")]
    told = {"OVERVIEW_PROFILE": "development", "OVERVIEW_NOW": f"{today}T12:00:00+11:00"}
    return CliRunner(env=told).invoke(schema, ["check", *files, *words])


def earlier(was: str, instead: str) -> str:
    """The schema as it was before a change."""
    assert was in SDL
    return SDL.replace(was, instead, 1)


def permit(words: str, sunset: str = "2026-03-10", reason: str = "Nobody asks for it.") -> str:
    return f"[[allowed]]\nchange = {json.dumps(words)}\nsunset = {sunset}\nreason = {json.dumps(reason)}\n"


@pytest.mark.parametrize("change", BROKEN)
def test_a_version_that_breaks_what_was_promised_is_refused(change: str, tmp_path: Path) -> None:
    was, instead, words = BROKEN[change]
    result = said(tmp_path, earlier(was, instead))
    assert (result.exit_code, f"refused: {words}\n" in result.output) == (1, True), result.output
    assert "1 changes, 1 refused; 0 registered documents do not fit." in result.output


@pytest.mark.parametrize("change", BROKEN)
def test_it_may_from_the_day_that_callers_were_told_of(change: str, tmp_path: Path) -> None:
    was, instead, words = BROKEN[change]
    for day, code in (("2026-03-09", 1), ("2026-03-10", 0), ("2027-01-01", 0)):
        result = said(tmp_path, earlier(was, instead), allowed=permit(words), today=day)
        verdict = "allowed" if code == 0 else "too early"
        assert result.exit_code == code, result.output
        assert f"{verdict}: {words} From 2026-03-10 on: Nobody asks for it.\n" in result.output


@pytest.mark.parametrize("change", ADDED)
def test_a_version_may_add(change: str, tmp_path: Path) -> None:
    was, instead, noted = ADDED[change]
    before = re.sub(
        r'"""[^"]*"""\s*\}', "}", earlier(was, instead)
    )  # of what is not there yet, no description
    result = said(tmp_path, before)
    assert (result.exit_code, ", 0 refused" in result.output) == (0, True), result.output
    assert noted is None or f"to be told of: {noted}\n" in result.output


def test_what_is_allowed_and_does_not_happen_is_told_of(tmp_path: Path) -> None:
    result = said(tmp_path, SDL, allowed=permit("Field Viewer.motto was removed."))
    assert result.exit_code == 0
    assert "left over: Field Viewer.motto was removed." in result.output


@pytest.mark.parametrize(
    "allowed",
    [
        "[[allowed]]",
        permit("x", sunset="soon"),
        permit("x", reason=" "),
        permit("x").replace("sunset", "from"),
        permit("x").replace("2026-03-10", "2026-02-30"),
        "allowed = 1",
    ],
)
def test_nothing_is_allowed_without_a_day_and_a_reason(allowed: str, tmp_path: Path) -> None:
    result = said(tmp_path, SDL, allowed=allowed)
    assert result.exit_code == 1
    assert isinstance(result.exception, PromiseError)
    assert "allowed.toml" in str(result.exception)


@pytest.mark.parametrize(
    "released", ["", "type Query {", "type Viewer { id: ID }\nextend type Nobody { id: ID }"]
)
def test_what_is_no_schema_is_told_of(released: str, tmp_path: Path) -> None:
    result = said(tmp_path, released)
    assert isinstance(result.exception, PromiseError)
    assert "released.graphql" in str(result.exception)


@pytest.mark.parametrize(("document", "code"), [(WHO, 0), ("query Old { viewer { motto } }", 1)])
def test_a_version_is_refused_that_a_registered_document_does_not_fit(
    document: str, code: int, tmp_path: Path
) -> None:
    """Whatever is allowed: whoever sends it has not gone along yet."""
    (manifests := tmp_path / "manifests").mkdir()
    (manifests / "desk.json").write_bytes(own(WHO, document))
    words = "Field Viewer.motto was removed."
    before = earlier("type Viewer {", "type Viewer {\n  motto: String")
    result = said(tmp_path, before, "--folder", str(manifests), allowed=permit(words))
    assert result.exit_code == code, result.output
    assert f"1 changes, 0 refused; {code} registered documents do not fit." in result.output
    assert ("GRAPHQL_VALIDATION_FAILED" in result.output) == (code == 1)


def test_what_ships_keeps_what_was_released() -> None:
    """As soon as there is a version, there is the schema that it promised."""
    result = CliRunner(env={"OVERVIEW_PROFILE": "development"}).invoke(schema, ["check"])
    assert result.exit_code == 0, result.output
    versions = re.findall(r"^## \[\d", (HOUSE / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert bool(versions) == RELEASED.exists(), "a release begins with `make released`"
