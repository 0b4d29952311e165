"""A system that is asked in its caller's name can check whose it is, and a caller who may not know costs no other."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from sources.errors import SourceUnavailable
from sources.http.calls import Call
from sources.http.token import BETWEEN
from sources.parts import INTERACTION
from sources.source import EVERYTHING
from tests.running import NOON
from tests.running.named import (
    checked,
    in_callers_name,
    key_file,
    new_key,
)
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.policies import unwatched
from tests.running.services import served_by_systems
from tests.running.told_apart import OFFICERS, TITLES, admitted, told_apart
from tests.sources.specimens import crns

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
