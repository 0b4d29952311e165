"""The doctor on registered documents: what is done about others, how many there are, and which do not fit any more."""

from collections.abc import Iterator

from msgspec import Struct

from gateway.doctor.finding import Finding, Light
from gateway.engine.prepared import Appraiser
from gateway.joined import Gateway
from gateway.trusted.checking import Checker
from gateway.trusted.events import LeftOut, ManifestLoaded, ManifestRejected
from gateway.trusted.mode import Mode
from gateway.trusted.shelf import Shelf
from schema import build

WHAT = "trusted documents"
NAMED = 5
"""So many of those that do not fit are named."""


def documents_of(gateway: Gateway) -> Iterator[Finding]:
    """Yield how the manifests are; nothing where there are none and nothing is made of it."""
    settings, told = gateway.settings, list[Struct]()
    mode = f"mode {settings.documents.value}"
    if settings.documents_folder is None:
        if settings.documents is Mode.ENFORCE:
            mend = "Nothing is executed: name the folder of the manifests with OVERVIEW_DOCUMENTS_FOLDER."
            yield Finding(WHAT, Light.RED, f"{mode}, no folder", mend)
        return
    introspects = not settings.production
    schema = build(gateway.scheme, introspection=introspects)._schema
    checker = Checker(Appraiser(schema, introspects))
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
