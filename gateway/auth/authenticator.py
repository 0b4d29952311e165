"""The one that the door asks: a token in, a caller out, whoever gave the token out."""

from collections.abc import Sequence
from typing import Final

from gateway.auth.bearer import Bearers
from gateway.auth.jwks import IssuerKeys
from gateway.auth.tokens import Tokens
from resolvers.caller import Caller

MOST_BYTES: Final = 8 * 1024


class Authenticator:
    """Knows the tokens of the invented personas and those of the issuers."""

    def __init__(self, tokens: Tokens, bearers: Bearers) -> None:
        self._tokens = tokens
        self._bearers = bearers

    @property
    def keys(self) -> Sequence[IssuerKeys]:
        """The keys of each issuer."""
        return self._bearers.keys

    async def caller(self, token: str) -> Caller | None:
        """Return whose token it is, None for one that is not good."""
        if len(token) > MOST_BYTES:
            return None
        # a sealed token holds no dot, a signed one holds two
        return await self._bearers.caller(token) if "." in token else self._tokens.caller(token)

    async def close(self) -> None:
        """Let go of the connections to the issuers."""
        await self._bearers.close()
