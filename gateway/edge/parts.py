"""How an answer in parts is written: the two forms that clients read, as `multipart/mixed`.

Both forms tell the same. The one of 2022 says of each piece where it belongs; the newer one gives what is pending a
number, and says when it is over.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from gateway.engine.increments import Ended, Part, Patch, Pending
from sources.words import Word

_ENCODER: Final = msgspec.json.Encoder()
DELIMITER: Final = b"\r\n---"
HEAD: Final = b"\r\ncontent-type: application/json; charset=utf-8\r\n\r\n"


class Form(Word):
    """How parts are written."""

    YEAR_2022 = "deferSpec=20220824", "Each piece with its path; the usual one."
    NUMBERED = (
        "incrementalSpec=v0.2",
        "What is pending has a number, and each piece the number it belongs to.",
    )


def form_of(parameters: Mapping[str, str]) -> Form | None:
    """Return the form that the parameters of a media type ask for, None where it is none of ours."""
    asked = {name: parameters[name] for name in _ASKING if name in parameters}
    if not asked:
        return Form.YEAR_2022
    named = ";".join(f"{name}={value}" for name, value in asked.items())
    return next((one for one in Form if one.value.lower() == named), None)


_ASKING: Final = ("deferspec", "incrementalspec", "subscriptionspec")


def content_type(form: Form) -> str:
    """Return the media type of an answer."""
    return f'multipart/mixed; boundary="-"; {form.value}'


def first_bytes(form: Form, body: Mapping[str, Any], pending: tuple[Pending, ...]) -> bytes:
    """Return the first part, with the boundary that ends it: its reader knows at once that it is whole."""
    more = {"pending": [_pending(one) for one in pending]} if form is Form.NUMBERED else {}
    return DELIMITER + _written({**body, **more, "hasNext": True}, is_last=False)


def bytes_of(form: Form, part: Part) -> bytes:
    """Return a later part; nothing where the form has nothing to say of it."""
    told = _numbered(part) if form is Form.NUMBERED else _of_2022(part)
    if not told and not part.is_last:
        return b""
    return _written({**told, "hasNext": not part.is_last}, is_last=part.is_last)


def _written(body: Mapping[str, Any], *, is_last: bool) -> bytes:
    return HEAD + _ENCODER.encode(body) + DELIMITER + (b"--\r\n" if is_last else b"")


def _numbered(part: Part) -> dict[str, Any]:
    told = {
        "pending": [_pending(one) for one in part.pending],
        "incremental": [_piece(one) for one in part.patches],
        "completed": [{"id": one.of.id, **_errors(one)} for one in part.ended],
    }
    return {name: value for name, value in told.items() if value}


def _pending(one: Pending) -> dict[str, Any]:
    return {"id": one.id, "path": one.path, **_label(one)}


def _piece(one: Patch) -> dict[str, Any]:
    if one.items is not None:
        return {"id": one.of.id, "items": one.items, **_errors(one)}
    beneath = one.path[len(one.of.path) :]
    return {"id": one.of.id, "data": one.data, **({"subPath": beneath} if beneath else {}), **_errors(one)}


def _of_2022(part: Part) -> dict[str, Any]:
    pieces = [*(_placed(one) for one in part.patches), *_lost(part)]
    return {"incremental": pieces} if pieces else {}


def _placed(one: Patch) -> dict[str, Any]:
    came = {"items": one.items} if one.items is not None else {"data": one.data}
    return {**came, "path": one.path, **_label(one.of), **_errors(one)}


def _lost(part: Part) -> Iterator[dict[str, Any]]:
    """Yield what could not be had: in this form it is null."""
    for one in part.ended:
        if one.errors:
            yield {"items" if one.is_list else "data": None, "path": one.at, **_label(one.of), **_errors(one)}


def _label(one: Pending) -> dict[str, Any]:
    return {"label": one.label} if one.label is not None else {}


def _errors(one: Patch | Ended) -> dict[str, Any]:
    return {"errors": one.errors} if one.errors else {}
