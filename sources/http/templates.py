"""Templates: texts of a mapping file with blanks such as `{crn}` or `{since:epoch_ms}`, filled for one request."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from msgspec import Struct

from sources.http.moments import DAY_WRITERS, WRITERS

Value: TypeAlias = str | int | date | datetime | Sequence[str] | None
Values: TypeAlias = Mapping[str, Value]

_BLANK: Final = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")
MOMENTS: Final = frozenset({"since", "before"})
DAYS: Final = frozenset({"born"})


class BadTemplateError(ValueError):
    """A template has a blank that nothing fills."""


class Template(Struct, frozen=True):
    """A text with blanks. `each` and `between` say how several numbers stand in it."""

    text: str
    each: str = "{crn}"
    between: str = ","

    @property
    def blanks(self) -> frozenset[str]:
        """The names of its blanks."""
        return _blanks(self.text)

    def filled(self, values: Values) -> str | None:
        """Return the text; None when it has a blank for which there is no value."""
        if any(values.get(name) is None for name in self.blanks):
            return None
        return _BLANK.sub(lambda found: self._written(values[found[1]], found[2]), self.text)

    def value(self, values: Values) -> Any:
        """Return the text for a JSON body: a blank that stands alone is its value, a number or a list."""
        alone = _BLANK.fullmatch(self.text)
        if alone is not None and not isinstance(values.get(alone[1]), str | date | None):
            value = values[alone[1]]
            return value if isinstance(value, int) else list(value or ())  # type: ignore[arg-type]
        return self.filled(values)

    def _written(self, value: Value, form: str | None) -> str:
        if isinstance(value, datetime):
            return WRITERS[form or "iso"](value.astimezone(UTC))
        if isinstance(value, date):
            return DAY_WRITERS[form or "iso"](value)
        if isinstance(value, str | int):
            return str(value)
        return self.between.join(self.each.replace("{crn}", one) for one in value or ())


@lru_cache(maxsize=4096)
def _blanks(text: str) -> frozenset[str]:
    return frozenset(found[1] for found in _BLANK.finditer(text))


def template(text: str, allowed: Collection[str], each: str = "{crn}", between: str = ",") -> Template:
    """Return a template; raise `BadTemplateError` for a blank that nothing fills or a form nobody writes."""
    for found in _BLANK.finditer(text):
        name, form = found.groups()
        if name not in allowed:
            raise BadTemplateError(f"nothing fills {{{name}}} here; there are {', '.join(sorted(allowed))}")
        forms: Collection[str] = WRITERS if name in MOMENTS else DAY_WRITERS if name in DAYS else ()
        if form is not None and form not in forms:
            options = f"; there are {', '.join(sorted(forms))}" if forms else ""
            raise BadTemplateError(f"{{{name}}} cannot be written as {form}{options}")
    left = _BLANK.sub("", text)
    if "{" in left or "}" in left:
        raise BadTemplateError("a brace that is no blank")
    return Template(text, each, between)


def filled_pairs(query: Mapping[str, Any], values: Values) -> tuple[tuple[str, str], ...]:
    """Return parameters; a list repeats its parameter for each customer, and what has no value is left out."""
    pairs: list[tuple[str, str]] = []
    for name, told in query.items():
        if isinstance(told, Template):
            text = told.filled(values)
            pairs += [(name, text)] if text is not None else []
        else:
            pairs += [(name, text) for text in _for_each(told, values)]
    return tuple(pairs)


def filled_body(body: Any, values: Values) -> Any:
    """Return a JSON body; a list of one template is repeated for each customer, and what has no value is left out."""
    if isinstance(body, Template):
        return body.value(values)
    if isinstance(body, dict):
        told = {name: filled_body(value, values) for name, value in body.items()}
        return {name: value for name, value in told.items() if value is not None}
    if isinstance(body, list):
        return _for_each(body, values)
    return body


def _for_each(told: Sequence[Any], values: Values) -> list[Any]:
    crns = values.get("crns")
    everybody: Sequence[Any] = crns if isinstance(crns, list | tuple) else [values.get("crn")]
    filled = []
    for one in told:
        each = everybody if "crn" in blanks_of(one) else everybody[:1]
        filled += [filled_body(one, {**values, "crn": crn}) for crn in each]
    return [one for one in filled if one is not None]


def blanks_of(told: Any) -> Collection[str]:
    """Return the names of the blanks in templates, however deep they stand."""
    if isinstance(told, Template):
        return told.blanks
    inner = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    return {name for one in inner for name in blanks_of(one)}
