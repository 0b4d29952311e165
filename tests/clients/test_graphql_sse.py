"""The client of the package graphql-sse, in its distinct mode, against a served gateway."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.asking import SHORT, told
from tests.clients.changing import DAN, family, renames
from tests.clients.conftest import MARIA, SETTINGS, Served
from tests.clients.node import Begun, begun
from tests.house.programs import free_port
from tests.running.command import served

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def script(gateway: Served) -> Iterator[Begun]:
    with begun("events", **told(gateway) | {"followed": DAN}) as script:
        yield script


@pytest.fixture(scope="module")
def found(script: Begun) -> dict[str, Any]:
    said: dict[str, Any] = script.says()
    return said


def test_a_query_has_one_answer_and_it_is_that_of_a_plain_request(
    gateway: Served, found: dict[str, Any]
) -> None:
    assert found["query"] == {"found": [gateway.ask(SHORT, crn=MARIA)]}


def test_a_command_is_done_for_whoever_may_and_is_an_error_for_others(found: dict[str, Any]) -> None:
    assert found["done"] == {"found": [{"data": {"purgeCache": {"everywhere": True}}}]}
    (answer,) = found["refused"]["found"]
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


def test_what_is_refused_before_it_ran_has_the_usual_status(found: dict[str, Any]) -> None:
    assert found["unknownField"] == {"found": [], "status": 400}
    assert found["stranger"] == {"found": [], "status": 401}


def test_what_may_not_be_seen_is_told_once_and_is_over(found: dict[str, Any]) -> None:
    (answer,) = found["denied"]["found"]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"RESTRICTED_RECORD"}


@pytest.mark.usefixtures("found")
def test_what_is_followed_is_told_again_when_it_has_changed(gateway: Served, script: Begun) -> None:
    script.says()
    renames(gateway, "Streamed")
    assert family(script.says()["told"]) == "Streamed"


def test_it_begins_again_by_itself_when_the_process_was_replaced(gateway: Served, tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    shutil.copytree(gateway.home, home)
    own = told(gateway) | {"address": f"http://127.0.0.1:{port}/graphql", "followed": DAN}
    with (
        served(tmp_path / "log", home=home, port=port, **SETTINGS) as process,
        begun("events", **own) as script,
    ):
        before = script.says_until(lambda said: "told" in said)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        with served(tmp_path / "again", home=home, port=port, **SETTINGS):
            after = script.says()
    assert after["told"] == before["told"]
    # a process that leaves may begin a stream once more, and end it
    assert after["statuses"] in ([200, 200], [200, 200, 200])
