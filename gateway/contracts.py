"""The contracts file: which views of the schema there are, by the tags of fields. Written in TOML.

[contracts.partner]
include = ["partner"]
exclude = ["staff"]
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from schema import build
from schema.build import Silent
from schema.contract import BareContractError, Contract, tags_in, view_of
from schema.deferring import Executor
from sources.crn import CrnScheme
from sources.toml_file import TomlFile, meant

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)


def views(
    path: Path | None, scheme: CrnScheme, *, introspection: bool = True, executor: type[Executor] = Executor
) -> Mapping[str, Silent]:
    """Return the schema of each contract by its name; raise `BadFileError`. Without a file they are those that ship."""
    file = TomlFile(path or Path(str(files("policy").joinpath("contracts.toml"))))
    for key in file.tables:
        if key != "contracts":
            file.refuse((key,), f"there is no such table{meant(key, ('contracts',))}")
    told = file.tables.get("contracts", {})
    if not isinstance(told, dict):
        file.refuse(("contracts",), "a table [contracts.NAME] is needed for each contract")
    if not told:
        return {}
    whole = build(scheme, introspection=introspection, executor=executor)
    return {name: _view(file, name, one, whole) for name, one in told.items()}


def _view(file: TomlFile, name: str, told: Any, whole: Silent) -> Silent:
    place = ("contracts", name)
    if not NAME.fullmatch(name):
        file.refuse(
            place,
            "a contract is called by small letters, digits and hyphens: its name is a part of an address",
        )
    shape, known = file.shaped(place, told, _Shape), tags_in(whole._schema)
    for key, tags in (("include", shape.include), ("exclude", shape.exclude)):
        for tag in tags:
            if tag not in known:
                file.refuse((*place, key), f"no field has the tag `{tag}`{meant(tag, known)}")
    try:
        return view_of(whole, Contract(frozenset(shape.include), frozenset(shape.exclude)))
    except BareContractError as error:
        file.refuse(place, str(error))
