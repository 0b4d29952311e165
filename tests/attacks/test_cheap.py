"""Refusing a bad document costs next to nothing of the processor, whatever it was to cost."""

import time
from collections.abc import Iterable

import msgspec
import pytest

from tests.attacks import bodies, cost, documents
from tests.attacks.attack import Attack
from tests.attacks.scene import Scene
from tests.attacks.stage import Stage
from tests.running import Answer

CHEAP = 0.05
"""Seconds of the processor's time that a bad document may cost."""
TIMES = 3
REFUSED = [attack for table in (cost, documents, bodies) for attack in table.ATTACKS if attack.status >= 400]


class Anew(Scene):
    """Sends each document with so many spaces more: one that was not sent before, of which nothing is kept."""

    spaces = 0

    async def send(self, method: str, path: str, body: bytes, headers: Iterable[tuple[str, str]]) -> Answer:
        return await super().send(method, path, _longer(body, self.spaces), headers)


def _longer(body: bytes, spaces: int) -> bytes:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    if not isinstance(told, dict) or not isinstance(told.get("query"), str):
        return body
    return msgspec.json.encode({**told, "query": told["query"] + " " * spaces})


@pytest.mark.parametrize("attack", REFUSED, ids=lambda attack: attack.name)
async def test_what_is_refused_costs_next_to_nothing(attack: Attack, stage: Stage) -> None:
    assert min([await _seconds(attack, stage, times) for times in range(1, TIMES + 1)]) < 2 * CHEAP


async def _seconds(attack: Attack, stage: Stage, spaces: int) -> float:
    """The time of this thread that sending it and refusing it took."""
    scene = Anew(stage, attack.at, attack.who)
    scene.spaces = spaces
    await scene.begin()
    began = time.thread_time()
    await attack.sends(scene)
    return time.thread_time() - began
