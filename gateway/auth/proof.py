"""What a request shows of who asks, and what it comes to: a caller who is proved for a while."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from resolvers.caller import Caller

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


class Shown(Struct, frozen=True):
    """What stands in a request: every header `Authorization` and `X-API-Key`, and the address that it came from."""

    authorization: tuple[str, ...] = ()
    api_keys: tuple[str, ...] = ()
    peer: str = ""


async def nothing_more() -> bool:
    """Vouch for a proof that stands on nothing but its time."""
    return True


class Proof(Struct, frozen=True):
    """A caller, proved from `since` until before `until`.

    `stands` tells whether what proved it is still there, such as the issuer's key.
    """

    caller: Caller
    until: datetime
    since: datetime = ALWAYS
    stands: Callable[[], Awaitable[bool]] = nothing_more

    def is_good(self, now: datetime) -> bool:
        """Tell whether its time is now."""
        return self.since <= now < self.until
