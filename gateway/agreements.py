"""The agreements file: what each partner may see, why, and from when on. Written in TOML.

[agreements.employment-provider]
parts = ["customer", "interaction", "entitlement"]
withheld = ["customer.date_of_birth"]
days = 396
"""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from resolvers.agreement import Agreement
from resolvers.caller import Purpose
from sources.parts import PARTS
from sources.toml_file import Place, TomlFile, meant

SHOWN: Final = frozenset(part.name for part in PARTS if part.scope is not None and not part.staff_only)
WITHHOLDABLE: Final = frozenset(f"{part.name}.{name}" for part in PARTS for name in part.withholdable)


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    parts: list[str]
    organisation: str | None = None
    withheld: list[str] = field(default_factory=list)
    purposes: list[str] = field(default_factory=lambda: [Purpose.AGREEMENT.value])
    begins: date | None = None
    ends: date | None = None
    since: date | None = None
    days: int | None = None


def read_agreements(path: Path | None, *, shipped: bool) -> Mapping[str, Agreement]:
    """Return agreements by organisation; raise `BadFileError`.

    Without a file they are the ones of the invented partners where those are `shipped`, else there are none.
    """
    if path is None and not shipped:
        return {}
    file = TomlFile(path or Path(str(files("policy").joinpath("agreements.toml"))))
    for key in file.tables:
        if key != "agreements":
            file.refuse((key,), f"there is no such table{meant(key, ('agreements',))}")
    told = file.tables.get("agreements", {})
    if not isinstance(told, dict):
        file.refuse(("agreements",), "a table [agreements.NAME] is needed for each agreement")
    found: dict[str, Agreement] = {}
    for name, one in told.items():
        agreement = _agreement(file, ("agreements", name), name, one)
        if agreement.organisation in found:
            file.refuse(("agreements", name), "this organisation has an agreement already")
        found[agreement.organisation] = agreement
    return found


def _agreement(file: TomlFile, place: Place, name: str, told: Any) -> Agreement:
    shape = file.shaped(place, told, _Shape)
    _check(file, (*place, "parts"), shape.parts, SHOWN, "part that a partner can see")
    _check(file, (*place, "withheld"), shape.withheld, WITHHOLDABLE, "field that can be withheld")
    _check(file, (*place, "purposes"), shape.purposes, Purpose.__members__, "purpose")
    if not shape.parts or not shape.purposes:
        file.refuse(place, "an agreement names at least one part and one purpose")
    if shape.begins is not None and shape.ends is not None and shape.ends < shape.begins:
        file.refuse((*place, "ends"), "it ends before it begins")
    if shape.days is not None and shape.days < 0:
        file.refuse((*place, "days"), "days are 0 or more")
    return Agreement(
        organisation=shape.organisation or name,
        parts=frozenset(shape.parts),
        withheld=frozenset(shape.withheld),
        purposes=frozenset(Purpose[one] for one in shape.purposes),
        begins=shape.begins,
        ends=shape.ends,
        since=shape.since,
        days=shape.days,
    )


def _check(file: TomlFile, place: Place, named: list[str], known: Any, what: str) -> None:
    for one in named:
        if one not in known:
            file.refuse(place, f"`{one}` is no {what}{meant(one, known)}")
