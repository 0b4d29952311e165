"""What py-spy saw is summed up so that each share is of all looks."""

from tests.bench.speed.profiled import summed

STACKS = """main (a.py:1);ask (b.py:3);ask (b.py:4) 6
main (a.py:2);write (c.py:9) 3
main (a.py:2) 1
"""


def test_each_function_has_its_own_share_and_that_of_all_it_called() -> None:
    told = summed(STACKS)
    assert told.startswith("10 looks\n")
    modules, alone, below = told.split("\n\n")[1:]
    assert modules.splitlines()[1:] == [" 60.0%  b.py", " 30.0%  c.py", " 10.0%  a.py"]
    assert alone.splitlines()[1:] == [" 60.0%  ask (b.py)", " 30.0%  write (c.py)", " 10.0%  main (a.py)"]
    assert below.splitlines()[1:] == ["100.0%  main (a.py)", " 60.0%  ask (b.py)", " 30.0%  write (c.py)"]
