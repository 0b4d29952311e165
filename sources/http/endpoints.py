"""Endpoints of a mapping file, checked at start and put into calls: a CRN lands in them as itself and nothing else."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct, json

from sources.http.addresses import BadAddressError, relative
from sources.http.calls import Call
from sources.http.description import (
    DocumentShape,
    EndpointShape,
    IdentifiersShape,
    PagesShape,
    SearchShape,
)
from sources.http.paths import Path, UnfitError
from sources.http.templates import (
    BadTemplateError,
    Template,
    Values,
    filled_body,
    filled_pairs,
    template,
)
from sources.toml_file import Place, TomlFile

MOST_AT_ONCE: Final = 100
_PLAIN: Final = re.compile(r"[0-9A-Za-z]{1,40}")
_METHODS: Final = ("GET", "POST")
_CRN: Final = "{crn}"


Asked: TypeAlias = EndpointShape | IdentifiersShape | SearchShape | DocumentShape

TYPED: Final = frozenset({"quick", "name", "family", "given", "phone", "email", "address", "identifier"})
"""What a caller of a search types, as blanks."""
_SOMETIMES: Final = TYPED | {"before", "born", "cursor"}
_ALONE: Final = re.compile(r"\{[a-z_]+\}")


def is_plain(crn: str) -> bool:
    """Tell whether a number is letters and digits alone: no other can change what a system is asked."""
    return _PLAIN.fullmatch(crn) is not None


class Endpoint(Struct, frozen=True):
    """Where and how something is asked. `rows` is where the rows of its answers stand, when not where usual."""

    method: str
    path: Template
    query: Mapping[str, Any]
    body: Any
    size: int
    not_found: frozenset[int]
    rows: Path | None = None

    def call(self, values: Values) -> Call:
        """Return the call with its blanks filled."""
        safe = {name: quote(value, safe="") for name, value in values.items() if isinstance(value, str)}
        body = None if self.body is None else json.encode(filled_body(self.body, values))
        path = self.path.filled({**values, **safe})
        return Call(self.method, path or "/", filled_pairs(self.query, values), body)


class Pages(Struct, frozen=True):
    """How the next page is asked for. Of a link only the cursor in it is taken, never where it leads."""

    cursor: Path
    is_link: bool
    parameter: str | None
    path: Template | None
    most: int

    def next(self, answer: Any) -> tuple[str | None, str | None]:
        """Return the cursor of the next page and the link that it stood in; None each where there is none.

        Raise `UnfitError` for what is no cursor, or a link without one: to stop there would be to keep half an answer.
        """
        found = self.cursor(answer)
        if found is None or found is False or found == "":
            return None, None
        if not isinstance(found, str | int) or found is True:
            raise UnfitError
        link = str(found) if self.is_link else None
        cursor = str(found) if link is None else self._in(link)
        if not cursor:
            raise UnfitError
        return cursor, link

    def call(self, first: Call, cursor: str) -> Call:
        """Return the call for the page behind a cursor: of what the system sent, only the cursor is in it."""
        if self.path is not None:
            return Call(
                first.method, self.path.filled({"cursor": quote(cursor, safe="")}) or "/", (), first.body
            )
        kept = tuple(pair for pair in first.query if pair[0] != self.parameter)
        return Call(first.method, first.path, (*kept, (self.parameter or "", cursor)), first.body)

    def _in(self, link: str) -> str | None:
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        if self.path is not None:
            return unquote(parts.path.rpartition("/")[2]) or None
        return dict(parse_qsl(parts.query)).get(self.parameter or "")


def endpoint(
    file: TomlFile,
    told: Asked,
    blanks: Collection[str],
    place: Place,
    needs: Collection[str] = (),
    rows: Path | None = None,
) -> Endpoint:
    """Return an endpoint; raise `BadFileError` when it cannot be asked, or does not say whom it is asked about."""
    each, between = getattr(told, "each", _CRN), getattr(told, "between", ",")
    if _CRN not in each:
        file.refuse((*place, "each"), f"it does not say where {_CRN} stands")
    method, size = _method(file, told, place), _size(file, getattr(told, "size", None), place)
    making = _Making(file, blanks, each, between)
    path = making.made(_relative(file, told.path, (*place, "path")), (*place, "path"))
    query = making.made(told.query, (*place, "query"))
    body = making.made(told.body, (*place, "body"))
    if needs and not making.used & set(needs):
        options = " or ".join(f"{{{one}}}" for one in needs)
        file.refuse(place, f"it does not say whom it is asked about: use {options}")
    often_empty = sorted(path.blanks & _SOMETIMES)
    if often_empty:
        file.refuse((*place, "path"), f"{{{often_empty[0]}}} is not always there, and a path always is")
    if "crns" in blanks and size > 1 and _CRN[1:-1] in _alone([path, *query.values(), body]):
        file.refuse(place, f"{_CRN} is one customer of many: use {{crns}}, or let it stand in a list")
    return Endpoint(method, path, query, body, size, _not_found(told, blanks), rows)


class _Making:
    """Makes templates of the texts of one endpoint. `used` are the blanks that they have."""

    def __init__(self, file: TomlFile, blanks: Collection[str], each: str, between: str) -> None:
        self._file = file
        self._blanks = blanks
        self._each = each
        self._between = between
        self.used: set[str] = set()

    def made(self, text: Any, at: Place) -> Any:
        if isinstance(text, dict):
            return {name: self.made(value, (*at, name)) for name, value in text.items()}
        if isinstance(text, list):
            return [self.made(value, at) for value in text]
        if not isinstance(text, str):
            return text
        try:
            found = template(text, self._blanks, self._each, self._between)
        except BadTemplateError as error:
            self._file.refuse(at, str(error))
        if found.blanks & TYPED and not _ALONE.fullmatch(text):
            self._file.refuse(
                at, "what a caller typed stands alone: beside other text it could become part of it"
            )
        self.used.update(found.blanks)
        return found


def pages(file: TomlFile, told: PagesShape, compiled: Path, place: Place) -> Pages:
    """Return how further pages are asked for; raise `BadFileError`."""
    if (told.cursor is None) == (told.link is None):
        file.refuse(place, "either a cursor or a link is needed here: the path of one in the answer")
    if (told.parameter is None) == (told.path is None):
        file.refuse(place, "either a parameter or a path is needed here: where the cursor goes")
    if not 1 <= told.most <= 1000:
        file.refuse((*place, "most"), "1 to 1000 pages")
    path = None
    if told.path is not None:
        try:
            path = template(_relative(file, told.path, (*place, "path")), {"cursor"})
        except BadTemplateError as error:
            file.refuse((*place, "path"), str(error))
        if not path.blanks:
            file.refuse((*place, "path"), "it does not say where {cursor} stands")
    return Pages(compiled, told.link is not None, told.parameter, path, told.most)


def _not_found(told: Asked, blanks: Collection[str]) -> frozenset[int]:
    usual: tuple[int, ...] = () if "crns" in blanks else (404,)
    return frozenset(usual if told.not_found is None else told.not_found)


def _alone(told: Collection[Any]) -> set[str]:
    """Return the names of the blanks that stand in no list, and so are filled once."""
    found: set[str] = set()
    for one in told:
        if isinstance(one, Template):
            found |= one.blanks
        elif isinstance(one, dict):
            found |= _alone(one.values())
    return found


def _method(file: TomlFile, told: Asked, place: Place) -> str:
    method = told.method or ("GET" if told.body is None else "POST")
    if method not in _METHODS:
        file.refuse((*place, "method"), "a question is a GET or a POST")
    if told.body is not None and method != "POST":
        file.refuse((*place, "body"), "only a POST has a body")
    return method


def _size(file: TomlFile, told: int | None, place: Place) -> int:
    if told is not None and not 1 <= told <= MOST_AT_ONCE:
        file.refuse((*place, "size"), f"a batch has 1 to {MOST_AT_ONCE} customers")
    return told or MOST_AT_ONCE


def _relative(file: TomlFile, path: str, place: Place) -> str:
    if "?" in path or "#" in path:
        file.refuse(place, "a path ends before its ? or #; parameters stand in `query`")
    try:
        return relative(path)
    except BadAddressError as error:
        file.refuse(place, str(error))
