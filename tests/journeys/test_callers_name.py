"""A system that is asked in its caller's name: it can check whose, and what it told one caller no other is shown."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from gateway.joined import Gateway
from gateway.settings import USUAL_PURPOSES, Settings
from resolvers.admission import Admission
from resolvers.caller import Caller
from sandbox.upstreams.running import running
from sources.crn import Crn
from sources.errors import SourceUnavailable
from sources.http.calls import Call
from sources.http.token import BETWEEN
from sources.parts import INTERACTION
from sources.parts.interaction import SourceRef
from sources.source import EVERYTHING
from tests.people import OFFICER
from tests.running import NOON, Gate, serving
from tests.running.named import (
    Teller,
    askers,
    checked,
    in_callers_name,
    key_file,
    new_key,
    with_teller,
)
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.policies import unwatched
from tests.running.services import served_by_systems, sources_file, told_by_town
from tests.running.valkey import valkey
from tests.sources.http.json_system import JsonSystem, json_system
from tests.sources.specimens import crns

TITLES = "query($crn: CRN!) { customer(crn: $crn) { interactions { edges { node { title } } } } }"
OFFICERS = [structs.replace(OFFICER, id=f"officer-{number}") for number in (1, 2, 3)]
PEOPLE = crns(40)


@pytest.mark.parametrize("kind", ["ed", "ec"])
async def test_a_system_can_check_in_whose_name_it_is_asked(kind: str, tmp_path: Path) -> None:
    key = new_key(kind)
    key_file(tmp_path, key)
    text = in_callers_name("services/interactions.toml")
    async with served_by_systems(tmp_path, *everything_of(ANNE, NOON), text=text) as (gate, systems):
        requests = {}
        for persona in ("officer", "centre", "partner"):
            answer = await gate.ask(TITLES, persona, crn=ANNE)
            assert answer.data["customer"]["interactions"]["edges"]
            requests[answer.headers["x-request-id"]] = persona
        told = [checked(call["on_behalf_of"], key) for call in systems.calls("interaction").log]
        assert {(one["kind"], one["sub"], one["organisation"], one["purpose"]) for _, one in told} == {
            ("STAFF", "officer-1", "agency", "CUSTOMER_CONTACT"),
            ("STAFF", "officer-2", "agency", "CUSTOMER_CONTACT"),
            ("PARTNER", "partner-1", "employment-provider", "AGREEMENT"),
        }
        assert {one["jti"] for _, one in told} == set(requests)
        for head, claims in told:
            assert (head["typ"], head["alg"]) == ("on-behalf-of+jwt", {"ed": "EdDSA", "ec": "ES256"}[kind])
            assert (claims["iss"], claims["aud"]) == ("customer-overview-gateway", "interactions")
            assert claims["iat"] == NOON.timestamp()
            assert 0 < claims["exp"] - claims["iat"] <= 60
        others = [call for name in ("customer", "debt") for call in systems.calls(name).log]
        assert others
        assert not any("on_behalf_of" in call for call in others)


async def admitted(gateway: Gateway, caller: Caller, owner: Crn) -> Admission:
    """What a request of its own is let in to."""
    loaders = gateway.scope("r-1", caller, USUAL_PURPOSES[caller.kind]).loaders
    return (await loaders.admit([owner], [INTERACTION]))[owner]


async def test_batches_never_mix_callers(tmp_path: Path) -> None:
    """Thirty requests at once, of three callers, of whom two ask about the same ten customers."""
    key = new_key()
    key_file(tmp_path, key)
    text, free = in_callers_name("services/interactions.toml"), unwatched(tmp_path / "policy.toml")
    everybody = [record for owner in PEOPLE[:20] for record in everything_of(owner, NOON)]
    theirs = dict(zip(OFFICERS, (PEOPLE[:10], PEOPLE[:10], PEOPLE[10:20]), strict=True))
    async with served_by_systems(tmp_path, *everybody, text=text, policy_file=free) as (gate, systems):
        asking = [(caller, owner) for caller, owners in theirs.items() for owner in owners]
        asking.sort(key=lambda one: one[1])  # callers ask in turns
        admissions = await asyncio.gather(*(admitted(gate.gateway, *one) for one in asking))
        for (_, owner), admission in zip(asking, admissions, strict=True):
            assert {item.crn for item in admission.parts[INTERACTION.name].value.record.items} == {owner}
        calls = systems.calls("interaction").log
        asked = Counter(
            (checked(one["on_behalf_of"], key)[1]["sub"], crn) for one in calls for crn in one["crns"]
        )
        assert asked == Counter((caller.id, owner) for caller, owners in theirs.items() for owner in owners)
        assert len(calls) < 30, "each caller's own questions still go out together"
        assert systems.calls("customer").by_crn == Counter(PEOPLE[:20]), "what all may share is asked once"


class Told(NamedTuple):
    """Gateways in front of a system that tells each caller something else."""

    gates: list[Gate]
    teller: Teller
    system: JsonSystem

    async def title(self, persona: str, gate: int = 0, crn: str = ANNE) -> Any:
        (edge,) = (await self.gates[gate].ask(TITLES, persona, crn=crn)).data["customer"]["interactions"][
            "edges"
        ]
        return edge["node"]["title"]

    @property
    def asked(self) -> list[str]:
        """In whose name the system was asked since the last look."""
        found = [sub for sub, _ in askers(self.system, self.teller.key)]
        self.system.asked.clear()
        return found


@asynccontextmanager
async def told_apart(folder: Path, gateways: int = 1, **more: Any) -> AsyncIterator[Told]:
    teller, ages = Teller(new_key()), more.pop("ages", None)
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(json_system(teller.answers))
        records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
        systems = await stack.enter_async_context(running(told_by_town(records)))
        gates = []
        for number in range(gateways):
            home = folder / str(number)
            home.mkdir()
            key_file(home, teller.key)
            where = {**systems.addresses, "interaction": system.address}
            settings = Settings(
                home=home,
                sources=str(sources_file(home, where, with_teller(home))),
                keyring_file=folder / "keyring.json",
                **more,
            )
            gates.append(await stack.enter_async_context(serving(home, settings=settings, ages=ages)))
        yield Told(gates, teller, system)


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


class Ages:
    """What the age of what is kept is counted by."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


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


async def test_who_may_not_know_costs_nobody_else_anything(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        told.teller.refuses = {"officer-2"}
        refused = await told.gates[0].ask(TITLES, "centre", crn=ANNE)
        assert refused.at("customer", "interactions") == "SOURCE_UNAVAILABLE"
        assert await told.title("officer") == "Told to officer-1, 1"
        admission = await admitted(told.gates[0].gateway, OFFICERS[1], ANNE)
        fault = admission.parts[INTERACTION.name].value
        assert (type(fault), fault.reason) == (SourceUnavailable, "caller")
        assert "source.auth_failed" not in [line.event for line in told.gates[0].log]


async def test_a_key_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        assert await told.title("officer") == "Told to officer-1, 1"
        told.teller.key = new_key("ec")
        told.system.asked.clear()
        refused = await told.gates[0].ask(TITLES, crn=BORIS)
        assert refused.at("customer", "interactions") == "SOURCE_UNAVAILABLE"
        assert "source.auth_failed" in [line.event for line in told.gates[0].log]
        key_file(tmp_path / "0", told.teller.key)
        await asyncio.sleep(BETWEEN)
        told.system.asked.clear()
        assert await told.title("officer", crn=BORIS) == "Told to officer-1, 1"
        assert len(told.system.asked) == 2, "once with the old key, and then with the new one"


async def test_the_callers_own_token_is_never_sent_on(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        await told.title("officer")
        (asked,) = told.system.asked
        sent = " ".join(asked.headers.values())
        assert "authorization" not in asked.headers
        assert told.gates[0].token("officer").split(".")[-1] not in sent


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


async def test_asked_for_nobody_it_is_a_fault_and_no_call(tmp_path: Path) -> None:
    async with told_apart(tmp_path) as told:
        source = told.gates[0].gateway.neighbours.sources[INTERACTION.name]
        for asking in (source.fetch([ANNE]), source.page(ANNE, EVERYTHING, None, 10)):
            with pytest.raises(SourceUnavailable) as raised:
                await asking
            assert raised.value.reason == "nobody"
        bare = told.gates[0].gateway.assembly.upstreams["interactions"]
        with pytest.raises(SourceUnavailable) as raised:
            await bare.read(Call("GET", f"/calls/{ANNE}"))
        assert raised.value.reason == "nobody"
        assert told.system.asked == []
