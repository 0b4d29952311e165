"""Whether a gateway could be made of the configuration as it is now: settings, and every file that they name."""

from collections.abc import Sequence

from msgspec import Struct

from gateway.app import application
from gateway.hindrance import hindrances
from gateway.joined import Gateway, join
from gateway.settings import Settings
from gateway.trusted.events import ManifestRejected


async def faults() -> Sequence[str]:
    """Return what is wrong, a line each: which file or setting, and why. Neighbours are not asked, no port is taken.

    A text that was not made to be read, that of an error which nobody foresaw, is not repeated.
    """
    heard: list[Struct] = []
    try:
        settings = Settings()
        settings.folder.mkdir(parents=True, exist_ok=True)
        gateway = join(settings, heard.append)
        await _made(gateway)
    except Exception as error:
        return hindrances(error) or [f"it cannot be used ({type(error).__name__})"]
    folder = settings.documents_folder
    return [f"{folder}/{one.file}: {one.reason}" for one in heard if isinstance(one, ManifestRejected)]


async def _made(gateway: Gateway) -> None:
    """Make the application, which reads contracts, senders and manifests."""
    try:
        application(gateway)
    finally:
        await gateway.close()
