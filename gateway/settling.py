"""What a process does before it serves: what it has made by then stays, and is not looked through again."""

import gc
from typing import Final

YOUNG: Final = 10_000
"""So many new objects are looked through together for what only holds itself: a request leaves some hundred of them.

With fewer the same is looked through more often, and with many more memory grows between two looks.
"""


def settle() -> None:
    """Take what there is for what stays: schema, code, settings."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
