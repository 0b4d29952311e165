"""Rates as tests look at them: a clock of seconds, and the header fields read as structured fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.running.answers import Answer

ITEM = re.compile(r'"(?P<name>[ !#-\[\]-~]*)"(?P<parameters>(?:; *[a-z*][a-z0-9_.*-]*=-?[0-9]{1,15})*)')
"""One item of a list of strings with whole numbers as parameters (RFC 9651)."""


class Ticks:
    """Seconds since 1970, as a test sets them."""

    def __init__(self, now: float = 1_741_568_400.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Told:
    """What an answer says of its caller's rate."""

    quota: int
    window: int
    left: int
    seconds: int


def told(answer: Answer) -> Told:
    policy = _item(answer.headers["ratelimit-policy"])
    state = _item(answer.headers["ratelimit"])
    assert policy.keys() == {"q", "w"}
    assert state.keys() == {"r", "t"}
    return Told(policy["q"], policy["w"], state["r"], state["t"])


def _item(field: str) -> Mapping[str, int]:
    found = ITEM.fullmatch(field)
    assert found is not None, field
    assert found["name"] == "caller"
    parameters = [part.strip().split("=") for part in found["parameters"].split(";") if part]
    return {name: int(number) for name, number in parameters}
