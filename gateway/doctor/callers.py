"""Who can get in at all, as the doctor sees it: personas, issuers, API keys."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from gateway.doctor.finding import Finding, Light
from gateway.joined import Gateway
from sources.errors import Fault
from sources.ledger import ApiKey, KeyStore

SOON: Final = timedelta(days=14)


async def callers(gateway: Gateway) -> AsyncIterator[Finding]:
    """Yield what is found of each way in."""
    keys = await _live(gateway)
    if not gateway.settings.production:
        yield Finding("callers", Light.GREEN, "the invented personas")
    elif not gateway.authenticator.keys and not keys:
        mend = "Name the file of whose tokens are good with OVERVIEW_ISSUERS_FILE, or make API keys (`overview keys`)."
        yield Finding("callers", Light.AMBER, "nobody can get in", mend)
    async for finding in _issuers(gateway):
        yield finding
    if keys is not None:
        yield _api_keys(keys, gateway.clock())


async def _issuers(gateway: Gateway) -> AsyncIterator[Finding]:
    for keys in gateway.authenticator.keys:
        what = f"keys of {keys.issuer}"
        try:
            found = await keys.look()
        except Fault as fault:
            reason = f" ({fault.reason})" if fault.reason else ""
            mend = "Look at the issuer and its network, or correct `jwks` in the issuers file."
            yield Finding(what, Light.RED, f"{fault.code}{reason}", mend)
            continue
        mend = "" if found else "None of its tokens is good until it publishes one."
        yield Finding(what, Light.GREEN if found else Light.AMBER, f"{found} can be used", mend)


async def _live(gateway: Gateway) -> Sequence[ApiKey] | None:
    """Return the API keys that are live; None where the database cannot tell, which has a line of its own."""
    try:
        return [key for key in await KeyStore(gateway.engine).all() if key.is_live(gateway.clock())]
    except Fault:
        return None


def _api_keys(live: Sequence[ApiKey], now: datetime) -> Finding:
    last = {(key.kind, key.caller): key.expires for key in sorted(live, key=lambda key: key.expires)}
    ending = sum(ends <= now + SOON for ends in last.values())
    seen = f"{len(live)} live"
    if not ending:
        return Finding("API keys", Light.GREEN, seen)
    mend = "`overview keys list` says which; `overview keys rotate` makes the next key of the same caller."
    said = f"{seen}, {ending} of them ending within {SOON.days} days without another"
    return Finding("API keys", Light.AMBER, said, mend)
