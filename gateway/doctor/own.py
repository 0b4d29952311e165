"""The doctor on what belongs to the gateway itself."""

import time
from asyncio import open_connection, timeout
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.audit.shipping import behind
from gateway.doctor.finding import Finding, Light, in_ms
from gateway.joined import Gateway
from gateway.keyring import Keyring
from gateway.redis_client import COMMAND_SECONDS
from sources.errors import Fault
from sources.ledger.audit import AuditLedger

SLOW: Final = 0.5
REACH_SECONDS: Final = 1.0
YEAR: Final = timedelta(days=365)
MOST_BEHIND: Final = 1_000
"""Events that may not be in SQL yet."""


def keyring_of(keyring: Keyring, today: date) -> Finding:
    """Return how the keyring is: how many versions there are, and how old the current one is."""
    count = len(keyring.versions)
    made = f", made {keyring.made.isoformat()}" if keyring.made is not None else ""
    seen = f"version {keyring.current}{made}, {count} kept"
    if keyring.made is not None and today - keyring.made > YEAR:
        mend = "It is older than a year: `overview keyring rotate` makes a new one."
        return Finding("keyring", Light.AMBER, seen, mend)
    return Finding("keyring", Light.GREEN, seen)


async def redis_of(redis: Redis) -> Finding:
    """Return how the Redis is that gateways share. Without it every process counts for itself: amber, not red."""
    mend = "Start it, or correct OVERVIEW_REDIS_URL. Meanwhile every process counts rates for itself."
    started = time.perf_counter()
    try:
        await redis.ping()  # the first one connects
        started = time.perf_counter()
        await redis.ping()
    except (RedisError, OSError) as error:
        return Finding("redis", Light.AMBER, f"it does not answer ({type(error).__name__})", mend)
    seconds = time.perf_counter() - started
    seen = f"answered in {in_ms(seconds)} of {in_ms(COMMAND_SECONDS)}"
    if seconds > SLOW * COMMAND_SECONDS:
        return Finding(
            "redis", Light.AMBER, seen, "It takes more than half its time: look at it and the network."
        )
    return Finding("redis", Light.GREEN, seen)


async def audit_in_sql(gateway: Gateway) -> Finding:
    """Return how far the audit in SQL is behind the journal."""
    what, mend = (
        "audit in SQL",
        "`overview audit ship` takes it there; a gateway that serves does so by itself.",
    )
    try:
        lag = await behind(gateway.settings.journal, AuditLedger(gateway.engine))
    except (Fault, OSError):
        return Finding(what, Light.AMBER, "it cannot be told", "Mend the journal and the database first.")
    never = lag.lines > 0 and not lag.begun
    seen = f"{lag.lines} events behind the journal{', none was ever shipped' if never else ''}"
    if lag.lines > MOST_BEHIND or (never and gateway.settings.production):
        return Finding(what, Light.AMBER, seen, mend)
    return Finding(what, Light.GREEN, seen)


async def collector_at(endpoint: str) -> Finding:
    """Return whether somebody listens where traces go."""
    what = "collector of traces"
    if await _takes_connections(endpoint):
        return Finding(what, Light.GREEN, "it takes connections")
    mend = "Requests do not notice, but traces are lost: look at the collector, or correct OVERVIEW_OTLP_ENDPOINT."
    return Finding(what, Light.AMBER, "nobody answers", mend)


async def telephony_of(gateway: Gateway) -> Finding:
    """Return which telephone systems are silent: their officers see no calls. Amber: numbers can be keyed."""
    what = "telephony"
    try:
        heard = await gateway.calls.heard()
    except Fault:
        return Finding(what, Light.AMBER, "it cannot be told", "Mend the database first.")
    silence = timedelta(seconds=gateway.settings.telephony_silence)
    now = gateway.clock()
    silent = [name for name in gateway.calls.systems if name not in heard or now - heard[name] > silence]
    if silent:
        mend = "Officers see no calls: look whether it runs, and whether its secret is the one in the telephony file."
        return Finding(what, Light.AMBER, f"nothing is heard of {', '.join(silent)}", mend)
    return Finding(what, Light.GREEN, f"all of {len(gateway.calls.systems)} are heard of")


async def _takes_connections(endpoint: str) -> bool:
    url = urlsplit(endpoint)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        async with timeout(REACH_SECONDS):
            _, writer = await open_connection(url.hostname, port)
    except OSError:  # a time-out is one
        return False
    writer.close()
    return True
