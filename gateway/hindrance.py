"""What stood in the way, in the words of whoever found it: which file or setting, and why."""

from collections.abc import Sequence
from typing import Final

from pydantic import ValidationError

OURS: Final = ("gateway", "sources")
"""Whose errors say in one line what stood in the way: no keyring, an older database, a policy that cannot be."""


def hindrances(error: Exception) -> Sequence[str] | None:
    """Return what an error says to whoever runs the gateway, a line each; None when its text is for nobody's eyes."""
    if isinstance(error, ValidationError):
        return [_setting(wrong) for wrong in error.errors(include_input=False, include_url=False)]
    if isinstance(error, OSError):  # a home that is a file, a disk that is full
        return [
            f"{error.filename}: {error.strerror}"
            if error.filename
            else error.strerror or type(error).__name__
        ]
    return [str(error)] if type(error).__module__.partition(".")[0] in OURS else None


def _setting(wrong: object) -> str:
    told = dict(wrong)  # type: ignore[call-overload]
    place = "_".join(str(part) for part in told["loc"]).upper()
    return f"OVERVIEW_{place}: {told['msg']}" if place else str(told["msg"])
