"""Terms: the words by which a customer is found, each with one letter in front that says where it comes from.

One list a customer, the same on every database. When what is made of a record here changes, a migration has to fill
the table anew, as 0002 does.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from sources.parts.customer import ContactKind, ContactPoint, Customer, Name, NameKind
from sources.sql.folding import chunks, folded, forms, identifier, joined, sound, telephone
from sources.sql.rows import Row

BORN: Final = "b"
NUMBER: Final = "i"
ADDRESS: Final = "a"
EMAIL: Final = "e"
PHONE: Final = "p"
PHONE_END: Final = "r"
"""A telephone number from its last digit to its first: who knows the last four looks for a beginning."""


class NameLetters(Struct, frozen=True):
    """The letters of names, and those of how names sound."""

    family: str
    given: str
    family_sound: str
    given_sound: str


OPEN: Final = NameLetters("f", "g", "s", "t")
PROTECTED: Final = NameLetters("u", "v", "x", "y")

LONGEST_NAME: Final = 60
LONGEST_LIKENESS: Final = 160
MOST_TERMS: Final = 2000


def search_row(customer: Customer) -> Row | None:
    """Return the row that a customer is found by: number, name to order by, likeness, terms.

    None for a number that is only another number of somebody: they are found by their own.
    """
    if customer.canonical_crn is not None:
        return None
    name = _shown_name(customer.names)
    found = list(dict.fromkeys(_terms(customer)))[:MOST_TERMS]
    return customer.crn, name[:LONGEST_NAME], _likeness(name, customer.date_of_birth), " ".join(found)


def born(day: date) -> str:
    """Return the term of a date of birth."""
    return BORN + day.isoformat().replace("-", "")


def _shown_name(names: Iterable[Name]) -> str:
    """Return the name that everybody may see, the legal one before others, folded, family name first."""
    open_ones = sorted(
        (one for one in names if not one.protected), key=lambda one: one.kind is not NameKind.LEGAL
    )
    if not open_ones:
        return ""
    first = open_ones[0]
    words = [joined(pieces) for text in (first.family, first.given or "") for pieces in chunks(text)]
    return " ".join(words)


def _likeness(name: str, day: date | None) -> str | None:
    return f"{name[:LONGEST_LIKENESS]} {day.isoformat()}" if name and day is not None else None


def _terms(customer: Customer) -> Iterator[str]:
    for number in (customer.crn, *(one.value for one in customer.identifiers)):
        if plain := identifier(number):
            yield NUMBER + plain
    for name in customer.names:
        letters = PROTECTED if name.protected else OPEN
        yield from _name_terms(name.family, letters.family, letters.family_sound)
        yield from _name_terms(name.given or "", letters.given, letters.given_sound)
    if customer.date_of_birth is not None:
        yield born(customer.date_of_birth)
    for point in customer.contact_points:
        yield from _contact_terms(point)
    for address in customer.addresses:
        for text in (*address.lines, address.locality, address.state or "", address.postcode or ""):
            yield from (ADDRESS + word for word in _address_words(text))


def _name_terms(text: str, letter: str, sound_letter: str) -> Iterator[str]:
    for word in forms(text):
        yield letter + word
        if heard := sound(word):
            yield sound_letter + heard


def _address_words(text: str) -> Iterator[str]:
    """Yield the words of a line of an address, those with a joint also as one word."""
    for pieces in chunks(text):
        yield from pieces
        if len(pieces) > 1:
            yield joined(pieces)


def _contact_terms(point: ContactPoint) -> Iterator[str]:
    if point.kind is ContactKind.EMAIL or "@" in point.value:
        if whole := identifier(point.value):
            yield EMAIL + whole
        local = folded(point.value).partition("@")[0]
        yield from (EMAIL + word for word in forms(local))
    elif number := telephone(point.value):
        yield PHONE + number
        yield PHONE_END + number[::-1]
