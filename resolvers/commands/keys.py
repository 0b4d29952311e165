"""Idempotency keys: how a caller's program may write them."""

import re
from typing import Final

from resolvers.refusal import bad_input

KEY: Final = re.compile(r"[0-9A-Za-z_-]{16,64}")


def check_key(key: str) -> None:
    """Refuse a key of another form."""
    if not KEY.fullmatch(key):
        raise bad_input("`idempotencyKey` is 16 to 64 letters, digits, _ and -")
