"""What a call carries so that a system knows us, and in whose name the call is made where it has to know that, too."""

from typing import Final, TypeAlias

from sources.asker import NOBODY, Asker
from sources.errors import SourceUnavailable
from sources.http.signing import HEADER, Signer, SigningKey
from sources.http.token import Token

Shown: TypeAlias = tuple[str | None, SigningKey | None]


class Credentials:
    """The token for one system, and what signs its callers' names: then no call is made in nobody's."""

    def __init__(self, system: str, token: Token | None = None, signer: Signer | None = None) -> None:
        self._system: Final = system
        self._token: Final = token or Token()
        self._signer: Final = signer

    @property
    def shown(self) -> Shown:
        """What is shown now: the token, and the key that is signed with."""
        return self._token.value, self._signer.key if self._signer is not None else None

    def headers(self, asker: Asker | None) -> dict[str, str]:
        """Return the headers of a call; raise the `Fault` of one that would be made in nobody's name."""
        token = self._token.value
        headers = {"authorization": f"Bearer {token}"} if token is not None else {}
        if self._signer is None:
            return headers
        if asker is None:
            raise SourceUnavailable(self._system, NOBODY)
        return {**headers, HEADER: self._signer.signed(asker)}

    async def renewed(self, refused: Shown) -> bool:
        """Say whether there is something else to show than what was refused, after a look into the files."""
        token, key = refused
        another = await self._token.renewed(token)
        if self._signer is not None and key is not None:
            another = await self._signer.renewed(key) or another
        return another
