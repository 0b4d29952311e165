"""Grants of broken glass: one officer, one customer, one reason, until a moment. The ledger keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from resolvers.asking import Asking
from resolvers.caller import Caller
from sources.crn import Crn
from sources.errors import Fault

BREAK_GLASS = "breakglass:use"


class Grant(Struct, frozen=True):
    """One grant: an officer of an organisation may open a customer for a while, for a reason that will be reviewed.

    `key` is the idempotency key that the officer's program chose.
    """

    id: str
    organisation: str
    officer: str
    crn: Crn
    reason: str
    interaction: str
    since: datetime
    until: datetime
    key: str


class Grants(Protocol):
    """Where grants are kept. Every method may raise a `Fault`."""

    async def of(self, organisation: str, officer: str, now: datetime) -> Mapping[Crn, Grant]:
        """Return an officer's grants that have not ended."""

    async def add(self, grant: Grant) -> Grant:
        """Keep a grant; where its officer used its key before, return the grant that was kept then."""


def may_hold(grants: Grants | None, caller: Caller) -> bool:
    """Tell whether a caller may have broken the glass for anybody."""
    return grants is not None and caller.is_staff and BREAK_GLASS in caller.scopes


async def held(grants: Grants | None, asking: Asking) -> Mapping[Crn, str]:
    """Return the customers for whom a caller broke the glass, each with the id of the grant."""
    caller = asking.caller
    if grants is None or not may_hold(grants, caller):
        return {}
    try:
        found = await grants.of(caller.organisation, caller.id, asking.now)
    except Fault:
        return {}  # what opens more than usual is not there; the usual is
    return {crn: grant.id for crn, grant in found.items()}
