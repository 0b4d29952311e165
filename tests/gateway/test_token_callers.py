"""Whom the tokens of issuers let in: what the claims say, and nothing that anybody else says."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.auth import Shown
from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from resolvers.caller import Caller, CallerKind, Presentation
from tests.running import NOON, Answer, Gate, codes, serving
from tests.running.issuing import NOW, STAFF, Issuing, issuing, made, trusting
from tests.running.people import ANNE, person

WHO = "{ viewer { kind id organisation roles scopes presentation } }"


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuing]:
    async with issuing() as one:
        yield one


@pytest.fixture(scope="module")
async def gate(issuer: Issuing, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    more = f'{STAFF}\n[issuers.staff.claims]\nown_crns = "mine"'
    async with trusting(tmp_path_factory.mktemp("callers"), issuer, person(ANNE), more=more) as serves:
        yield serves


async def shown(gate: Gate, token: str, **headers: str) -> Answer:
    return await gate.ask(WHO, headers={"authorization": f"Bearer {token}".strip(), **headers})


async def caller(gate: Gate, token: str) -> Caller:
    found = await gate.gateway.authenticator.proof(Shown((f"Bearer {token}",)))
    assert found is not None
    return found.caller


async def test_a_caller_is_what_the_claims_say(gate: Gate, issuer: Issuing) -> None:
    token = issuer.token(presentation="service_centre", roles="a b", mine=[ANNE.lower()], scope="")
    assert await caller(gate, token) == Caller(
        CallerKind.STAFF,
        "officer-77",
        "agency",
        ("a", "b"),
        frozenset(),
        Presentation.SERVICE_CENTRE,
        frozenset({ANNE}),
        assurance="AAL2",
    )
    assert (await caller(gate, issuer.token(acr=None))).assurance is None


async def test_an_officer_does_not_open_the_own_record(gate: Gate, issuer: Issuing) -> None:
    asked = "query($crn: CRN!) { customer(crn: $crn) { crn } }"
    for mine, opened in ((None, True), ([ANNE], False)):
        token = issuer.token(mine=mine, scope="customer:read crn:read")
        answer = await gate.ask(asked, headers={"authorization": f"Bearer {token}"}, crn=ANNE)
        assert ("errors" not in answer.body) == opened


async def test_claims_can_have_other_names_and_say_the_kind(tmp_path: Path) -> None:
    names = 'typ = "JWT"\n[issuers.staff.claims]\nid = "uid"\nkind = "for"\norganisation = "org"\nscopes = "scp"\n'
    more = names + 'roles = "https://example.org/roles"\nassurance = "loa"\nown_crns = "mine"'
    async with issuing() as issuer, trusting(tmp_path, issuer, more=more) as gate:
        told: dict[str, Any] = {
            "uid": "u",
            "org": "provider",
            "scp": ["debts:read"],
            "mine": [ANNE],
            "loa": "3",
        }
        told["https://example.org/roles"] = ["partner"]
        for word, kind in (("partner", CallerKind.PARTNER), ("Service", CallerKind.SERVICE)):
            found = await caller(gate, issuer.token({"typ": "JWT"}, **{**told, "for": word}))
            assert (found.kind, found.id, found.organisation, found.roles) == (
                kind,
                "u",
                "provider",
                ("partner",),
            )
            assert (set(found.scopes), found.assurance) == ({"debts:read"}, "3")
            assert found.own_crns == (frozenset() if kind is CallerKind.PARTNER else {ANNE})
        wrong: list[dict[str, Any]] = [
            {"for": "citizen"},
            {"for": None},
            {"for": 1},
            {"for": "staff", "org": 1},
        ]
        for claims in wrong:
            token = issuer.token({"typ": "JWT"}, **{**told, **claims})
            assert (await shown(gate, token)).status == 401


async def test_a_claim_is_found_by_its_name_and_else_by_its_path(tmp_path: Path) -> None:
    names = 'roles = "realm_access.roles"\nscopes = "a.b.c"\nassurance = "https://example.org/loa"'
    more = f"{STAFF}\n[issuers.staff.claims]\n{names}"
    nested: dict[str, Any] = {
        "realm_access": {"roles": ["deep"]},
        "a": {"b": {"c": "crn:read"}},
        "https://example.org/loa": "3",
        "roles": ["usual"],
        "scope": None,
    }
    async with issuing() as issuer, trusting(tmp_path, issuer, more=more) as gate:
        found = await caller(gate, issuer.token(**nested))
        assert (found.roles, set(found.scopes), found.assurance) == (("deep",), {"crn:read"}, "3")
        whole: dict[str, Any] = {"realm_access.roles": ["whole"]}
        assert (await caller(gate, issuer.token(**nested, **whole))).roles == ("whole",)
        without: list[Any] = [{}, {"roles": None}, {"role": ["x"]}, [], "roles"]
        for less in without:
            assert (await caller(gate, issuer.token(**{**nested, "realm_access": less}))).roles == ()
        for wrong in ({"roles": {"x": 1}}, {"roles": [1]}):
            assert (await shown(gate, issuer.token(**{**nested, "realm_access": wrong}))).status == 401
        assert (await shown(gate, issuer.token(**{**nested, "a": {"b": "crn:read"}}))).status == 401


async def test_client_session_and_log_in_are_what_the_token_says(gate: Gate, issuer: Issuing) -> None:
    plain = await caller(gate, issuer.token())
    assert (plain.client, plain.session, plain.authenticated_at) == (None, None, None)
    told: dict[str, Any] = {"client_id": "desk", "azp": "other", "sid": "s-1", "auth_time": NOW - 90.5}
    full = await caller(gate, issuer.token(**told))
    assert (full.client, full.session) == ("desk", "s-1")
    assert full.authenticated_at == NOON - timedelta(seconds=90.5)
    assert (await caller(gate, issuer.token(azp="other"))).client == "other"
    wrong: list[dict[str, Any]] = [
        {"client_id": 1},
        {"azp": ["x"]},
        {"sid": ""},
        {"auth_time": "now"},
        {"auth_time": True},
        {"auth_time": -1e11 + 1},
        {"auth_time": 1e300},
        {"auth_time": NOW + 31},
    ]
    for claims in wrong:
        assert (await shown(gate, issuer.token(**claims))).status == 401


async def test_a_client_that_has_a_claim_of_its_own_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    more = f'{STAFF}\n[issuers.staff.claims]\nclient = "app.id"\nsession = "jti"\nauthenticated_at = "at"'
    async with issuing() as issuer, trusting(tmp_path, issuer, more=more) as gate:
        found = await caller(gate, issuer.token(app={"id": "desk"}, jti="j", at=NOW, azp="x", sid="y"))
        assert (found.client, found.session, found.authenticated_at) == ("desk", "j", NOON)
        assert (await caller(gate, issuer.token(azp="x", client_id="y"))).client is None


async def test_an_officer_does_not_open_a_record_of_somebody_close(tmp_path: Path) -> None:
    asked = "query($crn: CRN!) { customer(crn: $crn) { crn } }"
    more = f'{STAFF}\n[issuers.staff.claims]\ndeclared_crns = "close.crns"'
    async with issuing() as issuer, trusting(tmp_path, issuer, person(ANNE), more=more) as gate:
        for close, code in ((None, None), ([ANNE.lower()], "CONFLICT_OF_INTEREST")):
            token = issuer.token(close={"crns": close}, scope="customer:read crn:read")
            answer = await gate.ask(asked, headers={"authorization": f"Bearer {token}"}, crn=ANNE)
            assert codes(answer) == [code] * (code is not None)
        assert (await caller(gate, issuer.token(close={"crns": [ANNE]}))).declared_crns == {ANNE}
        assert (await shown(gate, issuer.token(close={"crns": ["12"]}))).status == 401


async def test_one_issuers_key_signs_nothing_for_another(tmp_path: Path) -> None:
    async with issuing() as one, issuing() as two:
        other = f'{STAFF}\n[issuers.two]\nissuer = "https://two.example"\njwks = "{two.address}/keys"\n'
        two.publish([("two", made("rsa", 2))])
        more = other + 'audiences = ["overview"]\nkind = "service"\norganisation = "agency"'
        async with trusting(tmp_path, one, more=more) as gate:
            good = two.token({"kid": "two"}, made("rsa", 2), iss="https://two.example")
            assert (await caller(gate, good)).kind is CallerKind.SERVICE
            for name in ("two", "rsa"):
                assert (await shown(gate, two.token({"kid": name}, made("rsa", 2)))).status == 401


async def test_two_tokens_on_one_connection_are_two_callers(gate: Gate, issuer: Issuing) -> None:
    for name in ("officer-1", "officer-2", "officer-1"):
        assert (await shown(gate, issuer.token(sub=name))).data["viewer"]["id"] == name
    assert (await shown(gate, "")).status == 401


async def test_two_tokens_in_one_request_are_nobodys(gate: Gate, issuer: Issuing) -> None:
    shown_twice = [
        ("authorization", f"Bearer {issuer.token(sub=name)}") for name in ("officer-1", "officer-2")
    ]
    sent = [*shown_twice, ("content-type", "application/json")]
    answer = await gate.client.post("/graphql", json={"query": WHO}, headers=sent)
    assert answer.status_code == 401


async def test_headers_that_claim_to_be_somebody_change_nothing(gate: Gate, issuer: Issuing) -> None:
    claimed = dict.fromkeys(("x-role", "x-user", "x-forwarded-user", "x-scopes", "x-crn"), "admin debts:read")
    plain = (await shown(gate, issuer.token())).text
    assert (await shown(gate, issuer.token(), **claimed)).text == plain
    assert (await shown(gate, "", **claimed)).status == 401


async def test_personas_go_on_beside_issuers_where_they_exist(gate: Gate) -> None:
    assert (await gate.ask(WHO)).data["viewer"]["id"] == "officer-1"


def production(folder: Path, issuers: Path | None = None) -> Settings:
    settings = Settings(profile=Profile.PRODUCTION, home=folder, issuers_file=issuers)
    open_keyring(settings.keyring, make=True)
    return settings


async def test_a_production_profile_takes_issuers_tokens_alone(tmp_path: Path) -> None:
    async with issuing() as issuer:
        settings = production(tmp_path, issuer.file(tmp_path))
        async with serving(tmp_path, settings=settings) as gate:
            assert (await shown(gate, issuer.token())).data["viewer"]["id"] == "officer-77"
            assert (await gate.ask(WHO, "officer")).status == 401


async def test_a_production_profile_without_issuers_starts_and_lets_nobody_in(tmp_path: Path) -> None:
    async with issuing() as issuer, serving(tmp_path, settings=production(tmp_path)) as gate:
        assert (await shown(gate, issuer.token())).status == 401
        assert (await gate.send("GET", "/health/live", b"", {})).status == 200
