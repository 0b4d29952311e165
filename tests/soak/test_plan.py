"""The plan of a soak is worked out from its seed alone, and whatever it plans can be done."""

import subprocess
import sys

from sandbox.upstreams.faults import Fault
from tests.chaos.faults import Sim, Wire
from tests.chaos.toxics import toxic_of
from tests.house.programs import environment
from tests.running.command import HOUSE
from tests.soak.plan import CARDS, PARTS, VALKEY, Step, step
from tests.soak.striking import fault_of
from tests.soak.weather import Terms, steps_of

MANY = 4 * len(CARDS)
TOLD = f"from tests.soak.plan import step; print(*(step(7, one) for one in range(1, {MANY})), sep='\\n')"


def planned(seed: int) -> list[Step]:
    return [step(seed, number) for number in range(1, MANY)]


def test_a_plan_is_a_pure_function_of_its_seed() -> None:
    assert planned(7) == planned(7)
    assert planned(7) != planned(8)
    assert step(7, 40) == planned(7)[39], "a step does not depend on those before it"


def test_another_process_plans_the_same() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", TOLD],
            env=environment(PYTHONPATH=str(HOUSE), PYTHONHASHSEED=hash),
            cwd=HOUSE,
            check=True,
            capture_output=True,
        ).stdout.decode()
        for hash in ("1", "2")
    ]
    assert told[0].splitlines() == told[1].splitlines() == [str(one) for one in planned(7)]


def test_every_kind_strikes_once_before_one_strikes_again() -> None:
    for begin in (1, 1 + len(CARDS)):
        dealt = [step(7, number).blows[0] for number in range(begin, begin + len(CARDS))]
        kinds = {(f"{VALKEY}." if one.struck == (VALKEY,) else "") + one.kind for one in dealt}
        assert {one.replace(".shared.", ".") for one in kinds} == set(CARDS)
    assert {name for one in planned(7) for blow in one.blows for name in blow.struck} > {*PARTS, VALKEY}
    assert any(len(one.blows) == 2 for one in planned(7))


def test_whatever_is_planned_can_be_done() -> None:
    done: set[type] = set()
    for blow in (blow for one in planned(7) for blow in one.blows if not blow.kind.startswith("shared.")):
        match fault_of(blow):
            case Wire(name, attributes, stream, toxicity):
                told = {"type": name, "attributes": attributes, "stream": stream, "toxicity": toxicity}
                done.add(toxic_of(told).__class__)
            case Sim(kind, more):
                done.add(Fault(blow.struck[0], kind, **more).__class__)
    assert len(done) == 2


def test_steps_are_asked_for_by_how_many_or_from_one_to_another() -> None:
    assert [steps_of(told) for told in ("", "37", "35-37")] == [None, (1, 37), (35, 37)]
    assert [one.number for one in Terms(7, 0, (35, 37)).plan(0)] == [35, 36, 37]
    assert list(Terms(7, 0).plan(0)) == []
