"""The pages about mapping and sources files: every block of TOML on them is read by what reads such files."""

import base64
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert, json, structs

from sources.asker import Asker
from sources.guard import USUAL, Terms
from sources.http.description import (
    AnswerShape,
    CoverageShape,
    DocumentShape,
    EndpointShape,
    IdentifiersShape,
    PagesShape,
    PartShape,
    SearchShape,
)
from sources.http.fields import FieldShape
from sources.http.mapping import read_mapping
from sources.http.moments import READERS, WRITERS
from sources.http.signing import ISSUER, TYPE, Signer, read_signing_key
from sources.http.templates import template
from sources.merged import Rule
from sources.mix import HttpSystem, OwnDatabase, SystemShape, read_mix
from sources.parts import PARTS
from tests.running.named import key_file, new_key

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r'^```toml(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
MAPPING, SOURCES = ((DOCS / name).read_text("utf-8") for name in ("mapping.md", "sources.md"))
PIECES_OF_SOURCES = {"sources.toml", "guard.toml", "caller.toml"}
MAPPINGS = [text for title, text in BLOCK.findall(MAPPING + SOURCES) if title not in PIECES_OF_SOURCES]

ANY_SYSTEM = "\n".join(
    f'[{part.name}]\nrecord = "ours"\n[{part.name}.get]\npath = "/{{crn}}"\n' for part in PARTS
)


def title(text: str) -> str:
    return next(line for line in text.splitlines() if line.strip()).strip("[]")


def completed(text: str) -> str:
    """A block that shows a piece of a file, with the least that the rest of it needs."""
    if "[customer.record" in text and "[customer.get]" not in text:
        text = f'[customer.get]\npath = "/people/{{crn}}"\n\n[customer.record]\ncrn = "id"\n\n{text}'
    elif "[customer.get]" in text and "[customer.record" not in text:
        text = f'{text}\n[customer.record]\ncrn = "personNumber"\n'
    return text


def test_the_pages_have_the_blocks_that_are_looked_at() -> None:
    assert len(MAPPINGS) == 5
    assert [title for title, _ in BLOCK.findall(SOURCES)] == [
        "sources.toml",
        "guard.toml",
        "caller.toml",
        "crm.toml",
    ]


@pytest.mark.parametrize("text", MAPPINGS, ids=title)
def test_a_mapping_on_the_pages_can_be_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "system.toml"
    file.write_text(completed(text), "utf-8")
    mapping = read_mapping(file)
    assert mapping.parts or mapping.search or mapping.document


def test_the_mappings_on_the_pages_are_complete_where_they_say_so(tmp_path: Path) -> None:
    whole = next(text for title, text in BLOCK.findall(MAPPING) if title)
    (tmp_path / "telephony.toml").write_text(whole, "utf-8")
    (interaction,) = read_mapping(tmp_path / "telephony.toml").parts.values()
    assert None not in [interaction.get, interaction.older, interaction.pages]
    assert interaction.batch is not None
    assert (interaction.batch.size, interaction.asks_since) == (50, True)


def test_the_sources_file_on_the_page_can_be_read(tmp_path: Path) -> None:
    (text,) = (text for title, text in BLOCK.findall(SOURCES) if title == "sources.toml")
    token = tmp_path / "token"
    token.write_text("secret\n", "utf-8")
    for name in ("crm", "archive"):
        more = "[identifiers]" if name == "crm" else "[document]"
        piece = next(piece for piece in MAPPINGS if piece.startswith(more))
        (tmp_path / f"{name}.toml").write_text(ANY_SYSTEM + piece, "utf-8")
    (tmp_path / "sources.toml").write_text(text.replace("/run/secrets/crm", str(token)), "utf-8")

    mix = read_mix(str(tmp_path / "sources.toml"))

    crm = mix.systems["crm"]
    assert isinstance(crm, HttpSystem)
    assert isinstance(mix.systems["own"], OwnDatabase)
    assert (crm.seconds, crm.retention_days, crm.token, crm.most_bytes) == (0.6, 120, "secret", 8_000_000)
    assert {part: mixed.rule for part, mixed in mix.parts.items() if mixed.rule} == {
        "customer": Rule.FIRST,
        "restriction": Rule.STRICTEST,
        "interaction": Rule.UNION,
        "correspondence": Rule.UNION,
    }
    assert (mix.identifiers, mix.search, mix.documents) == (("crm", "own"), "own", "archive")


def test_the_table_of_a_guard_on_the_page_is_what_holds_without_one() -> None:
    (text,) = (text for title, text in BLOCK.findall(SOURCES) if title == "guard.toml")
    told = tomllib.loads(text)["systems"]["crm"]["guard"]
    assert told.keys() == set(Terms.__struct_fields__)
    usual = structs.replace(USUAL, waiting=USUAL.most_waiting, wait_seconds=USUAL.longest_wait)
    assert convert(told, Terms) == usual


def test_what_the_page_says_of_a_system_asked_in_its_callers_name_is_what_is_done(tmp_path: Path) -> None:
    (text,) = (text for title, text in BLOCK.findall(SOURCES) if title == "caller.toml")
    told = convert(tomllib.loads(text)["systems"]["crm"], SystemShape)
    assert told.identity == "caller"
    assert told.signing_key_file is not None
    file = key_file(tmp_path, new_key())
    signer = Signer("crm", read_signing_key(file), file, lambda: datetime.now(UTC))
    head, _, signed = signer.signed(Asker("STAFF", "officer-1", "agency", "CASE_WORK")).partition(".")
    claims = signed.partition(".")[0]
    for name in (*_names(head), *_names(claims)):
        assert f"`{name}`" in SOURCES, f"docs/sources.md does not tell of `{name}`"
    assert f"`{TYPE}`" in SOURCES
    assert f"`{ISSUER}`" in SOURCES


def _names(part: str) -> list[str]:
    return list(json.decode(base64.urlsafe_b64decode(part + "==")))


SHAPES: list[Any] = [
    EndpointShape,
    AnswerShape,
    CoverageShape,
    PagesShape,
    PartShape,
    IdentifiersShape,
    SearchShape,
    DocumentShape,
]


@pytest.mark.parametrize("shape", [*SHAPES, FieldShape], ids=lambda shape: shape.__name__)
def test_every_key_of_a_mapping_file_is_on_the_page(shape: Any) -> None:
    for name in shape.__struct_fields__:
        assert re.search(rf"\b{name}\b", MAPPING), f"docs/mapping.md does not tell of `{name}`"


def test_every_key_of_a_sources_file_and_every_rule_is_on_the_page() -> None:
    for name in (*SystemShape.__struct_fields__, *(rule.value for rule in Rule)):
        assert re.search(rf"\b{name}\b", SOURCES), f"docs/sources.md does not tell of `{name}`"


def test_every_form_of_a_time_is_on_the_page() -> None:
    for name in (*READERS, *WRITERS):
        assert f"`{name}`" in MAPPING
        if name in WRITERS:
            template(f"{{since:{name}}}", {"since"})
