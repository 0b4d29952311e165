"""A gateway that runs: real HTTP on this machine, a real database file, real tokens, and a clock that a test sets."""

from tests.running.answers import Answer, codes
from tests.running.serving import NOON, Gate, Hands, imported, serving

__all__ = ["NOON", "Answer", "Gate", "Hands", "codes", "imported", "serving"]
