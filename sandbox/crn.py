"""Numbers of the invented people: 000000000 to 000999999, each with the letter that belongs to it."""

from typing import Final

PEOPLE_AT_MOST: Final = 1_000_000

_LETTERS: Final = "XVTSLKJHCBA"
_WEIGHTS: Final = (512, 256, 128, 64, 32, 16, 8, 4, 2)


def crn(number: int) -> str:
    """Return the CRN of the person with this number."""
    digits = f"{number:09d}"
    return digits + check_letter(digits)


def check_letter(digits: str) -> str:
    """Return the letter that belongs to nine digits."""
    return _LETTERS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def wrong_letter(number: int) -> str:
    """Return the CRN of this number with a letter that does not belong to it."""
    right = crn(number)
    return right[:9] + _LETTERS[(_LETTERS.index(right[9]) + 1) % 11]


def case_number(number: int, index: int = 0) -> str:
    """Return the number of a child support case, filed under the parent with the lower number."""
    return str((number * 10 + index) * 482_711 % 10_000_000 + 20_000_000)


def record_number(number: int, index: int, digits: int) -> str:
    """Return the number of somebody's record: so many digits, unique in the town, silent about whose."""
    space: int = 10**digits
    return f"{(number * 10 ** (digits - 6) + index) * 48_271 % space:0{digits}d}"
