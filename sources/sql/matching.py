"""Matching: what people are looked for by, as expressions over their terms, the strictest reading first."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import IntEnum
from typing import Final, TypeAlias

from msgspec import Struct, structs

from sources.search import Criteria
from sources.sql.folding import chunks, digits, identifier, joined, sound, telephone
from sources.sql.terms import ADDRESS, EMAIL, NUMBER, OPEN, PHONE, PHONE_END, PROTECTED, NameLetters, born


class Level(IntEnum):
    """How a word may match: itself, what begins with it, what sounds like it. Each lets in what the one before does."""

    EXACT = 1
    PREFIX = 2
    SOUND = 3


class Term(Struct, frozen=True):
    """A term, or with `prefix` every term that begins with it. It holds letters and digits and nothing else."""

    text: str
    prefix: bool = False


class Every(Struct, frozen=True):
    """All of these."""

    parts: tuple["Expression", ...]


class Either(Struct, frozen=True):
    """Any of these."""

    parts: tuple["Expression", ...]


Expression: TypeAlias = Term | Every | Either


class _Fields(Struct, frozen=True):
    """What a word is compared with: the letters of words, those of sounds, and whether numbers count, too."""

    words: str
    sounds: str = ""
    numbers: bool = False


_SHORTEST_BEGINNING: Final = 3
_SHORTEST_END: Final = 4
_DIALLED: Final = re.compile(r"[0-9()+-]*[0-9][0-9()+-]*")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def expression(wanted: Criteria, level: Level) -> Expression | None:
    """Return what the terms of a person have to be; None when nobody can match, or nothing is looked for."""
    names = (OPEN, PROTECTED) if wanted.protected_names else (OPEN,)
    family = _Fields(_letters(names, "family"), _letters(names, "family_sound"))
    given = _Fields(_letters(names, "given"), _letters(names, "given_sound"))
    both = _Fields(family.words + given.words, family.sounds + given.sounds)
    anything = _Fields(both.words + ADDRESS + EMAIL, both.sounds, numbers=True)
    parts: list[Expression | None] = []
    if wanted.quick is not None:
        parts.append(_quick(wanted.quick, anything, level))
    for text, fields in ((wanted.name, both), (wanted.family, family), (wanted.given, given)):
        if text is not None:
            parts.append(_every(_word(pieces, fields, level) for pieces in chunks(text)))
    if wanted.address is not None:
        parts.append(_every(_word(pieces, _Fields(ADDRESS), level) for pieces in chunks(wanted.address)))
    if wanted.email is not None:
        parts.append(_email(wanted.email, level))
    if wanted.phone is not None:
        parts.append(_either(_telephone(wanted.phone, level)))
    if wanted.identifier is not None:
        parts.append(_either(_identifier(wanted.identifier)))
    if wanted.born is not None:
        parts.append(Term(born(wanted.born)))
    return None if None in parts else _every(parts)


def numbers(wanted: Criteria) -> tuple[str, ...]:
    """Return how the number that is looked for may be written where numbers are kept as they came."""
    text = wanted.identifier if wanted.identifier is not None else wanted.quick
    if text is None or not identifier(text):
        return ()
    plain = text.strip().replace(" ", "").replace("-", "")
    return tuple(dict.fromkeys((text.strip(), plain, plain.upper())))


def without_number(wanted: Criteria) -> Criteria | None:
    """Return what else is looked for besides a number; None when that is all."""
    rest = structs.replace(wanted, **({"quick": None} if wanted.identifier is None else {"identifier": None}))
    return None if rest == Criteria(protected_names=wanted.protected_names) else rest


def _letters(names: Iterable[NameLetters], which: str) -> str:
    return "".join(getattr(letters, which) for letters in names)


def _quick(text: str, fields: _Fields, level: Level) -> Expression | None:
    tokens = text.split()
    if tokens and all(map(_DIALLED.fullmatch, tokens)):
        return _either([*_dates(text.strip()), *_number("".join(tokens), fields, level)])
    whole = _identifier(text) if len(tokens) > 1 else ()
    words = _every(_tokens(tokens, fields, level))
    return _either([*whole, *([words] if words is not None else ())])


def _tokens(tokens: list[str], fields: _Fields, level: Level) -> Iterator[Expression | None]:
    """Yield one expression for each word; digits that stand in a row may also be one number written with blanks."""
    row: list[str] = []
    for token in [*tokens, ""]:
        if _DIALLED.fullmatch(token):
            row.append(token)
            continue
        if row:
            alone = _every(_either(_number(each, fields, level)) for each in row)
            together = _number("".join(row), fields, level) if len(row) > 1 else ()
            yield _either([*([alone] if alone is not None else ()), *together])
            row = []
        if "@" in token:
            yield _email(token, level)
        elif token:
            yield from _plain(token, fields, level)


def _plain(token: str, fields: _Fields, level: Level) -> Iterator[Expression | None]:
    days = list(_dates(token))
    words = list(chunks(token))
    if days:
        yield _either([*days, *_identifier(token)])
    elif len(words) == 1:
        yield _either([_word(words[0], fields, level), *_identifier(token)])
    elif words:  # such as 3/12 or anne.smith
        yield _either([Every(tuple(_word(each, fields, level) for each in words)), *_identifier(token)])


def _word(pieces: list[str], fields: _Fields, level: Level) -> Expression:
    """Return the expression of a word: as one, or each of the pieces that it is joined of."""
    whole = list(_alike(joined(pieces), fields, level))
    if len(pieces) > 1:
        whole.append(Every(tuple(Either(tuple(_alike(piece, fields, level))) for piece in pieces)))
    return Either(tuple(whole))


def _alike(word: str, fields: _Fields, level: Level) -> Iterator[Expression]:
    for letter in fields.words:
        yield Term(letter + word, prefix=level >= Level.PREFIX)
    heard = sound(word) if level >= Level.SOUND else ""
    for letter in fields.sounds if heard else "":
        yield Term(letter + heard)


def _number(text: str, fields: _Fields, level: Level) -> list[Expression]:
    """Return what digits may be: a date, a telephone number, a number of a system, a word of an address."""
    plain = digits(text)
    return [*_dates(text), *_alike(plain, fields, level), *_telephone(text, level), *_identifier(text)]


def _telephone(text: str, level: Level) -> Iterator[Expression]:
    numbers = {number: None for number in (telephone(text), digits(text)) if number}
    for number in numbers:
        yield Term(PHONE + number)
    for number in numbers if level >= Level.PREFIX else ():
        if len(number) >= _SHORTEST_BEGINNING:
            yield Term(PHONE + number, prefix=True)
        if len(number) >= _SHORTEST_END:
            yield Term(PHONE_END + number[::-1], prefix=True)


def _email(text: str, level: Level) -> Expression | None:
    """Return the expression of an address: as one word, or the words of its first half."""
    whole = identifier(text)
    if not whole:
        return None
    one = Term(EMAIL + whole, prefix=level >= Level.PREFIX)
    if "@" in text:
        return one
    words = _every(_word(pieces, _Fields(EMAIL), level) for pieces in chunks(text))
    return _either([one, *([words] if words is not None else ())])


def _identifier(text: str) -> Iterator[Expression]:
    if plain := identifier(text):
        yield Term(NUMBER + plain)


def _dates(text: str) -> Iterator[Expression]:
    day_first, year_first = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    if day_first:
        day, month, year = map(int, day_first.groups())
    elif year_first:
        year, month, day = map(int, year_first.groups())
    else:
        return
    try:
        yield Term(born(date(year, month, day)))
    except ValueError:
        return


def _every(parts: Iterable[Expression | None]) -> Expression | None:
    """Return the expression that all of these hold; None when there is none of them, or one that nobody can match."""
    found = list(parts)
    given = tuple(part for part in found if part is not None)
    if not given or len(given) < len(found):
        return None
    return given[0] if len(given) == 1 else Every(given)


def _either(parts: Iterable[Expression]) -> Expression | None:
    found = tuple(dict.fromkeys(parts))
    if not found:
        return None
    return found[0] if len(found) == 1 else Either(found)
