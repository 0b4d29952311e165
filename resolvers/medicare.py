"""Medicare numbers, which an overview never shows (BR-CO-6): how one is told from another number in a text.

Ten digits are one when they stand alone, in neither a longer number nor a word, and are
* written 4-5-1, whatever the digits are: no telephone, receipt or account is written so; or
* begun with 2 to 6, as all card numbers are, and
  - the ninth is the check digit of the eight before, and the last is not 0; or
  - they stand after the word Medicare, with words such as "card number" between; or
  - a slash and the number of a person on the card follow.

So a mistyped number is found as it is usually written, and of the receipts that are ten digits and nothing else one in
twenty-two is taken for a Medicare number. The number of the person goes with it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import msgspec

from resolvers.cards.activity import (
    Activity,
    CallDetails,
    DigitalDetails,
    MessageDetails,
    VisitDetails,
)
from resolvers.titles import normalised
from sources.parts import Correspondence, Interaction

T = TypeVar("T")

TEXTS: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {
        CallDetails: ("queue",),
        VisitDetails: ("location", "queue", "contact_type"),
        DigitalDetails: ("status",),
        MessageDetails: ("recipient_masked",),
    }
)
"""The fields of details that hold a source's own words. A receipt number is none: it is a number of its own."""

ITEMS: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {
        Interaction: (
            "title",
            "summary",
            "status_raw",
            "kind_raw",
            "department",
            "service_area",
            "contact_type",
            "queue",
            "avoidable_reason",
        ),
        Correspondence: ("title", "description", "status_raw", "channel_raw", "recipient_masked", "group"),
    }
)
"""The fields of items of histories that hold a source's own words."""

_GAP: Final = "[ \t\u00a0\u2009\u202f-]"
_TEN: Final = re.compile(
    rf"([0-9]{{4}})({_GAP}?)([0-9]{{5}})({_GAP}?)([0-9])( ?/ ?[1-9]|-[1-9])?(?!\w)(?![./-][0-9])"
)
_DIGITS: Final = re.compile(rf"[0-9]{{4}}{_GAP}?[0-9]{{5}}")
"""What every Medicare number has in it."""
_fields: Final = cache(lambda names: attrgetter(*names))
_ALONE: Final = re.compile(
    r"(?<=medicare)|(?<![\w$+])(?<![0-9][./-])(?<!\+[0-9] )(?<!\+[0-9]{2} )(?<!\+[0-9]{3} )", re.IGNORECASE
)
"""The end of what may stand before it: no part of a number or a word, no country's code of a telephone number."""

_NAMED: Final = re.compile(r"medicare\W*(?:\b(?:card|number|num|no|nr|is|was)\b\W*){0,3}$", re.IGNORECASE)
_WEIGHTS: Final = (1, 3, 7, 9, 1, 3, 7, 9)


def without_numbers(text: str, mark: str) -> str:
    """Return a text with a mark in the place of each Medicare number."""
    return _TEN.sub(lambda found: mark if _is_one(found) else found[0], text)


def activities_without(activities: Sequence[Activity], mark: str) -> Sequence[Activity]:
    """Return activities without Medicare numbers: all texts are looked at at once, as those of items are."""
    texts = [text for one in activities for text in (one.title, one.description)]
    for one in activities:
        names = TEXTS.get(type(one.details), ())
        texts += [getattr(one.details, name) for name in names]
    if _DIGITS.search("\0".join(filter(None, texts))) is None:
        return activities
    return [_activity_without(one, mark) for one in activities]


def _activity_without(activity: Activity, mark: str) -> Activity:
    """Return an activity whose texts are without Medicare numbers; what is counted by its title goes by the new one."""
    changed: dict[str, Any] = _cleaned(activity, ("title", "description"), mark)
    if "title" in changed and activity.key == normalised(activity.title):
        changed["key"] = normalised(changed["title"])
    details: Any = activity.details
    if told := _cleaned(details, TEXTS.get(type(details), ()), mark):
        changed["details"] = msgspec.structs.replace(details, **told)
    return msgspec.structs.replace(activity, **changed) if changed else activity


def item_without(item: T, mark: str) -> T:
    """Return an item of a history whose texts are without Medicare numbers; its place and its numbers stay."""
    told = _cleaned(item, ITEMS.get(type(item), ()), mark)
    return cast(T, msgspec.structs.replace(cast(Any, item), **told)) if told else item


def items_without(items: Sequence[T], mark: str) -> Sequence[T]:
    """Return items of one history without Medicare numbers. Hardly any page has one: all its texts are looked at at
    once, and only where one of them may hold a number each item by itself."""
    if not items:
        return items
    names = ITEMS.get(type(items[0]), ())
    if len(names) > 1 and all(type(item) is type(items[0]) for item in items):
        texts = "\0".join(filter(None, chain.from_iterable(map(_fields(names), items))))
        if _DIGITS.search(texts) is None:
            return items
    return [item_without(item, mark) for item in items]


def _cleaned(record: Any, names: tuple[str, ...], mark: str) -> dict[str, Any]:
    """Return the fields that hold a number, without it."""
    if not _may_hold_one(record, names):
        return {}
    texts = {name: text for name in names if (text := getattr(record, name)) is not None}
    return {name: clean for name, text in texts.items() if (clean := without_numbers(text, mark)) != text}


def _may_hold_one(record: Any, names: tuple[str, ...]) -> bool:
    """Tell at one look at all of the fields whether some may hold a number: hardly any has so many digits."""
    if len(names) < 2:  # of one name `attrgetter` gives no tuple
        return bool(names)
    return _DIGITS.search("\0".join(filter(None, _fields(names)(record)))) is not None


def _is_one(found: re.Match[str]) -> bool:
    if not _ALONE.match(found.string, found.start()):
        return False
    first, gap, middle, other_gap, last, person = found.groups()
    if gap and other_gap:
        return True
    if not "2" <= first[0] <= "6":
        return False
    if "/" in (person or "") or _NAMED.search(found.string, 0, found.start()):
        return True
    eight = first + middle[:4]
    check = sum(int(digit) * weight for digit, weight in zip(eight, _WEIGHTS, strict=True)) % 10
    return last != "0" and check == int(middle[4])
