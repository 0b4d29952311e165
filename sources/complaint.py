"""What is wrong with a record, in words that hold nothing of it: the fields of ours that do not fit."""

import re
from typing import Final

_PLACE: Final = re.compile(r" - at `\$([a-z0-9_.\[\]]*)`\Z")
_MISSING: Final = re.compile(r"Object missing required field `([a-z_]+)`")


def path_of(complaint: str) -> str:
    """Return the path of the field that msgspec's complaint is about; empty for the record as a whole."""
    place = _PLACE.search(complaint)
    missing = _MISSING.match(complaint)
    return ".".join(filter(None, ((place[1].strip(".") if place else ""), missing[1] if missing else "")))
