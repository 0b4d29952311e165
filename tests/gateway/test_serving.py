"""The server as a process: what it says, how it ends, and what it never tells."""

import json
import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sources.parts import Restriction
from sources.parts.customer import Address, AddressKind, ContactKind, ContactPoint, Name, NameKind
from tests.house.programs import free_port, group_of
from tests.running.command import importing, overview, served
from tests.running.people import ANNE, everything_of, online, person, there
from tests.sources.specimens import crn, line

NAME, PHONE, STREET = "Cholmondeley-Zyx", "0491570156", "7 Unlikely Crescent"
SECRET = crn(918_273)
LOCKED = crn(918_274)
STANDING = "2025-03-10T12:00:00+11:00"
WHOLE = """query($crn: CRN!) { customer(crn: $crn) { id crn
    profile { names { family } contactPoints { value } addresses { lines } }
    interactions { edges { node { id title } } } debts { truncated }
    overview { cards { edges { node { id title } } } } } }"""


def told() -> bytes:
    records: list[Any] = []
    for owner in (SECRET, LOCKED):
        records += everything_of(owner, there(2025, 3, 9, 9))
        records.append(
            person(
                owner,
                names=(Name(NameKind.LEGAL, NAME),),
                contact_points=(ContactPoint(ContactKind.MOBILE, PHONE),),
                addresses=(Address(AddressKind.RESIDENTIAL, (STREET,), "Nowhere"),),
            )
        )
        records.append(online(owner, "odd", there(2025, 3, 9, 10), title=f"{NAME} called from {PHONE}"))
    records.append(Restriction(LOCKED, restricted=True, officers=("officer-ra-1",)))
    return b"\n".join(line(record) for record in records) + b"\n"


def asked(port: int, body: bytes, **headers: str) -> tuple[int, str]:
    usual = {
        "content-type": "application/json",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    request = Request(f"http://127.0.0.1:{port}/graphql", data=body, headers=usual)
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def query(document: str = WHOLE, number: str = SECRET) -> bytes:
    return json.dumps({"query": document, "variables": {"crn": number}}).encode()


def damage(home: Path) -> None:
    """What can go wrong in a database: a record that cannot be read, one of somebody else, a table that is gone."""
    with sqlite3.connect(home / "overview.db") as database:
        database.execute("UPDATE interaction SET record = ?", (f'{{"title": "{NAME} {PHONE}"',))
        database.execute(
            "UPDATE customer SET record = replace(record, ?, ?)", (f'"crn":"{SECRET}"', f'"crn":"{ANNE}"')
        )
        database.execute("DROP TABLE debt")
    database.close()


def test_what_the_server_says_names_nobody(tmp_path: Path) -> None:
    """A customer who is unlike anybody is asked for in every way, well and badly, in sound and in sore times."""
    assert importing(told(), tmp_path).returncode == 0
    tokens = {
        who: overview("token", who, home=tmp_path).stdout.decode().strip() for who in ("officer", "partner")
    }
    log, port = tmp_path / "log", free_port()
    with served(log, home=tmp_path, port=port) as process:
        officer, partner = (f"Bearer {tokens[who]}" for who in ("officer", "partner"))
        status, text = asked(port, query(), authorization=officer)
        assert (status, NAME in text, PHONE in text, STREET in text) == (200, True, True, True)
        for authorization in (officer, partner, f"Bearer {SECRET}", ""):
            everything_else(port, authorization)
        damage(tmp_path)
        time.sleep(0.1)
        os.kill(process.pid, 0)
        for authorization in (officer, partner):
            everything_else(port, authorization)
    said = log.read_text() + (tmp_path / "audit.ndjson").read_text()
    assert '"event"' in said
    for word in (NAME, PHONE, STREET, SECRET, SECRET[:9], LOCKED, LOCKED[:9], *tokens.values(), "Traceback"):
        assert word not in said, word


def everything_else(port: int, authorization: str) -> None:
    """Requests that are refused, that fail and that succeed."""
    bodies = [
        query(),
        query(number=LOCKED),
        query(number=SECRET + "9"),
        query(f'{{ customer(crn: "{SECRET}") {{ id profile {{ names {{ family }} }} }} }}'),
        query(f'{{ customer(crn: "{SECRET}" {NAME}'),
        query(f'{{ node(id: "{SECRET}") {{ id }} customerBy(identifier: {{can: "{PHONE}"}}) {{ id }} }}'),
        query(
            f'{{ customer(crn: "{SECRET}") {{ interactions(after: "{NAME}") {{ edges {{ cursor }} }} }} }}'
        ),
        query(f'{{ customer(crn: "{SECRET}") {{ overview(since: "{NAME}") {{ restricted }} }} }}'),
        query(f"query({PHONE}) {{ x }}"),
        f'{{"query": "{SECRET}'.encode(),
        f"[{SECRET}]".encode(),
        SECRET.encode() * 40_000,
    ]
    for body in bodies:
        status, _ = asked(port, body, authorization=authorization)
        assert status < 600
    for name in ("x-request-id", "x-access-reason", "accept", "content-type"):
        asked(port, query(), authorization=authorization, **{name.replace("-", "_"): SECRET})


def test_ctrl_c_ends_the_server_at_once(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    with served(log, home=tmp_path, port=port) as process:
        token = overview("token", "officer", home=tmp_path).stdout.decode().strip()
        assert asked(port, query(number=ANNE), authorization=f"Bearer {token}")[0] == 200
        begin = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20)
        assert time.monotonic() - begin < 5
        assert group_of(process) == []
    said = log.read_text().splitlines()
    assert said == [f"Serving on http://127.0.0.1:{port}/graphql"]


def test_an_embedded_gateway_makes_what_it_needs(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    tmp_path.joinpath("new").mkdir()
    with served(
        tmp_path / "log",
        home=tmp_path,
        port=free_port(),
        OVERVIEW_DATABASE_URL=f"sqlite:///{tmp_path}/own.db",
    ):
        assert (tmp_path / "own.db").exists()
        assert (tmp_path / "keyring.json").stat().st_mode & 0o077 == 0
    assert not home.exists()


def test_a_developers_clock_stands_where_it_was_set(tmp_path: Path) -> None:
    settings = {"OVERVIEW_PROFILE": "development", "OVERVIEW_NOW": STANDING}
    assert overview("migrate", home=tmp_path).returncode == 0
    assert importing(told(), tmp_path).returncode == 0
    token = overview("token", "officer", home=tmp_path, **settings).stdout.decode().strip()
    cards = "cards { edges { node { recency { label } } } }"
    document = f"query($crn: CRN!) {{ customer(crn: $crn) {{ overview {{ generatedAt {cards} }} }} }}"
    port = free_port()
    with served(tmp_path / "log", home=tmp_path, port=port, **settings):
        status, text = asked(port, query(document), authorization=f"Bearer {token}")
    assert status == 200
    shown = json.loads(text)["data"]["customer"]["overview"]
    assert shown["generatedAt"] in {STANDING, "2025-03-10T01:00:00+00:00", "2025-03-10T01:00:00Z"}
    assert {edge["node"]["recency"]["label"] for edge in shown["cards"]["edges"]} == {"1 day ago"}
