"""`python -m sandbox`: what it prints, what it refuses, and how it ends."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import time_machine

from sandbox.__main__ import main
from tests.sandbox.telling import ON, decoded, lines

HOUSE = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments], cwd=HOUSE, capture_output=True, check=False, timeout=60
    )


def test_town_writes_one_record_a_line() -> None:
    done = run("town", "--people", "20", "--seed", "1", "--on", ON.isoformat())
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.splitlines() == lines(people=20)


@time_machine.travel("2026-11-17T14:30:00+00:00", tick=False)
def test_the_day_and_the_town_are_those_of_sydney(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["day"]) == 0
    assert capsysbinary.readouterr().out == b"2026-11-18\n"
    assert main(["town", "--people", "3"]) == 0
    assert capsysbinary.readouterr().out.splitlines() == lines(date(2026, 11, 18), 3)


def test_stories_names_five_people_with_two_spaces_before_the_story(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert main(["stories"]) == 0
    told = capsysbinary.readouterr().out.decode().splitlines()
    numbers = [line.split("  ", 1)[0] for line in told]
    assert numbers == ["000000001T", "000000006V", "000000007S", "000000010L", "000000033H"]
    assert all(line.endswith(".") for line in told)
    known = {decoded(line)[1].crn for line in lines(people=40)}
    assert set(numbers) <= known


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["town", "--on", "2026-02-30"], "'2026-02-30' is not a day"),
        (["town", "--on", "20260218"], "'20260218' is not a day"),
        (["town", "--on", "1970-01-01"], "'1970-01-01' is not a day"),
        (["town", "--people", "0"], "'0' is not a number from 1 to 1000000"),
        (["town", "--people", "many"], "'many' is not a number from 1 to 1000000"),
        (["town", "--seed", "x"], "invalid int value: 'x'"),
        (["town", "--colour"], "unrecognized arguments: --colour"),
        (["village"], "invalid choice: 'village'"),
        ([], "required: town|day|stories"),
    ],
)
def test_what_is_not_understood_is_said_in_one_line(
    arguments: Sequence[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


def test_a_reader_who_has_enough_ends_it_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "town"], cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writing:
        assert writing.stdout
        assert writing.stderr
        assert writing.stdout.readline().startswith(b'{"part":"customer"')
        writing.stdout.close()
        assert writing.stderr.read() == b""
        assert writing.wait(30) == 0
