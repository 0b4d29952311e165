"""`python -m sandbox services`: the systems as a program."""

import json
import signal
import socket
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from sandbox.__main__ import main
from tests.house import programs
from tests.sandbox.asking import MARIA
from tests.sandbox.telling import ON, lines

HOUSE = Path(__file__).parents[2]
NAMES = "customer restriction interaction correspondence debt ownership entitlement document control".split()
COMMAND = [sys.executable, "-m", "sandbox", "services"]


def ports_in_a_row() -> int:
    """The first of eight ports that are free now."""
    while True:
        first = programs.free_port()
        if first < 65_000 and all(_is_free(first + place) for place in range(9)):
            return first


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_each_system_is_answers_and_ends_quietly(sign: int, tmp_path: Path) -> None:
    first, log = ports_in_a_row(), tmp_path / "log"
    command = [*COMMAND, "--people", "28", "--on", ON.isoformat(), "--port", str(first)]
    with programs.running(command, programs.environment(), HOUSE, log) as process:
        programs.wait_until(lambda: "control" in log.read_text(), process, log)
        said = [line.split() for line in log.read_text().splitlines()]
        assert said == [[name, f"http://127.0.0.1:{first + place}"] for place, name in enumerate(NAMES)]
        with urlopen(f"{said[0][1]}/people/{MARIA}", timeout=5) as answer:
            assert json.load(answer)["personNumber"] == MARIA
        process.send_signal(sign)
        assert process.wait(programs.PATIENCE) == 0
    assert len(log.read_text().splitlines()) == len(NAMES)


def test_it_takes_records_from_a_file(tmp_path: Path) -> None:
    told, log = tmp_path / "town.ndjson", tmp_path / "log"
    told.write_bytes(b"\n".join(lines(people=3)))
    command = [*COMMAND, "--records", str(told), "--port", str(ports_in_a_row())]
    with programs.running(command, programs.environment(), HOUSE, log) as process:
        programs.wait_until(lambda: "control" in log.read_text(), process, log)
        with urlopen(f"{log.read_text().split()[1]}/people/{MARIA}", timeout=5) as answer:
            assert json.load(answer)["personNumber"] == MARIA


def test_a_port_that_is_taken_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    first = ports_in_a_row()
    with socket.create_server(("127.0.0.1", first + 7)):
        assert main(["services", "--people", "1", "--port", str(first)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"python -m sandbox services: 127.0.0.1:{first + 7} cannot be listened on\n"


def test_a_file_that_is_not_there_or_holds_no_records_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["services", "--records", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.endswith("none: No such file or directory\n")
    (tmp_path / "some").write_bytes(b'\n{"part":"debt"}\n')
    assert main(["services", "--records", str(tmp_path / "some")]) == 1
    assert capsys.readouterr().err == "python -m sandbox services: line 2: record is missing\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "0"], "'0' is not a port from 1 to 65527"),
        (["--port", "65528"], "'65528' is not a port from 1 to 65527"),
        (["--host", "0.0.0.0"], "'0.0.0.0' is not an address of this machine alone"),
        (["--host", "localhost"], "'localhost' is not an address of this machine alone"),
        (["--people", "none"], "'none' is not a number"),
    ],
)
def test_what_is_not_understood_is_said_in_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["services", *arguments])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
