"""The weather itself, for a few steps of one seed: nothing is wrong until an answer is, and that is found out."""

import msgspec
import pytest

from tests.chaos.stage import mark
from tests.running import Answer
from tests.soak.scene import PEOPLE
from tests.soak.truth import Seen
from tests.soak.weather import Terms, soak

pytestmark = [
    pytest.mark.conformance,
    # who leaves in the middle of an operation leaves coroutines of the GraphQL library behind that never began
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]
SEED = 7
STEPS = (13, 15)
BUSY = 3.0


class MixUp:
    """Puts another person's mark into one answer that is whole."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, seen: Seen) -> Seen:
        asked = seen.asked
        if self.done or asked.answer.status != 200 or seen.who != "centre":
            return seen
        self.done = True
        owner, other = asked.crns[0], next(one for one in PEOPLE if one not in asked.crns)
        text = asked.answer.text.replace(mark(owner), mark(other))
        answer = Answer(asked.answer.status, asked.answer.headers, text)
        return msgspec.structs.replace(seen, asked=msgspec.structs.replace(asked, answer=answer))


async def test_a_short_soak_of_one_seed_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert await soak(Terms(SEED, 0, STEPS, BUSY)), capsys.readouterr().out
    told = capsys.readouterr().out
    assert all(f"  {number}  " in told for number in range(STEPS[0], STEPS[1] + 1))
    assert "what clients saw of it" in told
    assert "memory of there" in told


async def test_a_mix_up_in_one_answer_is_found_out_and_can_be_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not await soak(Terms(SEED, 0, (STEPS[0], STEPS[0]), BUSY), MixUp())
    told = capsys.readouterr().out
    assert "I1: " in told
    assert f"make soak KILLS=0 SEED={SEED} STEPS={STEPS[0]}-{STEPS[0]}" in told
