"""`python -m sandbox`: the town as lines of JSON or as systems to ask, its day, and whom to ask for first."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import date
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

import msgspec

from sandbox.calendar import today
from sandbox.crn import PEOPLE_AT_MOST
from sandbox.stories import HEADLINES
from sandbox.stories.dealings import CALLERS
from sandbox.telephone import CannotCallError, Telephone, telephony_file
from sandbox.town import Town
from sandbox.upstreams.document import DOCUMENT
from sandbox.upstreams.program import PORT, PORTS, serve, serve_documents

LINES_AT_ONCE: Final = 2_000
YEARS: Final = range(2000, 2100)
PEOPLE: Final = 1000


class _Parser(ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Say it, and exit with 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.command == "town":
            write(_town(chosen), sys.stdout.buffer)
        elif chosen.command == "services":
            return serve(chosen.records or _town(chosen), chosen.host, chosen.port)
        elif chosen.command == "telephony":
            sys.stdout.write(telephony_file())
        elif chosen.command == "call":
            Telephone(chosen.gateway, chosen.file, chosen.officer).call(chosen.crn)
        elif chosen.command == "documents":
            return serve_documents(_town(chosen), chosen.host, chosen.port)
        elif chosen.command == "day":
            print(today())
        else:
            for story in HEADLINES:
                print(f"{story.crn}  {story.line}")
        sys.stdout.flush()
    except CannotCallError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def write(town: Town, out: BinaryIO) -> None:
    """Write every record of a town as a line of JSON."""
    encoder = msgspec.json.Encoder()
    entries = iter(town)
    while some := [{"part": part, "record": record} for part, record in islice(entries, LINES_AT_ONCE)]:
        out.write(encoder.encode_lines(some))


def _parser() -> ArgumentParser:
    parser = _Parser(
        prog="python -m sandbox",
        description="Invented people to run and try the gateway with.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        metavar="town|day|stories|services|documents|telephony|call",
    )
    town = commands.add_parser("town", help="write every record as a line of JSON", allow_abbrev=False)
    _choose_town(town)
    commands.add_parser("day", help="print the day it is in Sydney", allow_abbrev=False)
    commands.add_parser("stories", help="print five named people and their stories", allow_abbrev=False)
    commands.add_parser("telephony", help="print a telephony file for a gateway", allow_abbrev=False)
    _add_call(commands)
    services = commands.add_parser(
        "services", help="run eight systems that know the town, on ports in a row", allow_abbrev=False
    )
    _choose_town(services)
    services.add_argument("--records", type=Path, metavar="FILE", help="lines of JSON in place of a town")
    _choose_host(services)
    services.add_argument(
        "--port",
        type=_port,
        default=PORT,
        help=f"the first of {len(PORTS)} ports: {', '.join(PORTS)} (default: {PORT})",
    )
    _add_documents(commands)
    return parser


def _add_documents(commands: Any) -> None:
    documents = commands.add_parser(
        "documents", help="run the system that prints the town's letters", allow_abbrev=False
    )
    _choose_town(documents)
    _choose_host(documents)
    documents.add_argument(
        "--port",
        type=_port,
        default=PORT + PORTS.index(DOCUMENT),
        help=f"its port, or any that is free where it is taken (default: {PORT + PORTS.index(DOCUMENT)})",
    )


def _add_call(commands: Any) -> None:
    call = commands.add_parser(
        "call", help="tell a gateway that an officer is in a call, until Ctrl-C", allow_abbrev=False
    )
    call.add_argument("crn", nargs="?", default=CALLERS[0].crn, help="who is on the line (default: Nadia)")
    call.add_argument("--officer", default="officer-1", help="the officer's id (default: officer-1)")
    call.add_argument(
        "--gateway", default="http://127.0.0.1:8000", help="where it answers (default: http://127.0.0.1:8000)"
    )
    call.add_argument(
        "--file",
        type=Path,
        default=Path(".run/telephony.toml"),
        help="the gateway's telephony file (default: .run/telephony.toml, as `make run` writes it)",
    )


def _choose_host(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        type=_host,
        default="127.0.0.1",
        help="an address of this machine alone (default: 127.0.0.1)",
    )


def _choose_town(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=_people, default=PEOPLE, help=f"how many people (default: {PEOPLE})")
    parser.add_argument("--seed", type=int, default=1, help="another number, other people (default: 1)")
    parser.add_argument(
        "--on",
        type=_day,
        metavar="YYYY-MM-DD",
        help="the day as on which it is told (default: today in Sydney)",
    )


def _town(chosen: Namespace) -> Town:
    return Town(chosen.seed, chosen.on or today(), chosen.people)


def _host(text: str) -> str:
    try:
        loopback = ip_address(text).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ArgumentTypeError(f"{text!r} is not an address of this machine alone, such as 127.0.0.1")
    return text


def _port(text: str) -> int:
    last = 65536 - len(PORTS)
    if not text.isdecimal() or not 1 <= int(text) <= last:
        raise ArgumentTypeError(f"{text!r} is not a port from 1 to {last}")
    return int(text)


def _people(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= PEOPLE_AT_MOST:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {PEOPLE_AT_MOST}")
    return int(text)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS or text != day.isoformat():
        raise ArgumentTypeError(f"{text!r} is not a day of the years 2000 to 2099 (YYYY-MM-DD)")
    return day


if __name__ == "__main__":
    sys.exit(main())
