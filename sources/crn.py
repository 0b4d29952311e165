"""The customer reference number: its schemes, its check letter, and what is refused.

Two schemes: `services-australia` (nine digits and a check letter) and `opaque` (a council's own reference).
The text that a caller sent never stands in an error.
"""

import re
from typing import Final, NewType, Protocol

Crn = NewType("Crn", str)

CHECK_LETTERS: Final = "XVTSLKJHCBA"
WEIGHTS: Final = (512, 256, 128, 64, 32, 16, 8, 4, 2)
CHECK_LETTER_MISMATCH: Final = "CHECK_LETTER_MISMATCH"
FORM_MISMATCH: Final = "FORM_MISMATCH"
LONGEST_TEXT: Final = 64

_SERVICES_AUSTRALIA = re.compile(r"[0-9]{9}[ABCHJKLSTVX]")
_OPAQUE = re.compile(r"[0-9A-Z]{6,20}")
_INVENTED = re.compile(r"000[0-9]{6}.?")


class BadCrn(ValueError):
    """The text is not a CRN of this scheme. Its message is fit to show: it holds nothing of the text."""

    code = "BAD_USER_INPUT"


class CrnScheme(Protocol):
    """What a CRN looks like at the body that runs the gateway."""

    @property
    def name(self) -> str:
        """The scheme's name in the policy."""

    def parse(self, text: str) -> Crn:
        """Return the normalised CRN; raise `BadCrn` when the text is not one."""

    def warning(self, crn: Crn) -> str | None:
        """Return what is doubtful about a number that a source sent, or None; such a number is never dropped."""


def check_letter(digits: str) -> str:
    """Return the letter that belongs to nine digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return CHECK_LETTERS[total % 11]


class ServicesAustralia:
    """Nine digits and one of ABCHJKLSTVX, written with or without spaces and hyphens, in either case.

    `strict` turns a wrong check letter from a warning into an error; `refuse_invented` refuses the numbers
    000000000 to 000999999, where the invented people live.
    """

    name = "services-australia"

    def __init__(self, *, strict: bool = False, refuse_invented: bool = False) -> None:
        self._strict = strict
        self._refuse_invented = refuse_invented

    def parse(self, text: str) -> Crn:
        """Return the normalised CRN; raise `BadCrn` for any other text."""
        crn = _normalised(
            text, _SERVICES_AUSTRALIA, "A CRN is nine digits and one of the letters ABCHJKLSTVX."
        )
        if self._strict and self.warning(crn):
            raise BadCrn("The check letter of this CRN does not belong to its digits.")
        _refuse(crn, self._refuse_invented)
        return crn

    def warning(self, crn: Crn) -> str | None:
        """Return `CHECK_LETTER_MISMATCH` when letter and digits do not fit, `FORM_MISMATCH` for another form."""
        if not _SERVICES_AUSTRALIA.fullmatch(crn):
            return FORM_MISMATCH
        return None if check_letter(crn[:9]) == crn[9:] else CHECK_LETTER_MISMATCH


class Opaque:
    """A council's citizen reference: 6 to 20 letters and digits, with no check."""

    name = "opaque"

    def __init__(self, *, refuse_invented: bool = False) -> None:
        self._refuse_invented = refuse_invented

    def parse(self, text: str) -> Crn:
        """Return the normalised reference; raise `BadCrn` for any other text."""
        crn = _normalised(text, _OPAQUE, "A customer reference is 6 to 20 letters and digits.")
        _refuse(crn, self._refuse_invented)
        return crn

    def warning(self, crn: Crn) -> str | None:
        """Return `FORM_MISMATCH` for another form; an opaque reference has nothing else to check."""
        return None if _OPAQUE.fullmatch(crn) else FORM_MISMATCH


def _normalised(text: str, form: re.Pattern[str], expected: str) -> Crn:
    plain = text.replace(" ", "").replace("-", "")
    if len(text) > LONGEST_TEXT or not plain.isascii():
        raise BadCrn(expected)
    crn = plain.upper()
    if not form.fullmatch(crn):
        raise BadCrn(expected)
    return Crn(crn)


def _refuse(crn: Crn, invented: bool) -> None:
    if invented and _INVENTED.fullmatch(crn):
        raise BadCrn("Numbers from 000000000 to 000999999 belong to invented people and are refused here.")
