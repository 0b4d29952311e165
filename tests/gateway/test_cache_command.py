"""`overview cache purge`: it reaches what gateways share, says so where they share nothing, and is on record."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.cache import cache
from gateway.settings import Settings
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS
from tests.running.stale import changes, named, shown
from tests.running.valkey import Shared, valkey

NOWHERE = "redis://127.0.0.1:9/0"


@pytest.fixture
def shared() -> Iterator[Shared]:
    with valkey() as server:
        yield server


@pytest.fixture
async def gate(tmp_path: Path, shared: Shared) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, redis_url=shared.url)
    async with serving(tmp_path, named(ANNE, "Old"), named(BORIS, "Old"), settings=settings) as serves:
        yield serves


def said(home: Path, *words: str, url: str | None = None, typed: str = "") -> Result:
    told = {"OVERVIEW_HOME": str(home)} | ({"OVERVIEW_REDIS_URL": url} if url is not None else {})
    return CliRunner(env=told).invoke(cache, ("purge", *words), input=typed)


def journal(home: Path) -> list[dict[str, Any]]:
    file = home / "audit.ndjson"
    lines = file.read_bytes().splitlines() if file.exists() else []
    return [one for one in map(json.loads, lines) if one["action"] == "purge"]


@pytest.mark.parametrize(
    ("words", "typed", "new"),
    [
        (("--crn",), f"{ANNE}\n", {ANNE}),
        (("--crn", "--part", "customer"), f"{ANNE.lower()}\n", {ANNE}),
        (("--crn", "--part", "debt"), f"{ANNE}\n", set()),
        (("--system", "sql", "--yes"), "", {ANNE, BORIS}),
        (("--all", "--yes"), "", {ANNE, BORIS}),
        (("--all",), "", set()),
    ],
    ids=["a customer", "a part", "another part", "a system", "all", "not meant"],
)
async def test_a_gateway_that_serves_shows_what_is_new_after_the_command(
    words: tuple[str, ...], typed: str, new: set[str], gate: Gate, shared: Shared, tmp_path: Path
) -> None:
    await changes(gate, "New", ANNE, BORIS)
    result = await asyncio.to_thread(said, tmp_path, *words, url=shared.url, typed=typed)
    assert (result.exit_code, ANNE in result.output.replace(typed, "")) == (int("--all" in words[-1:]), False)
    await asyncio.sleep(0 if new else 0.5)  # what is not to come has time to come
    for _ in range(200):
        if (seen := {who for who in (ANNE, BORIS) if await shown(gate, who) == "New"}) == new:
            break
        await asyncio.sleep(0.02)
    assert seen == new
    assert len(journal(tmp_path)) == (result.exit_code == 0)


def test_where_gateways_share_nothing_it_says_what_to_do_instead(tmp_path: Path) -> None:
    for words in (("--crn",), ("--system", "sql", "--yes"), ("--all", "--yes")):
        result = said(tmp_path, *words, typed=f"{ANNE}\n")
        assert result.exit_code == 1
        assert "share no cache" in result.stderr
        assert "purgeCache" in result.stderr
    assert journal(tmp_path) == []


def test_where_the_shared_cache_cannot_be_reached_it_says_that_nothing_was_purged(tmp_path: Path) -> None:
    result = said(tmp_path, "--all", "--yes", url=NOWHERE)
    assert (result.exit_code, "could not be reached" in result.stderr) == (1, True)


def test_it_goes_on_record_first_and_names_nobody_in_the_open(tmp_path: Path, shared: Shared) -> None:
    assert said(tmp_path, "--crn", "--part", "debt", url=shared.url, typed=f"{ANNE}\n").exit_code == 0
    assert said(tmp_path, "--all", "--yes", url=shared.url).exit_code == 0
    one, everything = journal(tmp_path)
    assert (one["actor"]["kind"], one["subject"], bool(one["customer"])) == ("OPERATOR", "part debt", True)
    assert (everything["subject"], everything["customer"]) == ("everything", "")
    assert ANNE not in (tmp_path / "audit.ndjson").read_text("utf-8")
    (tmp_path / "audit.ndjson").unlink()
    (tmp_path / "audit.ndjson").mkdir()
    refused = said(tmp_path, "--all", "--yes", url=shared.url)
    assert (refused.exit_code, "nothing was purged" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "Say what to purge"),
        (("--part", "debt"), "Say what to purge"),
        (("--crn", "--all"), "Say what to purge"),
        (("--system", "sql", "--part", "debt", "--yes"), "Say what to purge"),
        (("--crn", "--part", "gossip"), "A part is one of customer"),
        (("--system", "oracle", "--yes"), "No system of this name"),
        (("--crn",), "CRN"),
    ],
)
def test_what_is_not_clear_purges_nothing(
    words: tuple[str, ...], complaint: str, tmp_path: Path, shared: Shared
) -> None:
    typed = f"{ANNE}\n" if len(words) > 1 else "Quintessential\n"
    result = said(tmp_path, *words, url=shared.url, typed=typed)
    assert (result.exit_code, complaint in result.stderr) == (2, True), result.output
    assert journal(tmp_path) == []
