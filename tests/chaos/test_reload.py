"""F49: the configuration is reloaded with a mistake in it. The old one stays everywhere, and somebody is told why."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen
from uuid import uuid4

import pytest

from tests.house.programs import free_port
from tests.running.command import overview, served
from tests.running.issuing import FILE as ISSUERS
from tests.running.issuing import ISSUER, STAFF
from tests.running.killing import asked, token
from tests.running.policies import changed
from tests.running.senders import events_file
from tests.running.telephones import FILE, SECRET
from tests.running.workers import crew

pytestmark = pytest.mark.conformance

PATIENCE: Final = 60.0
SAME: Final = '"2026-11"'
NEXT: Final = '"2027-02"'
NAMED: Final = {
    "OVERVIEW_POLICY_FILE": "policy.toml",
    "OVERVIEW_LABELS_FILE": "labels.toml",
    "OVERVIEW_AGREEMENTS_FILE": "agreements.toml",
    "OVERVIEW_CONTRACTS_FILE": "contracts.toml",
    "OVERVIEW_ISSUERS_FILE": "issuers.toml",
    "OVERVIEW_TELEPHONY_FILE": "telephony.toml",
    "OVERVIEW_EVENTS_FILE": "events.toml",
    "OVERVIEW_SOURCES": "sources.toml",
    "OVERVIEW_DOCUMENTS_FOLDER": "documents",
    "OVERVIEW_RATE_STAFF": "0",
}
CANARY: Final = "123456782T"
WRONG: Final = {
    "policy.toml": 'zone = "Nowhere/Land"\n',
    "labels.toml": "nonsense",
    "agreements.toml": '[agreements.one]\nparts = ["nonsense"]\n',
    "contracts.toml": '[contracts.one]\ninclude = ["nonsense"]\n',
    "issuers.toml": '[issuers.one]\nnonsense = "no"\n',
    "telephony.toml": FILE.replace('organisation = "agency"', f'organisation = ""\nabout = "{CANARY}"'),
    "events.toml": f'[senders.one]\nsecrets = ["{SECRET}"]\nnonsense = 1\n',
    "sources.toml": "[parts.nonsense]\n",
    "documents/front.json": "{nonsense",
    "keyring.json": "{}",
}
"""What each file says once there is a mistake in it."""


@dataclass(frozen=True)
class House:
    """A gateway in processes of its own: whom a signal goes to, and who is there."""

    told: int
    port: int
    admin: int
    log: Path
    bearer: str
    processes: Callable[[], set[int]]

    @property
    def home(self) -> Path:
        return self.log.parent

    @property
    def events(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [told for told in lines if told["event"].startswith(("config.", "worker."))]

    def counted(self, result: str) -> float:
        with urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        sample = f'config_reload_total{{result="{result}"}} '
        return next(float(line.removeprefix(sample)) for line in lines if line.startswith(sample))

    def reloaded(self) -> dict[str, Any]:
        """Send the signal; return what was told of it last."""
        before = len([one for one in self.events if one["event"].startswith("config.")])
        os.kill(self.told, signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while len(told := [one for one in self.events if one["event"].startswith("config.")]) == before:
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)
        assert len(told) == before + 1
        return told[-1]

    def edition(self) -> str:
        """The edition of the policy by which a question is decided now."""
        number = uuid4().hex
        status, text = asked(self.port, self.bearer, number)
        assert status == 200, text
        journal = (self.home / "audit.ndjson").read_text().splitlines()
        (event,) = [line for line in map(json.loads, journal) if number in json.dumps(line)]
        return str(event["policy"])


def furnish(home: Path) -> None:
    """Put every file that a gateway reads into its home, each as it may be."""
    changed(home / "policy.toml", "edition", SAME)
    (home / "labels.toml").write_bytes(files("policy").joinpath("labels.en.toml").read_bytes())
    (home / "sources.toml").write_text(
        '[systems.sql]\ndatabase = true\n[parts]\nrest = "sql"\nidentifiers = "sql"\nsearch = "sql"\n'
    )
    (home / "telephony.toml").write_text(FILE)
    (home / "documents").mkdir()
    (home / "issuers.toml").write_text(
        ISSUERS.format(name="staff", issuer=ISSUER, address="http://127.0.0.1:9", more=STAFF)
    )
    events_file(home)
    for name in ("agreements.toml", "contracts.toml"):
        (home / name).write_text("")


@contextmanager
def house(home: Path, workers: int, **more: str) -> Iterator[House]:
    furnish(home)
    bearer, settings = token(home), {**NAMED, "OVERVIEW_LOG_LEVEL": "info", **more}
    if workers > 1:
        with crew(home, workers, **settings) as ours:
            yield House(ours.parent, ours.port, ours.admin, ours.log, bearer, lambda: ours.workers)
    else:
        port, admin, log = free_port(), free_port(), home / "log"
        with served(log, "--admin-port", str(admin), home=home, port=port, **settings) as process:
            yield House(process.pid, port, admin, log, bearer, lambda: {process.pid})


@contextmanager
def mistaken(file: Path, text: str) -> Iterator[None]:
    """A file with a mistake in it, for as long as this lasts."""
    before = file.read_bytes() if file.exists() else None
    file.write_text(text)
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


@pytest.mark.parametrize("workers", [1, 2])
def test_f49_whatever_file_is_wrong_the_old_configuration_stays_and_it_is_said_why(
    workers: int, tmp_path: Path
) -> None:
    with house(tmp_path, workers) as ours:
        before = ours.processes()
        wrong = dict(list(WRONG.items())[::workers])  # a parent asks the same check
        for count, (name, text) in enumerate(wrong.items(), 1):
            with mistaken(tmp_path / name, text):
                told = ours.reloaded()
                checked = overview("config", "check", home=tmp_path, **NAMED)
            assert (told["event"], told["level"]) == ("config.rejected", "error")
            assert name in told["reason"], told
            assert len(told["reason"]) > len(name) + 10
            assert (checked.returncode, checked.stdout.count(b"\n")) == (1, 1)
            assert Path(name).name.encode() in checked.stdout
            assert (ours.counted("rejected"), ours.counted("reloaded")) == (count, 0)
            assert (ours.processes(), ours.edition()) == (before, SAME.strip('"'))
        said = ours.log.read_text()
        assert (SECRET[6:] in said, CANARY[:9] in said, "Traceback" in said) == (False, False, False)
        assert [one for one in ours.events if one["event"] in {"worker.kept", "worker.died"}] == []
        assert overview("config", "check", home=tmp_path, **NAMED).returncode == 0
        changed(tmp_path / "policy.toml", "edition", NEXT)
        assert ours.reloaded()["event"] == "config.reloaded"
        assert (ours.counted("rejected"), ours.counted("reloaded")) == (len(wrong), 1)
        assert ours.edition() == NEXT.strip('"')
        assert bool(ours.processes() & before) is (workers == 1)


def test_a_process_alone_says_what_waits_for_its_next_start(tmp_path: Path) -> None:
    with house(tmp_path, 1) as ours:
        assert "waits" not in ours.reloaded()
        changed(tmp_path / "policy.toml", "months", "12")
        (tmp_path / "contracts.toml").write_text('[contracts.one]\ninclude = ["partner"]\n')
        told = ours.reloaded()
        assert (told["event"], told["waits"]) == (
            "config.reloaded",
            "OVERVIEW_CONTRACTS_FILE, the policy's reading",
        )
        assert ours.edition() == SAME.strip('"')


def test_a_start_with_a_mistake_ends_with_a_code_and_the_reason(tmp_path: Path) -> None:
    furnish(tmp_path)
    for words, name in (((), "policy.toml"), (("--workers", "2"), "issuers.toml")):
        with mistaken(tmp_path / name, WRONG[name]):
            said = overview("serve", "--port", "0", *words, home=tmp_path, **NAMED)
        assert said.returncode == 1
        assert name in said.stderr.decode()
        assert b"Traceback" not in said.stderr
    said = overview("config", "check", home=tmp_path, OVERVIEW_PLACES="none", OVERVIEW_REDIS_URL=SECRET)
    assert said.returncode == 1
    assert [line.partition(":")[0] for line in said.stdout.decode().splitlines()] == [
        "OVERVIEW_REDIS_URL",
        "OVERVIEW_PLACES",
    ]
    assert SECRET.encode() not in said.stdout + said.stderr
