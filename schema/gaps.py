"""Gaps: a section of which a source could give only a part is shown, and its gap stands among the errors."""

from collections.abc import Iterable

from resolvers.customer import Picture
from resolvers.scope import Failure
from schema.node import Info
from schema.wanted import SECTION_PARTS, response_keys

TOLD_ELSEWHERE = frozenset({"overview", "timeline"})
"""An overview and a timeline say themselves what is missing beneath them."""


def tell_gaps(info: Info, shown: Iterable[object], *path: str) -> None:
    """Tell the gaps of the customers that a field shows, in its order; `path` leads from the field to them.

    The field is a list when `path` says nothing else: of customers itself, or of what holds one each.
    """
    gapped = [(index, one) for index, one in enumerate(shown) if isinstance(one, Picture) and one.has_gaps]
    keys = response_keys(info, *path, now=True) if gapped else []
    for index, one in gapped:
        for names, field in keys:
            tell_gap(one, field, _place(info, names, index if path or _is_list(info) else None))


def tell_gap(picture: Picture, field: str, place: tuple[str | int, ...]) -> None:
    """Tell the gaps of one section of a customer, which stands at a place of the answer."""
    if field not in TOLD_ELSEWHERE:
        gaps = [gap for part in SECTION_PARTS.get(field, ()) for gap in picture.gaps(part)]
        picture.scope.failures.extend(Failure(place, gap) for gap in gaps)


def _place(info: Info, names: tuple[str, ...], index: int | None) -> tuple[str | int, ...]:
    """Return where a section stands in the answer: the index comes after what is a list."""
    before, field = names[:-1], names[-1]
    base: tuple[str | int, ...] = tuple(info.path.as_list())
    if index is None:
        return (*base, field)
    return (*base, *before[:1], index, *before[1:], field)


def _is_list(info: Info) -> bool:
    return hasattr(info._raw_info.return_type, "of_type") and str(info._raw_info.return_type).startswith("[")
