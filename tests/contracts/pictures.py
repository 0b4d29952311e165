"""What a client is shown of customers, and how it is looked at: which parts are whole, which are missing, and why."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from schema import PROBLEMS
from sources.crn import Crn
from tests.contracts.cases import Told
from tests.contracts.subjects import ITEMS, NAMES, PARTS_BY_NAME, mark
from tests.running import NOON, Answer

_HISTORY = "edges { node { id title source { nativeId } } }"
_SECTION = "source system status code retryAfter itemCount asOf truncated"
_CARDS = "cards(first: 100) { edges { node { id kind title source { nativeId } } } }"
EVERYTHING = f"""query($crns: [CRN!]!) {{ customers(crns: $crns) {{
    id recordType recordFlags
    profile {{ title names {{ family }} }} identifiers {{ kind }} relationships {{ kind }}
    interactions(first: 100) {{ {_HISTORY} }} correspondence(first: 100) {{ {_HISTORY} }}
    debts {{ debts {{ id reason }} truncated }}
    ownership {{ cases {{ number }} source {{ nativeId }} }}
    entitlements {{ issuesOnFile claims {{ id }} }}
    overview {{ completeness restricted sections {{ {_SECTION} }} {_CARDS} }} }} }}"""

FIELDS: dict[str, tuple[str, ...]] = {
    "customer": ("recordType", "recordFlags", "profile", "identifiers", "relationships"),
    "restriction": (),
    "interaction": ("interactions",),
    "correspondence": ("correspondence",),
    "debt": ("debts",),
    "ownership": ("ownership",),
    "entitlement": ("entitlements",),
}
SECTIONS = ("customer", "interaction", "correspondence", "debt", "ownership", "entitlement")
"""The parts of which an overview is made."""

SHOWN = tuple(name for name in NAMES if FIELDS[name])
STATE = ("status", "code", "retryAfter", "itemCount", "truncated")
A_CRN = re.compile(r"[0-9]{9}[A-Z]")


def is_whole(shown: Any, owner: Crn, unless: str | None = None) -> None:
    """Somebody of whom everything is there, perhaps but for one part."""
    overview = shown["overview"]
    assert overview["completeness"] == "COMPLETE"
    assert sorted(one["source"] for one in overview["sections"]) == sorted(SECTIONS)
    for section in overview["sections"]:
        if section["source"] != unless:
            items = ITEMS if PARTS_BY_NAME[section["source"]].history else 1
            state = ("OK", None, None, items, False)
            assert tuple(section[each] for each in STATE) == state
            assert is_now(section["asOf"])
    for part in SHOWN:
        if part != unless:
            assert mark(part, owner) in json.dumps([shown[field] for field in FIELDS[part]]), part
            assert shown_items(shown, part) == (ITEMS if PARTS_BY_NAME[part].history else 0)


def shown_items(shown: Any, part: str) -> int:
    """How many items of a history are shown; none of what is no history."""
    if not PARTS_BY_NAME[part].history:
        return 0
    field = shown[FIELDS[part][0]]
    return len(field["debts" if part == "debt" else "edges"])


def is_now(moment: str) -> bool:
    return datetime.fromisoformat(moment) == NOON


def errors_of(answer: Answer, index: int) -> dict[str, dict[str, Any]]:
    """The errors of one of the customers, by the field that they are about."""
    found = [error for error in answer.errors if error["path"][:2] == ["customers", index]]
    by_field = {".".join(map(str, error["path"][2:])): error["extensions"] for error in found}
    assert len(by_field) == len(found), answer.text
    return by_field


def lost_fields(part: str) -> set[str]:
    """Where the failure of a part stands among the errors."""
    return {*FIELDS[part], *({"overview"} if part in SECTIONS else ())}


def is_refused(answer: Answer, index: int) -> None:
    """Somebody of whom nothing is shown, since nobody could say whether it may be."""
    assert answer.partial["customers"][index] is None
    (error,) = errors_of(answer, index).values()
    assert error["code"] == "ACCESS_CHECK_UNAVAILABLE"
    assert error["class"] == "GATEWAY"


def is_lost(answer: Answer, index: int, part: str, system: str, told: Told, whole: Any) -> None:
    """Somebody of whom one part is missing, and nothing else; `whole` is what is shown of them otherwise."""
    shown = answer.partial["customers"][index]
    errors = errors_of(answer, index)
    assert errors.keys() == lost_fields(part), answer.text
    for error in errors.values():
        assert (error["code"], error["class"], error["source"]) == (told.code, "SOURCE", system)
        assert told.code is not None
        assert error["retryable"] == PROBLEMS[told.code].retryable
    for field in FIELDS[part] if not told.gap else ():
        assert shown[field] is None
    others_are_whole(shown, whole, part)
    if part in SECTIONS:
        section_says(shown["overview"], part, system, told)


def others_are_whole(shown: Any, whole: Any, part: str) -> None:
    """Everything but one part is as it is otherwise."""
    lost = {*FIELDS[part], "overview"}
    assert {name: value for name, value in shown.items() if name not in lost} == {
        name: value for name, value in whole.items() if name not in lost
    }
    own = mark(part, Crn("")).rstrip("-")
    assert cards(shown, own) == cards(whole, own)
    assert sections_but(shown, part) == sections_but(whole, part)


def sections_but(shown: Any, part: str) -> list[Any]:
    return [one for one in shown["overview"]["sections"] if one["source"] != part]


def cards(shown: Any, own: str) -> list[Any]:
    """The cards that are not of a part."""
    nodes = (edge["node"] for edge in shown["overview"]["cards"]["edges"])
    return [node for node in nodes if not node["source"]["nativeId"].startswith(own)]


def section_says(overview: Any, part: str, system: str, told: Told) -> None:
    """The overview says what is missing and why."""
    assert overview["completeness"] == "PARTIAL"
    (section,) = [one for one in overview["sections"] if one["source"] == part]
    assert section["system"] == system
    items = ITEMS - 1 if told.gap else None
    assert tuple(section[each] for each in STATE) == (told.state, told.code, told.retry_after, items, False)
    assert is_now(section["asOf"]) if told.gap else section["asOf"] is None


def is_unknown(shown: Any, part: str) -> None:
    """A part of which its source knows nothing."""
    for field in FIELDS[part]:
        assert not has_anything(shown[field]), field
    for section in shown["overview"]["sections"]:
        if section["source"] == part:
            assert tuple(section[each] for each in STATE) == ("NOT_FOUND", None, None, 0, False)
            assert is_now(section["asOf"])


def has_anything(value: Any) -> bool:
    """Whether there is an item or a text anywhere in a field."""
    if isinstance(value, dict):
        return any(has_anything(each) for each in value.values())
    return bool(value)


def nothing_leaks(text: str, part: str, people: Iterable[Crn]) -> None:
    """Neither a number nor anything of the answer that failed stands in the text."""
    assert not A_CRN.search(text)
    for owner in people:
        assert mark(part, owner) not in text
    for word in (
        "doctype",
        "Traceback",
        "Error(",
        "sqlalchemy",
        "asyncpg",
        "sqlite3",
        "httpx",
        "127.0.0.1",
        "://",
    ):
        assert word not in text, word
