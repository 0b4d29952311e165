"""A journal that cannot be written: whoever could do that to it would look at everybody unseen."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.attacks.attack import Attack
from tests.attacks.callers import OFFICER, officer, partner
from tests.attacks.glass import breaking
from tests.attacks.scene import Scene
from tests.attacks.town import ANNE, LOCKED, NAME
from tests.attacks.ways import Sends, customer, quick

GONE = "AUDIT_UNAVAILABLE"


@asynccontextmanager
async def replaced(
    file: Path, put: Callable[[Path], None], away: Callable[[Path], None]
) -> AsyncIterator[None]:
    """Something else stands in the place of the journal."""
    kept = await to_thread(file.rename, file.with_name("kept"))
    put(file)
    try:
        yield
    finally:
        away(file)
        kept.rename(file)


def full(file: Path) -> None:
    file.symlink_to("/dev/full")


def nowhere(file: Path) -> None:
    file.symlink_to(file.with_name("none") / "journal")


def instead(sends: Sends, put: Callable[[Path], None], away: Callable[[Path], None] = Path.unlink) -> Sends:
    async def send(scene: Scene) -> None:
        async with replaced(scene.gate.gateway.settings.journal, put, away):
            await sends(scene)

    return send


FOLDER = instead(customer(ANNE), Path.mkdir, Path.rmdir)
MAY = officer(plus="breakglass:use", sub="officer-j")
ATTACKS = [
    Attack("the journal is a folder", OFFICER, FOLDER, 503, GONE, 2, ""),
    Attack("the journal's disk is full", OFFICER, instead(customer(ANNE), full), 503, GONE, 2, ""),
    Attack("the journal's folder is gone", OFFICER, instead(quick(NAME), nowhere), 503, GONE, 3, ""),
    Attack("no journal for a denial", partner(), instead(customer(LOCKED), full), 503, GONE, 4, ""),
    Attack("no journal for broken glass", MAY, instead(breaking(), full), 503, GONE, 2, ""),
]
