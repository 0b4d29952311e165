"""Finding people: every word that is asked must begin a word of the person; accents and capitals do not count."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from sandbox.upstreams.dialect import Refusal
from sandbox.upstreams.records import Record, Records
from sandbox.upstreams.times import from_day_first

Place: TypeAlias = tuple[str, str, str]

_WORD: Final = re.compile(r"\w+")


@dataclass
class Known:
    """What a person can be found by; `others` are the numbers that are only another number of the person."""

    record: Record
    place: Place
    born: str | None
    family: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    @property
    def everything(self) -> set[str]:
        """Every word."""
        mail = {word for email in self.emails for word in words(email)}
        return self.family | self.given | self.phones | self.emails | mail | self.addresses | self.numbers


class People:
    """Everybody who can be found, in the order of names. Looked at anew when the records have changed."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._version = -1
        self._known: list[Known] = []
        self._alike: dict[tuple[str, str, str | None], list[str]] = {}
        self._numbers: dict[tuple[str, str], list[str]] = {}

    def found(self, terms: Mapping[str, Any]) -> list[Known]:
        """Return who matches every term, in the order of names; refuse a question without terms."""
        self._refresh()
        tests = [_TESTS[name](told) for name in _TESTS if (told := _text(name, terms.get(name)))]
        if not tests:
            raise Refusal(400, f"say what to search for: {', '.join(_TESTS)}")
        return [known for known in self._known if all(test(known) for test in tests)]

    def duplicates(self, known: Known) -> list[str]:
        """Return other people with the same names and day of birth."""
        alike = self._alike[*known.place[:2], known.born] if known.born else []
        return [crn for crn in alike if crn != known.record["crn"]]

    def behind(self, kind: str, number: str) -> list[str]:
        """Return the people whom a number leads to."""
        self._refresh()
        return self._numbers.get((kind, number), [])

    def _refresh(self) -> None:
        if self._version == self._records.version:
            return
        self._version = self._records.version
        people = {record["crn"]: record for record in self._records.all("customer")}
        canonical = {crn: record.get("canonical_crn", crn) for crn, record in people.items()}
        found = {crn: _known(record) for crn, record in people.items() if canonical[crn] == crn}
        numbers: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for crn, owner in canonical.items():
            numbers["CRN", crn][owner] = None
            for one in people[crn].get("identifiers", ()):
                numbers[one["kind"], one["value"]][owner] = None
            if owner in found:
                found[owner].numbers.add(folded(crn))
        self._numbers = {number: list(owners) for number, owners in numbers.items()}
        self._known = sorted(found.values(), key=lambda known: known.place)
        alike: dict[tuple[str, str, str | None], list[str]] = defaultdict(list)
        for known in self._known:
            alike[*known.place[:2], known.born].append(known.record["crn"])
        self._alike = alike


def folded(text: str) -> str:
    """Return a text without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return _WORD.findall(folded(text))


def digits(text: str) -> str:
    """Return the digits of a telephone number, with 0 in place of +61."""
    found = "".join(letter for letter in text if letter.isdigit())
    return f"0{found[2:]}" if found.startswith("61") and len(found) == 11 else found


def _known(record: Record) -> Known:
    names = record.get("names") or [{"family": ""}]
    place = (folded(names[0]["family"]), folded(names[0].get("given", "")), record["crn"])
    known = Known(record, place, record.get("date_of_birth"))
    for name in names:
        known.family.update(words(name["family"]))
        known.given.update(words(name.get("given", "")))
    for point in record.get("contact_points", ()):
        if point["kind"] == "EMAIL":
            known.emails.add(folded(point["value"]))
        else:
            known.phones.update([digits(point["value"]), *words(point["value"])])
    for one in record.get("addresses", ()):
        told = (*one["lines"], one["locality"], one.get("state", ""), one.get("postcode", ""))
        known.addresses.update(word for part in told for word in words(part))
    known.numbers.update(_compact(one["value"]) for one in record.get("identifiers", ()))
    return known


def _text(name: str, told: Any) -> str:
    if told is not None and not isinstance(told, str):
        raise Refusal(400, f"{name} must be a text")
    return (told or "").strip()


def _compact(number: str) -> str:
    return folded(number).replace(" ", "").replace("-", "")


def _begins(word: str, among: Iterable[str]) -> bool:
    return any(one.startswith(word) for one in among)


def _in_words(found: Callable[[Known], set[str]]) -> Callable[[str], Callable[[Known], bool]]:
    def asked(told: str) -> Callable[[Known], bool]:
        wanted = words(told)
        return lambda known: bool(wanted) and all(_begins(word, found(known)) for word in wanted)

    return asked


def _by_birth(told: str) -> Callable[[Known], bool]:
    try:
        born: date = from_day_first(told)
    except ValueError:
        raise Refusal(400, "dateOfBirth must be written as 31/12/1999") from None
    return lambda known: known.born == born.isoformat()


def _by(
    found: Callable[[Known], set[str]], made: Callable[[str], str]
) -> Callable[[str], Callable[[Known], bool]]:
    def asked(told: str) -> Callable[[Known], bool]:
        wanted = made(told)
        return lambda known: bool(wanted) and _begins(wanted, found(known))

    return asked


_TESTS: Final[Mapping[str, Callable[[str], Callable[[Known], bool]]]] = {
    "text": _in_words(lambda known: known.everything),
    "familyName": _in_words(lambda known: known.family),
    "givenName": _in_words(lambda known: known.given),
    "name": _in_words(lambda known: known.family | known.given),
    "dateOfBirth": _by_birth,
    "phone": _by(lambda known: known.phones, digits),
    "email": _by(lambda known: known.emails, folded),
    "address": _in_words(lambda known: known.addresses),
    "number": _by(lambda known: known.numbers, _compact),
}
