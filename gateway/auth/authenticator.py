"""The one that the door asks: what a request shows in, a proved caller out, whoever gave the token or key out."""

from collections.abc import Sequence
from typing import Final

from gateway.auth.api_keys import ApiKeys
from gateway.auth.bearer import Bearers
from gateway.auth.jwks import IssuerKeys
from gateway.auth.proof import Proof, Shown
from gateway.auth.refusals import BadCredentialError, CredentialRefused, Reason
from gateway.auth.tokens import Tokens
from sources.source import Clock, Observer

MOST_BYTES: Final = 8 * 1024


class Authenticator:
    """Knows the tokens of the invented personas, those of the issuers, and the API keys."""

    def __init__(
        self, tokens: Tokens, bearers: Bearers, api_keys: ApiKeys, clock: Clock, observe: Observer
    ) -> None:
        self._tokens = tokens
        self._bearers = bearers
        self._api_keys = api_keys
        self._clock = clock
        self._observe = observe

    @property
    def keys(self) -> Sequence[IssuerKeys]:
        """The keys of each issuer."""
        return self._bearers.keys

    async def proof(self, shown: Shown) -> Proof | None:
        """Return who asks, None for somebody who cannot be let in; why is told to the operator alone.

        Raise the refusal `IDENTITY_UNAVAILABLE` where it cannot be told now.
        """
        try:
            return await self._proof(shown)
        except BadCredentialError as bad:
            self._observe(CredentialRefused(bad.issuer, bad.reason))
            return None

    async def again(self, shown: Shown, proof: Proof) -> Proof | None:
        """Return who asks, some time after the proof: the same one, unless it has ended meanwhile."""
        if proof.is_good(self._clock()) and await proof.stands():
            return proof
        return await self.proof(shown)

    async def close(self) -> None:
        """Let go of the connections to the issuers, and of what is still to be read or noted of keys."""
        await self._bearers.close()
        await self._api_keys.close()

    async def _proof(self, shown: Shown) -> Proof:
        # two are nobody's: which one counts is a guess
        if len(shown.authorization) + len(shown.api_keys) > 1:
            raise BadCredentialError(Reason.AMBIGUOUS)
        for key in shown.api_keys:
            return await self._api_keys.proof(key, shown.peer)
        kind, _, token = "".join(shown.authorization).partition(" ")
        token = token.strip()
        if not token:
            raise BadCredentialError(Reason.NONE)
        if kind.lower() != "bearer" or len(token) > MOST_BYTES:
            raise BadCredentialError(Reason.MALFORMED)
        # a sealed token holds no dot, a signed one holds two
        return await self._bearers.proof(token) if "." in token else self._tokens.proof(token)
