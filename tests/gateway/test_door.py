"""The door: whose token is good, why a record is opened, and what a production profile does not know."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from resolvers.access import PURPOSES
from resolvers.caller import CallerKind, Purpose
from tests.running import Gate, codes, serving
from tests.running.people import ANNE, person

WHO = "{ viewer { id } }"
ONE = "query($crn: CRN!) { customer(crn: $crn) { crn } }"
SCHEMA = '{ __schema { types { name } } __type(name: "Customer") { name } }'


class Asking(Settings):
    """Settings of a deployment in which every request says why."""

    def purpose(self, kind: CallerKind) -> Purpose | None:
        return self.default_purpose


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("door"), person(ANNE)) as serves:
        yield serves


def production(folder: Path) -> Settings:
    settings = Settings(profile=Profile.PRODUCTION, home=folder)
    open_keyring(settings.keyring, make=True)
    return settings


TOKENS = {
    "none": "",
    "no scheme": "{}",
    "another scheme": "Basic {}",
    "nothing": "Bearer",
    "garbage": "Bearer garbage",
    "not ASCII": "Bearer \xe9",
    "two": "Bearer {0} {0}",
    "one cut short": "Bearer {}-",
    "a very long one": "Bearer " + "A" * 20_000,
    "a persona's name": "Bearer officer",
}


@pytest.mark.parametrize("kind", TOKENS)
async def test_without_a_good_token_nothing_is_said(kind: str, gate: Gate) -> None:
    given = TOKENS[kind].format(gate.token())
    answer = await gate.ask(ONE, headers={"authorization": given}, crn=ANNE)
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_no_header_at_all_is_no_token(gate: Gate) -> None:
    answer = await gate.send("POST", "/graphql", b"{}", {"content-type": "application/json"})
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")


async def test_a_token_ends_when_its_hours_are_over(tmp_path: Path) -> None:
    async with serving(tmp_path) as gate:
        headers = {"authorization": f"Bearer {gate.token(hours=1)}"}
        gate.hands.now += timedelta(minutes=59, seconds=59)
        assert (await gate.ask(WHO, headers=headers)).data
        gate.hands.now += timedelta(seconds=1)
        assert (await gate.ask(WHO, headers=headers)).status == 401


async def test_a_token_of_another_keyring_is_none(gate: Gate, tmp_path: Path) -> None:
    async with serving(tmp_path) as other:
        assert (await gate.ask(WHO, headers={"authorization": f"Bearer {other.token()}"})).status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_may_be_written_in_any_case(scheme: str, gate: Gate) -> None:
    assert (await gate.ask(WHO, headers={"authorization": f"{scheme} {gate.token()}"})).data


async def test_a_production_profile_knows_no_persona(tmp_path: Path) -> None:
    async with serving(tmp_path, settings=production(tmp_path)) as gate:
        for persona in ("officer", "partner", "dashboard"):
            assert (await gate.ask(WHO, persona)).status == 401


async def test_an_embedded_gateway_describes_itself(gate: Gate) -> None:
    assert (await gate.ask(SCHEMA)).data["__type"] == {"name": "Customer"}
    assert "Did you mean" in (await gate.ask("{ viewr { id } }")).text


@pytest.mark.parametrize("reason", [*sorted(PURPOSES[CallerKind.STAFF]), "customer_contact"])
async def test_a_reason_goes_on_record(reason: str, tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE)) as gate:
        assert (await gate.ask(ONE, headers={"x-access-reason": reason}, crn=ANNE)).data["customer"]
        (event,) = gate.journal
        assert event["purpose"] == reason.upper()


@pytest.mark.parametrize("reason", ["", "CURIOSITY", ANNE, "CASE_WORK, COMPLAINT", "x" * 5000])
async def test_a_reason_that_is_none_is_refused_and_not_repeated(reason: str, gate: Gate) -> None:
    answer = await gate.ask(ONE, headers={"x-access-reason": reason}, crn=ANNE)
    assert (answer.status, answer.refusal) == (400, "BAD_USER_INPUT")
    assert len(reason) < 3 or reason not in answer.text.replace("CASE_WORK, CORRESPONDENCE", "")


async def test_where_every_request_says_why_one_that_does_not_sees_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE), settings=Asking(home=tmp_path)) as gate:
        for document in (ONE, "query($crn: CRN!) { customers(crns: [$crn]) { crn } }"):
            answer = await gate.ask(
                document, headers={"accept": "application/graphql-response+json"}, crn=ANNE
            )
            assert codes(answer) == ["REASON_REQUIRED"]
            assert answer.status == 403
        by_can = '{ customerBy(identifier: {can: "1"}) { id } }'
        assert codes(await gate.ask(by_can)) == ["REASON_REQUIRED"]
        assert (await gate.ask(ONE, headers={"x-access-reason": "CASE_WORK"}, crn=ANNE)).data["customer"]
        assert [event["action"] for event in gate.journal] == ["deny", "deny", "deny", "view"]
