"""Numbers that nobody is asked about: a partner must not learn by the work of an answer whether somebody was there.

Where an unknown number costs less than a restricted record would, a decoy is asked for as well, and dropped.
"""

from hashlib import sha256
from typing import Final

from sources.crn import Crn, check_letter

INVENTED: Final = 1_000_000
"""Decoys are among the numbers of invented people, whom no production system knows."""


def decoy_of(asked: str) -> Crn:
    """Return the decoy of a question: the same for the same one, so that it is kept like what it stands for."""
    digits = f"{int.from_bytes(sha256(asked.encode()).digest()[:8], 'big') % INVENTED:09d}"
    return Crn(digits + check_letter(digits))
