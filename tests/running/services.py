"""The sandbox's systems as neighbours: the same records over HTTP, and the sources file that leads to them."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from gateway.settings import Settings
from sandbox.upstreams.running import Upstreams, running
from tests.running.serving import NOON, Gate, serving
from tests.sources.specimens import lines

HOUSE = Path(__file__).parents[2]
SHIPPED = HOUSE / "sources/mixes/services.toml"
PORTS = dict(
    enumerate(
        "customer restriction interaction correspondence debt ownership entitlement document".split(), 8101
    )
)
"""Which system the shipped file expects at which port."""


def sources_file(folder: Path, addresses: Mapping[str, str], text: str | None = None) -> Path:
    """The shipped sources file, or another text like it, for systems that listen elsewhere."""
    told = text if text is not None else SHIPPED.read_text("utf-8")
    told = re.sub(r"http://127\.0\.0\.1:(81\d\d)", lambda found: addresses[PORTS[int(found[1])]], told)
    told = told.replace('"services/', f'"{SHIPPED.parent}/services/')
    file = folder / "sources.toml"
    file.write_text(told, "utf-8")
    return file


def guarded(**tables: str) -> str:
    """The shipped sources file, with tables for guards."""
    told = SHIPPED.read_text("utf-8")
    for system, table in tables.items():
        told = told.replace(f"[systems.{system}]", f"[systems.{system}.guard]\n{table}\n\n[systems.{system}]")
    return told


def told_by_town(records: Iterable[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Records of ours as the sandbox tells its own."""
    return [(one["part"], one["record"]) for line in lines(records) for one in [msgspec.json.decode(line)]]


@asynccontextmanager
async def served_by_systems(
    folder: Path,
    *records: Any,
    text: str | None = None,
    page_rows: int | Mapping[str, int] = 5000,
    elsewhere: Mapping[str, str] | None = None,
    **more: Any,
) -> AsyncIterator[tuple[Gate, Upstreams]]:
    """A gateway whose neighbours are the sandbox's systems, which know these records; those `elsewhere` are others."""
    async with running(told_by_town(records), page_rows=page_rows) as systems:
        file = sources_file(folder, {**systems.addresses, **(elsewhere or {})}, text)
        settings = Settings(home=folder, sources=str(file), **more)
        async with serving(folder, settings=settings, now=NOON) as gate:
            yield gate, systems
