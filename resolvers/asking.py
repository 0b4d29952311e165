"""What a request says of itself: everything about the asking side that access is decided by."""

import re
from datetime import datetime
from typing import Final

from msgspec import Struct

from resolvers.agreement import Agreement
from resolvers.caller import Caller, CallerKind, Purpose
from resolvers.policy import AccessPolicy
from sources.asker import Asker

INTERACTION_NUMBER: Final = re.compile(r"[0-9A-Za-z._:-]{1,64}")
"""How a caller may name the interaction that a customer is opened for."""


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
    def asker(self) -> Asker:
        """The caller, as a system is told that has to be asked in its caller's name."""
        caller, purpose = self.caller, self.purpose
        return Asker(
            kind=caller.kind.value,
            id=caller.id,
            organisation=caller.organisation,
            purpose=purpose.value if purpose is not None else "",
            request=self.request_id,
        )

    @property
    def is_bound(self) -> bool:
        """Tell whether the caller sees nothing without an agreement."""
        return self.caller.kind is CallerKind.PARTNER
