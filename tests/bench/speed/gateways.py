"""The gateway that is measured: the real one, with identity, access and audit, over the systems of the bench."""

import sys
from base64 import b64encode
from pathlib import Path
from typing import Final

from gateway.auth import Tokens
from gateway.auth.scopes import READ
from gateway.joined import join
from gateway.settings import Settings
from tests.bench.speed.documents import manifest
from tests.running.command import HOUSE, OVERVIEW, overview
from tests.running.policies import unwatched

MAPPINGS: Final = Path(__file__).parent / "mappings"
PARTS: Final = {
    "customer": "customers",
    "restriction": "customers",
    "interaction": "interactions",
    "correspondence": "correspondence",
    "debt": "debts",
    "ownership": "ownership",
    "entitlement": "entitlements",
}
"""Which system tells which part."""
NATIVE: Final = ("interactions", "correspondence", "debts", "ownership")
"""The systems that can also speak the gateway's own shape."""
GUARD: Final = "in_flight = 256\nwaiting = 1000\nwait_seconds = 10\ncalls = 1000000"
ADMITTED: Final = {
    "OVERVIEW_RATE_STAFF": "0",
    "OVERVIEW_RATE_SERVICE": "0",
    "OVERVIEW_RATE_UNPROVED": "0",
    "OVERVIEW_PLACES": "2000",
    "OVERVIEW_PLACE_SECONDS": "1",
    "OVERVIEW_PLACES_LATE_SECONDS": "0",
    "OVERVIEW_DOCUMENT_LIMITS": "measure",
    "OVERVIEW_ANSWER_BYTES_STAFF": "67108864",
    "OVERVIEW_SOURCE_SECONDS": "20",
    "OVERVIEW_DEADLINE_STAFF": "60",
    "OVERVIEW_DEADLINE_SERVICE": "60",
    "OVERVIEW_CACHE_SECONDS": "1",
    "OVERVIEW_LIVE_STARTS": "10000",
    "OVERVIEW_LIVE_CONNECTIONS": "10000",
}
"""Whatever is asked is let in, and waited for."""
NO_MEMORY: Final = {"OVERVIEW_CACHE_BYTES": "1024"}
"""Nothing fits into the memory of the cache: everything is a miss."""
MUCH_MEMORY: Final = {"OVERVIEW_CACHE_BYTES": str(2**30)}


SECRET: Final = f"whsec_{b64encode(b'the system behind the bench').decode()}"
"""What the systems sign with when they say that something has changed."""


def sources_text(address: str, *, native: bool = False) -> str:
    """Return the sources file that leads to the systems. `native`: histories are told in the gateway's own shape."""
    told = []
    for system in dict.fromkeys(PARTS.values()):
        folder = "native" if native and system in NATIVE else "wire"
        file = MAPPINGS / folder / f"{system}.toml"
        told.append(
            f'[systems.{system}]\naddress = "{address}"\nmapping = "{file}"\n\n[systems.{system}.guard]\n{GUARD}\n'
        )
    parts = [f'{part} = "{system}"' for part, system in PARTS.items()]
    return "\n".join([*told, "[parts]", *parts])


def settings_of(home: Path, systems: str, *, native: bool = False) -> dict[str, str]:
    """Return the settings of a gateway of a folder, which is filled with the files that they name."""
    documents = home / "documents"
    documents.mkdir(parents=True)
    (documents / "any.json").write_bytes(manifest())
    (home / "sources.toml").write_text(sources_text(systems, native=native), "utf-8")
    (home / "events.toml").write_text(f'[senders.bench]\nsecrets = ["{SECRET}"]\nparts = ["all"]\n', "utf-8")
    return ADMITTED | {
        "OVERVIEW_HOME": str(home),
        "OVERVIEW_SOURCES": str(home / "sources.toml"),
        "OVERVIEW_POLICY_FILE": str(unwatched(home / "policy.toml")),
        "OVERVIEW_DOCUMENTS_FOLDER": str(documents),
        "OVERVIEW_EVENTS_FILE": str(home / "events.toml"),
        "PYTHONPATH": str(HOUSE),
    }


def settings_known() -> frozenset[str]:
    """Return the names of all settings, as variables: of a layer that has no switch nothing is measured."""
    return frozenset(f"OVERVIEW_{name.upper()}" for name in Settings.model_fields)


def command(port: int, *, apart: bool = False) -> list[str]:
    """Return the command that serves: the gateway's own, or without coalescing that of `apart.py`."""
    if apart:
        return [sys.executable, "-m", "tests.bench.speed.apart", str(port)]
    return [*OVERVIEW, "serve", "--port", str(port)]


def identity(home: Path, *, service: bool) -> bytes:
    """Return the header by which a gateway that is served knows an officer by a token, or a service by an API key."""
    if service:
        words = "--kind service --id bench --organisation agency --name bench".split()
        scopes = [word for scope in sorted(READ) for word in ("--scope", scope)]
        made = overview("keys", "create", *words, *scopes, home=home)
        assert made.returncode == 0, made.stderr
        return f"x-api-key: {made.stdout.decode().strip()}\r\n".encode()
    gateway = join(Settings(home=home))
    told = Tokens(gateway.sealer, gateway.clock, personas=True).issue("officer", 12)
    return f"authorization: Bearer {told}\r\n".encode()
