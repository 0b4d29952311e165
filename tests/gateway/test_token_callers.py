"""Whom the tokens of issuers let in: what the claims say, and nothing that anybody else says."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.auth import Shown
from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from resolvers.caller import Caller, CallerKind, Presentation
from tests.running import Answer, Gate, serving
from tests.running.issuing import STAFF, Issuing, issuing, made, trusting
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
