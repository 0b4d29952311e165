"""Recovers a schema as the command `clairvoyance` does, asking for BUCKET words at once: BUCKET, then its own words."""

import sys
from importlib import import_module

from clairvoyance.config import Config


class Bucket(Config):  # type: ignore[misc]
    """How it asks; it has no option for it."""

    def __init__(self) -> None:
        super().__init__()
        self._bucket_size = int(sys.argv[1])


if __name__ == "__main__":
    program = import_module("clairvoyance.cli")
    program.Config = Bucket  # type: ignore[attr-defined]
    program.cli(sys.argv[2:])
