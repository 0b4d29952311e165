"""What a system told one caller no other is shown: not at once, not later, not by another gateway."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from msgspec import structs

from gateway.settings import USUAL_PURPOSES
from resolvers.access import Verdict
from sources.parts import INTERACTION
from sources.parts.interaction import SourceRef
from sources.source import EVERYTHING
from tests.running import NOON
from tests.running.named import (
    Teller,
    checked,
    in_callers_name,
    key_file,
    new_key,
    with_teller,
)
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.services import served_by_systems
from tests.running.told_apart import OFFICERS, TITLES, admitted, told_apart
from tests.running.valkey import valkey
from tests.sources.http.json_system import json_system


class Ages:
    """What the age of what is kept is counted by."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_what_one_caller_was_told_no_other_is_shown(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        for turn, asked in enumerate((["officer-1", "officer-2", "partner-1"], []), 1):
            assert await told.title("officer") == "Told to officer-1, 1"
            assert await told.title("centre") == "Told to officer-2, 1"
            assert await told.title("partner") == "Told to partner-1, 1"
            assert told.asked == asked, f"turn {turn}: what is kept is kept for each"


async def test_callers_who_ask_at_the_same_moment_are_each_told_their_own(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        personas = {"officer": "officer-1", "centre": "officer-2", "partner": "partner-1"}
        titles = await asyncio.gather(*(told.title(persona) for persona in personas for _ in range(10)))
        assert titles == [f"Told to {sub}, 1" for sub in personas.values() for _ in range(10)]
        assert sorted(told.asked) == sorted(personas.values()), "who asks alone shares with himself"


@pytest.mark.parametrize("sealed", [True, False], ids=["encrypted", "as it is"])
async def test_a_shared_cache_keeps_callers_apart_as_well(sealed: bool, tmp_path: Path) -> None:
    with valkey() as shared:
        async with told_apart(tmp_path, 2, redis_url=shared.url, cache_sealed=sealed) as told:
            assert await told.title("officer") == "Told to officer-1, 1"
            told.teller.turn = 2
            assert await told.title("centre", 1) == "Told to officer-2, 2"
            assert await told.title("officer", 1) == "Told to officer-1, 1", "by what the other gateway read"
            assert told.asked == ["officer-1", "officer-2"]
            keys = [key for key in shared.keys if ":interaction:interactions:" in key]
            assert len(keys) == 2
            assert not any(name in key for key in shared.keys for name in ("officer-1", "agency", ANNE))
            assert await told.gates[0].gateway.neighbours.cache.invalidate(ANNE)
            for persona, gate in (("officer", 0), ("centre", 0)):
                assert str(await told.title(persona, gate)).endswith("2"), (
                    "an invalidation reaches all callers"
                )
            assert told.asked == ["officer-1", "officer-2"]


async def test_when_the_system_fails_nobody_is_shown_what_another_was_told(tmp_path: Path) -> None:
    ages = Ages()
    async with told_apart(tmp_path, ages=ages) as told:
        await told.title("officer")
        told.teller.away, ages.now = True, 60.0
        mine = (await told.gates[0].ask(TITLES, "officer", crn=ANNE)).partial["customer"]["interactions"]
        assert mine["edges"][0]["node"]["title"] == "Told to officer-1, 1", "stale, and his own"
        theirs = await told.gates[0].ask(TITLES, "centre", crn=ANNE)
        assert theirs.at("customer", "interactions") == "SOURCE_UNAVAILABLE"
        assert "officer-1" not in theirs.text


async def test_what_grows_old_is_read_again_in_the_name_of_who_was_shown_it(tmp_path: Path) -> None:
    ages = Ages()
    async with told_apart(tmp_path, ages=ages) as told:
        await told.title("officer")
        await told.title("centre")
        told.asked.clear()
        told.system.asked.clear()
        told.teller.turn, ages.now = 2, 60.0
        assert await told.title("centre") == "Told to officer-2, 1"
        await told.system.reached()
        assert told.asked == ["officer-2"]


async def test_a_part_that_several_systems_tell_is_each_callers_own(tmp_path: Path) -> None:
    text = with_teller(tmp_path).replace(
        'interaction = "interactions"', 'interaction = { systems = ["interactions", "own"], rule = "union" }'
    )
    key, own = new_key(), everything_of(ANNE, NOON)[1]
    key_file(tmp_path, key)
    own = structs.replace(own, title="Told by the database", source=SourceRef("archive", "77"))
    teller = Teller(key)
    async with (
        json_system(teller.answers) as system,
        served_by_systems(
            tmp_path,
            *everything_of(ANNE, NOON),
            text=f"[systems.own]\ndatabase = true\n{text}",
            elsewhere={"interaction": system.address},
        ) as (gate, _),
    ):
        await gate.tell(own)
        for persona, sub in {"officer": "officer-1", "centre": "officer-2"}.items():
            answer = await gate.ask(TITLES, persona, crn=ANNE)
            edges = answer.data["customer"]["interactions"]["edges"]
            assert {edge["node"]["title"] for edge in edges} == {
                "Told by the database",
                f"Told to {sub}, 1",
            }


async def test_older_pages_are_each_callers_own_too(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        gateway = told.gates[0].gateway
        for officer in OFFICERS[:2]:
            loaders = gateway.scope("r-1", officer, USUAL_PURPOSES[officer.kind]).loaders
            await loaders.admit([ANNE], [INTERACTION])
            page = await loaders.page(ANNE, INTERACTION, EVERYTHING, None, 10)
            assert [item.title for item in page.items] == [f"Told to {officer.id}, 1"]


async def test_what_officers_own_records_say_is_read_in_each_ones_own_name(tmp_path: Path) -> None:
    """Two log-ins of one person: elsewhere it is remembered by the person's number who is close to it."""
    key = new_key()
    key_file(tmp_path, key)
    text = in_callers_name("services/customers.toml")
    text = text.replace('identifiers = "customers"\n', "").replace('search = "customers"\n', "")
    records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    async with served_by_systems(tmp_path, *records, text=text) as (gate, systems):
        for officer in OFFICERS[:2]:
            own = structs.replace(officer, own_crns=frozenset({BORIS}))
            assert (await admitted(gate.gateway, own, ANNE)).decision.verdict is Verdict.OPEN
        asked = Counter(
            (checked(call["on_behalf_of"], key)[1]["sub"], crn)
            for call in systems.calls("customer").log
            for crn in call["crns"]
        )
        assert asked == Counter((one.id, crn) for one in OFFICERS[:2] for crn in (ANNE, BORIS))
