"""The clients of the packages graphql-ws, and graphql-sse in its distinct mode, against a served gateway."""

import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.clients.asking import SHORT, told
from tests.clients.changing import DAN, family, renames
from tests.clients.conftest import MARIA, SETTINGS, Served
from tests.clients.node import Begun, begun
from tests.house.programs import free_port
from tests.running.command import served

pytestmark = pytest.mark.conformance


class Way(NamedTuple):
    """How a client talks: its script, and what it makes of a wrong document and of a token that nobody has."""

    script: str
    misfit: Mapping[str, Any]
    stranger: Mapping[str, Any]


WAYS: Final = (
    Way("socket", {"codes": ["GRAPHQL_VALIDATION_FAILED"]}, {"closed": 4401}),
    Way("events", {"status": 400}, {"status": 401}),
)


@pytest.fixture(scope="module", params=WAYS, ids=["graphql-ws", "graphql-sse"])
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture(scope="module")
def script(way: Way, gateway: Served) -> Iterator[Begun]:
    with begun(way.script, **told(gateway) | {"followed": DAN}) as script:
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


def test_what_is_refused_as_a_whole_is_told_in_the_clients_own_way(way: Way, found: dict[str, Any]) -> None:
    assert found["unknownField"] == {"found": [], **way.misfit}


def test_a_stranger_is_turned_away_and_does_not_try_again(way: Way, found: dict[str, Any]) -> None:
    assert found["stranger"] == {"found": [], **way.stranger}


def test_what_may_not_be_seen_is_told_once_and_is_over(found: dict[str, Any]) -> None:
    (answer,) = found["denied"]["found"]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"RESTRICTED_RECORD"}


@pytest.mark.usefixtures("found")
def test_what_is_followed_is_told_again_when_it_has_changed(way: Way, gateway: Served, script: Begun) -> None:
    script.says()
    renames(gateway, f"Of {way.script}")
    assert family(script.says()["told"]) == f"Of {way.script}"


def test_it_begins_again_by_itself_when_the_process_was_replaced(
    way: Way, gateway: Served, tmp_path: Path
) -> None:
    home, port = tmp_path / "home", free_port()
    shutil.copytree(gateway.home, home)
    own = told(gateway) | {"address": f"http://127.0.0.1:{port}/graphql", "followed": DAN}
    with (
        served(tmp_path / "log", home=home, port=port, **SETTINGS) as process,
        begun(way.script, **own) as script,
    ):
        before = script.says_until(lambda said: "told" in said)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        with served(tmp_path / "again", home=home, port=port, **SETTINGS):
            after = script.says()
    assert after["told"] == before["told"]
    if way.script == "socket":
        assert [one["reason"][:15] for one in after["closed"] if one["code"] == 1012] == ["Begin again in "]
    else:
        # a process that leaves begins none: whoever is on its connection still is told to come again
        assert [one for one in after["statuses"] if one != 503] == [200, 200]
