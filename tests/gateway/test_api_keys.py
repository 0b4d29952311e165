"""API keys at the door: whom they let in, each way in which one is not good, and that nobody is told why."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.auth import Reason, Shown
from gateway.auth.api_keys import is_within
from gateway.auth.key_form import ALPHABET, mint, read
from gateway.keyring import open_keyring
from gateway.rotation import retire, rotate
from gateway.settings import Profile, Settings
from resolvers.caller import Caller, CallerKind
from sources.ledger import KeyStore
from tests.running import Answer, Gate, serving
from tests.running.keys import key_for, shown

NOTHING = "A valid token or key is needed."


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("keys")) as serves:
        yield serves


async def test_a_key_lets_its_caller_in(gate: Gate) -> None:
    text, key = await key_for(gate, caller="partner-x", quota=7, scopes=("overview:read", "no:such"))
    assert (await shown(gate, text)).data["viewer"] == {
        "kind": "PARTNER",
        "id": "partner-x",
        "organisation": "provider",
        "roles": ["partner"],
        "scopes": ["overview:read"],
    }
    proof = await gate.gateway.authenticator.proof(Shown(api_keys=(text,), peer="192.0.2.1"))
    assert proof is not None
    scopes = frozenset({"overview:read"})
    assert proof.caller == Caller(
        CallerKind.PARTNER, "partner-x", "provider", ("partner",), scopes, client=f"key:{key.id}", quota=7
    )
    assert proof.until == key.expires


@pytest.mark.parametrize("kind", CallerKind)
async def test_a_key_is_for_any_kind_of_caller(kind: CallerKind, gate: Gate) -> None:
    text, _ = await key_for(gate, kind=kind.value.lower())
    assert (await shown(gate, text)).data["viewer"]["kind"] == kind.value


def mistyped(text: str) -> str:
    return text[:20] + ALPHABET[(ALPHABET.index(text[20]) + 1) % 62] + text[21:]


async def unknown(gate: Gate) -> Answer:
    return await shown(gate, mint(live=False).text)


async def wrong_secret(gate: Gate) -> Answer:
    other = mint(live=False)
    await key_for(gate, {"id": other.id})
    return await shown(gate, other.text)


async def ended(gate: Gate) -> Answer:
    text, _ = await key_for(gate, {"expires": gate.hands.now})
    return await shown(gate, text)


async def revoked(gate: Gate) -> Answer:
    text, _ = await key_for(gate, {"revoked": gate.hands.now})
    return await shown(gate, text)


async def elsewhere(gate: Gate) -> Answer:
    text, _ = await key_for(gate, networks=("192.0.2.0/24", "2001:db8::/32"))
    return await shown(gate, text)


async def elsewhere_forwarded(gate: Gate) -> Answer:
    text, _ = await key_for(gate, networks=("192.0.2.0/24",))
    return await shown(gate, text, **{"x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1"})


async def good(gate: Gate) -> str:
    return (await key_for(gate))[0]


REFUSED: dict[str, tuple[Callable[[Gate], Awaitable[Answer]], Reason]] = {
    "no key": (shown, Reason.NONE),
    "an empty one": (lambda gate: shown(gate, ""), Reason.MALFORMED),
    "garbage": (lambda gate: shown(gate, "cop_test_x"), Reason.MALFORMED),
    "a very long one": (lambda gate: shown(gate, "cop_test_" + "x" * 9000), Reason.MALFORMED),
    "one of production": (lambda gate: shown(gate, mint(live=True).text), Reason.MALFORMED),
    "an unknown id": (unknown, Reason.UNKNOWN_API_KEY),
    "a wrong secret": (wrong_secret, Reason.UNKNOWN_API_KEY),
    "one that has ended": (ended, Reason.EXPIRED),
    "one that was taken back": (revoked, Reason.REVOKED),
    "one from elsewhere": (elsewhere, Reason.NETWORK),
    "one that claims to be from there": (elsewhere_forwarded, Reason.NETWORK),
}
FORMS: dict[str, tuple[Callable[[Gate, str], Awaitable[Answer]], Reason]] = {
    "a mistyped one": (lambda gate, key: shown(gate, mistyped(key)), Reason.CHECKSUM),
    "one cut short": (lambda gate, key: shown(gate, key[:-1]), Reason.MALFORMED),
    "one in other letters": (lambda gate, key: shown(gate, key.upper()), Reason.MALFORMED),
    "two": (lambda gate, key: shown(gate, key, key), Reason.AMBIGUOUS),
    "two in one": (lambda gate, key: shown(gate, f"{key}, {key}"), Reason.MALFORMED),
    "one beside a token": (
        lambda gate, key: shown(gate, key, authorization=f"Bearer {gate.token()}"),
        Reason.AMBIGUOUS,
    ),
    "one beside an empty token": (lambda gate, key: shown(gate, key, authorization=""), Reason.AMBIGUOUS),
    "one in the place of a token": (
        lambda gate, key: shown(gate, authorization=f"Bearer {key}"),
        Reason.MALFORMED,
    ),
    "one as a password": (lambda gate, key: shown(gate, authorization=f"Basic {key}"), Reason.MALFORMED),
    "one in the address": (lambda gate, key: shown(gate, path=f"/graphql?x-api-key={key}"), Reason.NONE),
    "one in a cookie": (lambda gate, key: shown(gate, cookie=f"x-api-key={key}"), Reason.NONE),
}


def assert_refused(gate: Gate, answer: Answer, reason: Reason) -> None:
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")
    assert answer.errors[0]["message"] == NOTHING
    assert answer.headers["www-authenticate"] == "Bearer"
    assert [event.reason for event in gate.events if hasattr(event, "reason")][-1] == reason


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_key_that_is_not_good_is_refused_and_only_the_operator_is_told_why(
    kind: str, gate: Gate
) -> None:
    gate.hands.now += timedelta(minutes=1)  # so that the log's pause is over
    ask, reason = REFUSED[kind]
    assert_refused(gate, await ask(gate), reason)


@pytest.mark.parametrize("kind", FORMS)
async def test_a_good_key_in_a_form_that_is_not_good_is_refused(kind: str, gate: Gate) -> None:
    gate.hands.now += timedelta(minutes=1)
    ask, reason = FORMS[kind]
    key = await good(gate)
    assert_refused(gate, await ask(gate, key), reason)
    assert key.encode()[9:60] not in msgspec.json.encode([msgspec.to_builtins(one) for one in gate.events])
    assert (await shown(gate, key)).status == 200


@pytest.mark.parametrize(
    ("peer", "within"),
    [
        ("10.255.0.1", True),
        ("11.0.0.1", False),
        ("::ffff:10.1.1.1", True),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
        ("192.0.2.7", True),
        ("", False),
        ("10.1", False),
        ("/run/socket", False),
    ],
)
def test_an_address_lies_in_a_network_however_it_is_written(peer: str, within: bool) -> None:
    assert is_within(peer, ("10.0.0.0/8", "2001:db8::/32", "192.0.2.7")) == within


def test_a_new_key_has_a_form_of_its_own() -> None:
    keys = [mint(live=True) for _ in range(200)]
    assert len({key.secret for key in keys} | {key.id for key in keys}) == 400
    for key in keys:
        assert read(key.text, live=True) == key
        assert key.text.startswith("cop_live_")
    assert keys[0].digest(b"a" * 32) != keys[0].digest(b"b" * 32)


async def test_a_key_does_not_outlive_its_end_while_it_is_known(gate: Gate) -> None:
    text, _ = await key_for(gate, {"expires": gate.hands.now + timedelta(seconds=10)})
    assert (await shown(gate, text)).status == 200
    gate.hands.now += timedelta(seconds=10)
    assert (await shown(gate, text)).status == 401


async def test_a_production_gateway_takes_its_own_keys_alone(tmp_path: Path) -> None:
    settings = Settings(profile=Profile.PRODUCTION, home=tmp_path)
    open_keyring(settings.keyring, make=True)
    async with serving(tmp_path, settings=settings) as gate:
        text, key = await key_for(gate)
        assert text.startswith("cop_live_")
        assert (await shown(gate, text)).status == 200
        assert (await shown(gate, mint(live=False).text)).status == 401
        assert await KeyStore(gate.gateway.engine).find(key.id) is not None
    file = (tmp_path / "overview.db").read_bytes()
    assert key.id.encode() in file
    assert text.split("_")[3].encode() not in file


async def test_a_key_outlives_a_rotation_of_the_keyring_and_ends_with_its_version(tmp_path: Path) -> None:
    async with serving(tmp_path) as gate:
        before, _ = await key_for(gate)
    file = gate.gateway.settings.keyring
    rotate(file, lambda _: None)
    async with serving(tmp_path) as gate:
        after, _ = await key_for(gate)
        assert [(await shown(gate, one)).status for one in (before, after)] == [200, 200]
    retire(file, 1, lambda _: None)
    async with serving(tmp_path) as gate:
        assert [(await shown(gate, one)).status for one in (before, after)] == [401, 200]
