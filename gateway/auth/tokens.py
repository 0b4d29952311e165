"""Tokens of the personas: a name and an end, sealed. Other identities use the same seam: token in, caller out."""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.auth.personas import PERSONAS
from gateway.auth.proof import Proof
from gateway.auth.proved import Proved
from gateway.auth.refusals import BadCredentialError, Reason
from resolvers.sealing import Sealer
from sources.source import Clock

USE = "token"


class _Claim(Struct, frozen=True, array_like=True):
    persona: str
    since: datetime
    until: datetime


class Tokens:
    """Issues and reads the personas' tokens. With `personas` off, no token of theirs is good."""

    def __init__(self, sealer: Sealer, clock: Clock, *, personas: bool) -> None:
        self._sealer = sealer
        self._clock = clock
        self._proved = Proved()
        self._personas = PERSONAS if personas else {}

    def issue(self, persona: str, hours: int) -> str:
        """Return a token of a persona; raise `KeyError` for a name that is none."""
        if persona not in self._personas:
            raise KeyError(persona)
        now = self._clock()
        claim = _Claim(persona, now, now + timedelta(hours=hours))
        return self._sealer.seal(USE, msgspec.msgpack.encode(claim))

    def proof(self, token: str) -> Proof:
        """Return whose token it is, and until when; raise `BadCredentialError`."""
        kept = self._proved.good(token, self._clock())
        if kept is not None:
            return kept  # nobody takes one back: it stands on nothing but its time
        proof = self._opened(token)
        self._proved.keep(token, proof, self._clock())
        return proof

    def _opened(self, token: str) -> Proof:
        try:
            claim = msgspec.msgpack.decode(self._sealer.open(USE, token), type=_Claim)
        except (ValueError, msgspec.MsgspecError):
            raise BadCredentialError(Reason.MALFORMED) from None
        caller = self._personas.get(claim.persona)
        if caller is None:
            raise BadCredentialError(Reason.UNKNOWN_ISSUER)
        if self._clock() >= claim.until:
            raise BadCredentialError(Reason.EXPIRED)
        # whoever had a token made has just logged in, as far as an invented caller can
        return Proof(replace(caller, authenticated_at=claim.since), claim.until)
