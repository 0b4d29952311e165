"""What a request asks to run: a document as text, by its id, or both."""

from typing import Any

from msgspec import Struct

from gateway.trusted.manifest import plain_id
from resolvers.refusal import Refusal


class Asked(Struct, frozen=True):
    """An operation as its caller named it. There is a text or an id.

    `automatic`: the id came as a persisted query, whose text its sender would send when it is not known.
    """

    text: str | None = None
    id: str | None = None
    automatic: bool = False
    variables: dict[str, Any] | None = None
    name: str | None = None


def id_of(told: tuple[str | None, ...], extensions: dict[str, Any] | None) -> tuple[str | None, bool]:
    """Return the one id that a request names, and whether it came as a persisted query; refuse two different ones."""
    persisted = _persisted(extensions)
    ids = {plain_id(one) for one in (*told, persisted) if one is not None}
    if len(ids) > 1:
        raise Refusal("BAD_REQUEST", "A request names one document.")
    return next(iter(ids), None), persisted is not None


def _persisted(extensions: dict[str, Any] | None) -> str | None:
    told = (extensions or {}).get("persistedQuery")
    if told is None:
        return None
    version = told.get("version") if isinstance(told, dict) else None
    found = told.get("sha256Hash") if isinstance(told, dict) else None
    if version != 1 or isinstance(version, bool) or not isinstance(found, str):
        raise Refusal("BAD_REQUEST", "A persisted query has the version 1 and a sha256Hash.")
    return found
