"""What a request says of itself: everything about the asking side that access is decided by."""

from datetime import datetime

from msgspec import Struct

from resolvers.agreement import Agreement
from resolvers.caller import Caller, CallerKind, Purpose
from resolvers.policy import AccessPolicy


class Asking(Struct, frozen=True):
    """Who asks, why, when, and under which rules.

    `interaction` is the interaction that the customer is opened for; `agreement` a partner's, None where it has none
    that is in force; `earliest` the first moment of which that agreement shows histories.
    """

    caller: Caller
    purpose: Purpose | None
    now: datetime
    rules: AccessPolicy = AccessPolicy()
    interaction: str | None = None
    agreement: Agreement | None = None
    earliest: datetime | None = None
    request_id: str = ""

    @property
    def is_bound(self) -> bool:
        """Tell whether the caller sees nothing without an agreement."""
        return self.caller.kind is CallerKind.PARTNER
