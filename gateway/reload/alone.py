"""A process that serves alone reads anew what can be changed while requests come, and says what cannot."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from gateway.hindrance import hindrances
from gateway.joined import Gateway
from gateway.reload.asking import fault
from gateway.reload.events import ConfigRejected, ConfigReloaded
from gateway.rules import read_rules
from gateway.settings import Settings


class Reloading:
    """Reads the configuration of a gateway anew.

    Policy, labels and agreements change together, between two requests. The manifests of documents are looked at once
    a second anyway. All else was built into what serves: of a file that has changed since, its setting is told.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._first: Final = dict(_bodies(gateway.settings))

    async def reload(self) -> None:
        """Check all of it, then use what can be used now; tell what came of it."""
        reason = await fault()
        self._gateway.observe(ConfigRejected(reason) if reason is not None else self._changed())

    def _changed(self) -> ConfigReloaded | ConfigRejected:
        try:
            kept = self._gateway.ruling.change(read_rules(self._gateway.settings))
        except Exception as error:  # it has changed once more since it was checked
            return ConfigRejected("; ".join(hindrances(error) or [type(error).__name__]))
        now = dict(_bodies(self._gateway.settings))
        waits = [f"the policy's {name}" for name in kept]
        waits += [name for name in now.keys() | self._first.keys() if now.get(name) != self._first.get(name)]
        return ConfigReloaded(", ".join(sorted(waits)) or None)


def _bodies(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield the setting of each file that is read at the start alone, and a hash of what stands in it."""
    for name, file in _files(settings).items():
        if file is not None and file.is_file():
            yield name, sha256(file.read_bytes()).digest()


def _files(settings: Settings) -> Mapping[str, Path | None]:
    return {
        "OVERVIEW_SOURCES": Path(settings.sources),
        "OVERVIEW_ISSUERS_FILE": settings.issuers_file,
        "OVERVIEW_TELEPHONY_FILE": settings.telephony_file,
        "OVERVIEW_EVENTS_FILE": settings.events_file,
        "OVERVIEW_CONTRACTS_FILE": settings.contracts_file,
        "OVERVIEW_KEYRING_FILE": settings.keyring,
    }
