"""Rates at the door: addresses that show no good token too often, callers that ask too much, and what they are told."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from starlette.requests import HTTPConnection
from starlette.responses import Response

from gateway.auth import Proof
from gateway.overload.places import OverloadedError, Place, Places
from gateway.rates.leases import WINDOW
from gateway.rates.rates import RateLimited, Rates, cost_of
from resolvers.caller import Caller
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from sources.source import Observer

MOST_PEERS: Final = 10_000
POLICY: Final = "caller"


class Attempts:
    """Counts requests without a good token, by address, in this process alone; of too many it forgets the oldest."""

    def __init__(self, most: int, now: Callable[[], float] = time.time) -> None:
        self._most = most
        self._now = now
        self._counted: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, peer: str) -> int | None:
        """Return for how many seconds an address showed no good token too often; None when it did not."""
        ends, count = self._counted.get(peer, (0.0, 0))
        left = ends - self._now()
        return math.ceil(left) if count >= self._most and 0 < left <= WINDOW else None

    def failed(self, peer: str) -> None:
        """Count a request that had no good token."""
        if not self._most:
            return
        now = self._now()
        ends, count = self._counted.pop(peer, (0.0, 0))
        self._counted[peer] = (ends, count + 1) if 0 < ends - now <= WINDOW else (now + WINDOW, 1)
        if len(self._counted) > MOST_PEERS:
            self._counted.popitem(last=False)


class Limits(Struct, frozen=True):
    """What the door limits by."""

    rates: Rates
    attempts: Attempts
    places: Places
    observe: Observer


class Meter:
    """What one request costs, who pays for it, and what its answer says of that."""

    def __init__(self, limits: Limits, request: HTTPConnection) -> None:
        self._limits = limits
        self._request = request
        self._wait: int | None = None
        self._charged = 1
        self.caller: Caller | None = None

    def proved(self, proof: Proof | None) -> Proof:
        """Return the proof of who asks; refuse a request without a good one."""
        if proof is None:
            self.stranger()
            raise Refusal("UNAUTHENTICATED")
        self.caller = proof.caller
        return proof

    def stranger(self) -> None:
        """Count a request without a good token; refuse one of an address that showed none too often.

        Whoever shows a good one at that address gets in all the same: it may be shared by a whole call centre.
        """
        peer = peer_of(self._request)
        self._wait = self._limits.attempts.wait(peer)
        if self._wait is not None:
            self._limits.observe(RateLimited("UNPROVED"))
            raise Refusal("RATE_LIMITED")
        self._limits.attempts.failed(peer)

    async def hold(self, caller: Caller) -> Place:
        """Return a place that a request holds while it is worked on; refuse it when there is none.

        It is not charged then.
        """
        try:
            return await self._limits.places.hold(caller.kind)
        except OverloadedError as overloaded:
            self._wait = overloaded.seconds
            raise Refusal("OVERLOADED") from None

    async def enter(self, caller: Caller) -> None:
        """Charge a request as it comes in; refuse it when its caller has nothing left."""
        if not await self._limits.rates.enter(caller):
            allowance = self._limits.rates.allowance(caller)
            self._wait = allowance.seconds if allowance is not None else 1
            raise Refusal("RATE_LIMITED")

    def charge(self, scope: Scope) -> None:
        """Charge what a request turned out to cost, beyond what it was charged before."""
        self.cost(scope.caller, cost_of(scope))

    def cost(self, caller: Caller, units: int) -> None:
        """Charge so much for a request in all, beyond what it was charged before."""
        self._limits.rates.charge(caller, units - self._charged)
        self._charged = units

    def told(self, response: Response) -> Response:
        """Return the answer with what its caller may still ask for."""
        if self._wait is not None:
            response.headers["retry-after"] = str(self._wait)
        allowance = self._limits.rates.allowance(self.caller) if self.caller is not None else None
        if allowance is not None:
            policy = f'"{POLICY}";q={allowance.quota};w={WINDOW}'
            left = f'"{POLICY}";r={allowance.left};t={allowance.seconds}'
            response.raw_headers += [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]
        return response


def peer_of(request: HTTPConnection) -> str:
    """Return the address that a request comes from; of IPv6 the network of 64 bits, which one host has to itself."""
    host = request.client.host if request.client is not None else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((int(address), 64), strict=False))
