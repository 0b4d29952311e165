"""The mix: which part comes from which systems. One file says it; everything that is wrong with it is said at start.

`docs/sources.md` says what such a file can say.
"""

import re
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from sources.guard import USUAL, Terms
from sources.http.addresses import BadAddressError
from sources.http.client import checked
from sources.http.mapping import Mapping, read_mapping
from sources.http.token import BadTokenError, read_token
from sources.identity import EVERYBODYS, SERVICE, Signing, signing
from sources.merged import Rule
from sources.parts import PARTS, RESTRICTION, Part
from sources.toml_file import Place, TomlFile, meant

IDENTIFIERS: Final = "identifiers"
SEARCH: Final = "search"
DOCUMENTS: Final = "documents"
REST: Final = "rest"
"""In place of the parts that a file does not name."""
SHIPPED: Final = ("embedded", "services")

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PARTS: Final = {part.name: part for part in PARTS}


class SystemShape(Struct, forbid_unknown_fields=True, frozen=True):
    """A system as a sources file writes it."""

    database: bool = False
    address: str | None = None
    mapping: str | None = None
    seconds: float | None = None
    most_bytes: int | None = None
    token_file: str | None = None
    retention_days: int | None = None
    guard: Terms = USUAL
    identity: str = SERVICE
    signing_key_file: str | None = None


class FromShape(Struct, forbid_unknown_fields=True, frozen=True):
    """Several systems that tell one part, in the order of their priority, and how their words become one."""

    systems: tuple[str, ...]
    rule: str


class HttpSystem(Struct, frozen=True):
    """A system that is asked over HTTP. `seconds` is None for the usual time limit, `most_bytes` for the usual size;
    `token` is read at start, from `token_file`. `guard` is how it is asked. `signing` is for one that is asked in its
    caller's name."""

    address: str
    mapping: Mapping
    seconds: float | None = None
    most_bytes: int | None = None
    token: str | None = None
    retention_days: int | None = None
    token_file: Path | None = None
    guard: Terms = USUAL
    signing: Signing | None = None


class OwnDatabase(Struct, frozen=True):
    """The gateway's own database."""

    seconds: float | None = None
    retention_days: int | None = None
    guard: Terms = USUAL


class Mixed(Struct, frozen=True):
    """The systems that tell one part, in the order of their priority. `rule` is None where there is one."""

    systems: tuple[str, ...]
    rule: Rule | None = None


class Mix(Struct, frozen=True):
    """A whole sources file. `search` is None where nobody can search, `documents` where none can be opened."""

    systems: dict[str, HttpSystem | OwnDatabase]
    parts: dict[str, Mixed]
    identifiers: tuple[str, ...]
    search: str | None
    documents: str | None = None


def read_mix(name: str) -> Mix:
    """Return the mix of a file that ships (`embedded`, `services`) or of one's own; raise `BadFileError`."""
    file = TomlFile(_path(name))
    for key in file.tables:
        if key not in {"systems", "parts"}:
            file.refuse((key,), f"there is no such table{meant(key, ('systems', 'parts'))}")
    systems = {
        system: _system(file, told, ("systems", system)) for system, told in _table(file, "systems").items()
    }
    told = _table(file, "parts")
    known = (*_PARTS, IDENTIFIERS, SEARCH, DOCUMENTS, REST)
    for part in told:
        if part not in known:
            file.refuse(("parts", part), f"there is no such part{meant(part, known)}")
    missing = [part for part in _PARTS if part not in told]
    if missing and REST not in told:
        file.refuse(
            ("parts",), f"nobody tells {', '.join(missing)}: name a system for each, or for the `{REST}`"
        )
    rest = _named(file, systems, told.get(REST, []), ("parts", REST))
    if len(rest) != 1 and REST in told:
        file.refuse(("parts", REST), "one system tells the rest")
    search = _one(file, systems, told, SEARCH, "one system can be searched, not several")
    documents = _one(file, systems, told, DOCUMENTS, "one system has the documents, not several")
    mix = Mix(
        systems=systems,
        parts={
            name: _mixed(file, systems, part, told[name], ("parts", name)) if name in told else Mixed(rest)
            for name, part in _PARTS.items()
        },
        identifiers=_named(file, systems, told.get(IDENTIFIERS, []), ("parts", IDENTIFIERS)),
        search=search,
        documents=documents,
    )
    _check_described(file, mix)
    return mix


def _path(name: str) -> Path:
    if name in SHIPPED:
        return Path(str(files("sources").joinpath("mixes", f"{name}.toml")))
    return Path(name)


def _table(file: TomlFile, name: str) -> dict[str, Any]:
    table = file.tables.get(name)
    if not isinstance(table, dict) or not table:
        file.refuse((name,), f"a table [{name}] is needed")
    return table


def _system(file: TomlFile, told: Any, place: Place) -> HttpSystem | OwnDatabase:
    shape = file.shaped(place, told, SystemShape)
    if not _NAME.fullmatch(str(place[-1])):
        file.refuse(place, "a system's name is letters, digits, _ and -")
    for key in ("seconds", "most_bytes", "retention_days"):
        value = getattr(shape, key)
        if value is not None and not 0 < value < inf:
            file.refuse((*place, key), "a number above nothing is needed here")
    for key, reason in shape.guard.complaints():
        file.refuse((*place, "guard", key), reason)
    if shape.database:
        if shape.address or shape.mapping or shape.token_file:
            file.refuse(place, "the gateway's own database has no address, no mapping and no token file")
        if shape.identity != SERVICE or shape.signing_key_file:
            file.refuse(place, "the gateway's own database is asked in nobody's name")
        return OwnDatabase(shape.seconds, shape.retention_days, shape.guard)
    if shape.address is None or shape.mapping is None:
        file.refuse(place, "an address and a mapping are needed, or database = true")
    try:
        checked(shape.address)
    except BadAddressError as error:
        file.refuse((*place, "address"), str(error))
    return HttpSystem(
        address=shape.address,
        mapping=read_mapping(file.path.parent / shape.mapping),
        seconds=shape.seconds,
        most_bytes=shape.most_bytes,
        token=_token(file, shape.token_file, (*place, "token_file")),
        retention_days=shape.retention_days,
        token_file=file.path.parent / shape.token_file if shape.token_file is not None else None,
        guard=shape.guard,
        signing=signing(file, place, shape.identity, shape.signing_key_file),
    )


def _token(file: TomlFile, name: str | None, place: Place) -> str | None:
    if name is None:
        return None
    try:
        return read_token(file.path.parent / name)
    except BadTokenError as error:
        file.refuse(place, str(error))


def _mixed(
    file: TomlFile, systems: dict[str, HttpSystem | OwnDatabase], part: Part[Any], told: Any, place: Place
) -> Mixed:
    if isinstance(told, str):
        return Mixed(_named(file, systems, told, place))
    shape = file.shaped(place, told, FromShape)
    named = _named(file, systems, list(shape.systems), (*place, "systems"))
    if len(named) < 2:
        file.refuse(place, "a rule is for several systems")
    rules = _rules(part)
    if shape.rule not in rules:
        file.refuse((*place, "rule"), f"{part.name} is not merged by {shape.rule}{meant(shape.rule, rules)}")
    return Mixed(named, Rule[shape.rule.upper()])


def _rules(part: Part[Any]) -> tuple[str, ...]:
    if part.name == RESTRICTION.name:
        return (Rule.STRICTEST.value,)
    return (Rule.UNION.value,) if part.history else (Rule.FIRST.value,)


def _named(
    file: TomlFile, systems: dict[str, HttpSystem | OwnDatabase], told: Any, place: Place
) -> tuple[str, ...]:
    names = [told] if isinstance(told, str) else told
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        file.refuse(place, "the name of a system is needed, or a list of names")
    for name in names:
        if name not in systems:
            file.refuse(place, f"there is no system {name}{meant(name, systems)}")
    if len(set(names)) < len(names):
        file.refuse(place, "a system stands there twice")
    return tuple(names)


def _one(
    file: TomlFile, systems: dict[str, HttpSystem | OwnDatabase], told: dict[str, Any], what: str, reason: str
) -> str | None:
    named = _named(file, systems, told.get(what, []), ("parts", what))
    if len(named) > 1:
        file.refuse(("parts", what), reason)
    return named[0] if named else None


def _check_described(file: TomlFile, mix: Mix) -> None:
    """Refuse a system that is to tell what its mapping says nothing of, or what is not told to each caller apart."""
    wanted = [(part, system) for part, mixed in mix.parts.items() for system in mixed.systems]
    wanted += [(IDENTIFIERS, system) for system in mix.identifiers]
    wanted += [(SEARCH, mix.search)] if mix.search is not None else []
    wanted += [(DOCUMENTS, mix.documents)] if mix.documents is not None else []
    for what, name in wanted:
        system = mix.systems[name]
        if isinstance(system, OwnDatabase):
            if what == DOCUMENTS:
                file.refuse(("parts", what), "the gateway's own database has no documents")
            continue
        if what in EVERYBODYS and system.signing is not None:
            file.refuse(("parts", what), f"{name} is asked in its caller's name: {EVERYBODYS[what]}")
        others = {
            IDENTIFIERS: system.mapping.identifiers,
            SEARCH: system.mapping.search,
            DOCUMENTS: system.mapping.document,
        }
        if (others[what] if what in others else system.mapping.parts.get(what)) is None:
            file.refuse(("parts", what), f"the mapping of {name} says nothing of {what}")
