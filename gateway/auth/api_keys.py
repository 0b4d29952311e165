"""API keys of callers who have no issuer: partners and systems. Shown in the header `X-API-Key` and nowhere else."""

import hmac
from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from gateway.auth.key_form import read
from gateway.auth.known_keys import KnownKeys
from gateway.auth.last_used import LastUsed
from gateway.auth.proof import Proof
from gateway.auth.refusals import BadCredentialError, Reason
from gateway.auth.scopes import SCOPES
from resolvers.caller import Caller, CallerKind
from sources.ledger import ApiKey, KeyStore
from sources.source import Clock

USE: Final = "api keys"
"""The keyring's subkey that their secrets are hashed with."""

_NOBODYS: Final = "0" * 64


class ApiKeys:
    """Reads API keys. Those of a production gateway (`live`) and those of any other are not good for one another."""

    def __init__(self, store: KeyStore, peppers: Mapping[int, bytes], clock: Clock, *, live: bool) -> None:
        """`peppers` are what secrets may have been hashed with, by version of the keyring."""
        self._known = KnownKeys(store, clock)
        self._last_used = LastUsed(store, clock)
        self._peppers = peppers
        self._clock = clock
        self._live = live

    async def proof(self, text: str, peer: str) -> Proof:
        """Return whose key it is, and until when; `peer` is the address that it came from.

        Raise `BadCredentialError`, and the refusal `IDENTITY_UNAVAILABLE` where the database cannot be asked.
        """
        written = read(text, live=self._live)
        key = await self._known.find(written.id)
        version = key.pepper if key is not None and key.pepper in self._peppers else next(iter(self._peppers))
        # as much is worked out for an id that nobody has
        digest = written.digest(self._peppers[version])
        same = hmac.compare_digest(digest, key.digest if key is not None else _NOBODYS)
        if key is None or not same:
            raise BadCredentialError(Reason.UNKNOWN_API_KEY)
        if key.revoked is not None:
            raise BadCredentialError(Reason.REVOKED)
        if self._clock() >= key.expires:
            raise BadCredentialError(Reason.EXPIRED)
        if key.networks and not is_within(peer, key.networks):
            raise BadCredentialError(Reason.NETWORK)
        self._last_used.note(key.id)
        return Proof(_caller(key), key.expires)

    async def close(self) -> None:
        """Finish what is being noted, and let go of the rest."""
        await self._known.close()
        await self._last_used.close()


def is_within(peer: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of some networks (CIDR). What is no address lies in none."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # how a socket for both kinds says the older kind
    return any(address in _network(network) for network in networks)


@lru_cache(maxsize=4096)
def _network(cidr: str) -> IPv4Network | IPv6Network:
    return ip_network(cidr)


def _caller(key: ApiKey) -> Caller:
    return Caller(
        CallerKind[key.kind],
        key.caller,
        key.organisation,
        key.roles,
        SCOPES & set(key.scopes),
        client=f"key:{key.id}",
        quota=key.quota,
    )
