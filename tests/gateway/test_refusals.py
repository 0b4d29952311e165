"""Why a token was refused: one reason of a closed set, for the operator, told now and then and never with the token."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from gateway.auth import CredentialRefused, JwksMissing, Reason
from gateway.telemetry.events import lines
from gateway.telemetry.levels import Level
from gateway.telemetry.sampling import Sampled
from tests.running import NOON, Gate, Hands
from tests.running.issuing import CLAIMS, NOW, Issuing, issuing, made, part, signed, trusting
from tests.running.keys import shown
from tests.running.serving import usual

SECRET = "officer-918273"
PAGE = Path(__file__).parents[2] / "docs/running.md"
STAFF, NOBODYS = "staff", ""


def unsigned(header: dict[str, Any]) -> str:
    return f"{part(msgspec.json.encode(header))}.{part(msgspec.json.encode(CLAIMS))}.AA"


REASONS: dict[str, tuple[Callable[[Issuing], str], str, Reason]] = {
    "nothing": (lambda _: "", NOBODYS, Reason.NONE),
    "garbage": (lambda _: "garbage", NOBODYS, Reason.MALFORMED),
    "dots": (lambda _: "a.b.c", NOBODYS, Reason.MALFORMED),
    "very long": (lambda i: i.token(more="x" * 8192), NOBODYS, Reason.MALFORMED),
    "another issuer": (lambda i: i.token(iss="https://x.example"), NOBODYS, Reason.UNKNOWN_ISSUER),
    "alg none": (
        lambda _: unsigned({"alg": "none", "kid": "rsa", "typ": "at+jwt"}),
        STAFF,
        Reason.ALGORITHM,
    ),
    "jku": (lambda i: i.token({"jku": i.address}), STAFF, Reason.FORBIDDEN_HEADER),
    "typ": (lambda i: i.token({"typ": "JWT"}), STAFF, Reason.TYPE),
    "aud": (lambda i: i.token(aud="another"), STAFF, Reason.AUDIENCE),
    "exp": (lambda i: i.token(exp=NOW - 31), STAFF, Reason.EXPIRED),
    "nbf": (lambda i: i.token(nbf=NOW + 31), STAFF, Reason.NOT_YET),
    "a log-in to come": (lambda i: i.token(auth_time=NOW + 31), STAFF, Reason.NOT_YET),
    "a day": (lambda i: i.token(exp=NOW + 86400), STAFF, Reason.TOO_LONG),
    "nonce": (lambda i: i.token(nonce="n"), STAFF, Reason.ID_TOKEN),
    "kid": (lambda i: i.token({"kid": SECRET}), STAFF, Reason.UNKNOWN_KEY),
    "signature": (lambda i: i.token(key=made("rsa", 1)), STAFF, Reason.SIGNATURE),
    "a signature of another kind": (
        lambda _: signed({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}, CLAIMS, made("ec"), "ES256"),
        STAFF,
        Reason.SIGNATURE,
    ),
    "claims": (lambda i: i.token(roles={SECRET: True}), STAFF, Reason.CLAIMS),
    "no exp": (lambda i: i.token(exp=None), STAFF, Reason.CLAIMS),
}


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuing]:
    async with issuing() as one:
        yield one


@pytest.fixture(scope="module")
async def gate(issuer: Issuing, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with trusting(tmp_path_factory.mktemp("refusals"), issuer) as serves:
        yield serves


@pytest.mark.parametrize("kind", REASONS)
async def test_the_operator_is_told_why_and_whose_it_was(kind: str, gate: Gate, issuer: Issuing) -> None:
    token, whose, reason = REASONS[kind]
    gate.hands.now -= timedelta(milliseconds=1)  # which ends every pause in the log
    gate.events.clear()
    answer = await shown(gate, authorization=f"Bearer {token(issuer)}".strip())
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")
    assert [event for event in gate.events if usual(event)] == [CredentialRefused(whose, reason)]
    (line,) = lines(gate.events[0])
    assert (line.event, line.level) == ("auth.refused", Level.WARNING)
    assert line.told == {"issuer": whose, "reason": reason, "passed_over": 0}
    assert SECRET not in msgspec.json.encode(line).decode()


async def test_a_flood_of_bad_tokens_is_a_line_every_ten_seconds(issuer: Issuing, tmp_path: Path) -> None:
    async with trusting(tmp_path, issuer) as gate:
        for second in range(21):
            gate.hands.now = NOON + timedelta(seconds=second)
            for name in ("a", "b"):
                assert (await shown(gate, authorization=f"Bearer {issuer.token(aud=name)}")).status == 401
            assert (await shown(gate, authorization="Bearer x")).status == 401
        audience = [CredentialRefused(STAFF, Reason.AUDIENCE, passed) for passed in (0, 19, 19)]
        malformed = [CredentialRefused(NOBODYS, Reason.MALFORMED, passed) for passed in (0, 9, 9)]
        assert [event for event in gate.events if event in audience] == audience
        assert [event for event in gate.events if event in malformed] == malformed
        assert len([event for event in gate.events if usual(event)]) == 6


def test_other_events_are_all_told() -> None:
    heard: list[Struct] = []
    sampled, other = Sampled(heard.append, Hands(NOON)), JwksMissing("staff", "SOURCE_TIMEOUT", "")
    for _ in range(3):
        sampled(other)
    assert heard == [other] * 3


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_on_the_page(reason: Reason) -> None:
    assert f"`{reason.value}`" in PAGE.read_text("utf-8").partition("### Why somebody was not let in")[2]
