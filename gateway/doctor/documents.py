"""The doctor on registered documents: what is done about others, how many there are, and which do not fit any more."""

from collections.abc import Iterator

from msgspec import Struct

from gateway.doctor.finding import Finding, Light
from gateway.graph import appraiser_of
from gateway.joined import Gateway
from gateway.trusted.checking import Checker
from gateway.trusted.events import LeftOut, ManifestLoaded, ManifestRejected
from gateway.trusted.mode import Mode
from gateway.trusted.shelf import Shelf

WHAT = "trusted documents"
NAMED = 5
"""So many of those that do not fit are named."""


def documents_of(gateway: Gateway) -> Iterator[Finding]:
    """Yield how the manifests are; nothing where no folder is named: then no document is needed."""
    settings, told = gateway.settings, list[Struct]()
    mode = f"mode {settings.documents.value}"
    if settings.documents_folder is None:
        return
    checker = Checker(appraiser_of(settings, gateway.scheme))
    try:
        Shelf(settings.documents_folder, checker, told.append).look()
    except OSError:
        mend = "Make the folder readable for this user, or correct OVERVIEW_DOCUMENTS_FOLDER."
        yield Finding(WHAT, Light.RED, f"{mode}, the folder cannot be looked at", mend)
        return
    yield _registered(mode, told, nothing_else=settings.documents is Mode.ENFORCE)


def _registered(mode: str, told: list[Struct], *, nothing_else: bool) -> Finding:
    manifests = [one for one in told if isinstance(one, ManifestLoaded)]
    rejected = [one for one in told if isinstance(one, ManifestRejected)]
    misfits = [one for one in told if isinstance(one, LeftOut)]
    count = sum(one.documents for one in manifests)
    seen = f"{mode}, {count} registered in {len(manifests)} manifests"
    if rejected:
        files = ", ".join(one.file for one in rejected[:NAMED])
        return Finding(
            WHAT, Light.RED, f"{seen}, {len(rejected)} cannot be used: {files}", "Write them anew."
        )
    if misfits:
        names = ", ".join(
            f"{one.operation or 'unnamed'} of {one.file} ({one.code})" for one in misfits[:NAMED]
        )
        mend = "`overview documents verify` says what is wrong with each."
        return Finding(WHAT, Light.AMBER, f"{seen}, {len(misfits)} do not fit the schema: {names}", mend)
    if nothing_else and not count:
        return Finding(
            WHAT, Light.RED, seen, "Nothing is executed: `overview documents register` registers some."
        )
    return Finding(WHAT, Light.GREEN, seen)
