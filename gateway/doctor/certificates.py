"""The doctor on the certificates of systems: whether each is good, and for how long still."""

import ssl
from asyncio import open_connection, timeout
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from gateway.doctor.finding import Finding, Light
from sources.http.certificate import ends_of, trusted
from sources.http.upstream import Upstream

SOON: Final = timedelta(days=30)
REACH_SECONDS: Final = 2.0
HTTPS: Final = 443
ENDED: Final = 10
"""What OpenSSL calls a certificate whose time is over."""
_RENEW: Final = (
    "Ask whoever runs the system to renew it: once it has ended, the system is not asked any more."
)


async def certificates(upstreams: Mapping[str, Upstream]) -> AsyncIterator[Finding]:
    """Yield what is found of the certificate of each system that is asked by https."""
    for name, upstream in upstreams.items():
        if upstream.secured:
            yield await _certificate(f"certificate of {name}", upstream.host)


async def _certificate(what: str, host: str) -> Finding:
    try:
        ends = await _ends(host)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == ENDED:
            return Finding(what, Light.RED, "it has ended", _RENEW)
        mend = "Ask whoever runs the system for a good one, or trust whoever signed it."
        return Finding(what, Light.RED, f"it is not good ({error.verify_message})", mend)
    except OSError:  # a time-out is one
        ends = None
    if ends is None:
        return Finding(what, Light.AMBER, "it could not be seen", "Look at the system first: nobody answers.")
    left = ends - datetime.now(UTC)  # by the clock that connections go by, too
    seen = f"it ends on {ends:%Y-%m-%d}, in {left.days} days"
    return Finding(what, Light.AMBER, seen, _RENEW) if left <= SOON else Finding(what, Light.GREEN, seen)


async def _ends(host: str) -> datetime | None:
    """Return when the certificate of a host ends; raise `OSError` for one that is not good or cannot be seen."""
    url = urlsplit(f"//{host}")
    async with timeout(REACH_SECONDS):
        _, writer = await open_connection(url.hostname, url.port or HTTPS, ssl=trusted())
    try:
        return ends_of(writer)
    finally:
        writer.transport.abort()  # nothing was asked, and nobody has to agree on the end
