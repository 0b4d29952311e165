"""urql 6 against a served gateway."""

from typing import Any

import pytest

from tests.clients.asking import QUERY, plain, told
from tests.clients.conftest import MARIA, Served
from tests.clients.node import script

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def found(gateway: Served) -> dict[str, Any]:
    ran: dict[str, Any] = script("urql", **told(gateway))
    return ran


def test_it_reads_what_a_plain_request_is_told(gateway: Served, found: dict[str, Any]) -> None:
    assert plain(found["data"]) == plain(gateway.ask(QUERY, crn=MARIA)["data"])


def test_its_cache_gives_back_what_it_was_told(found: dict[str, Any]) -> None:
    assert found["kept"] == found["data"]


def test_it_reads_by_get_where_it_is_told_to(found: dict[str, Any]) -> None:
    assert found["byGet"]["customer"]["crn"] == MARIA
    assert found["methods"].count("GET") == 1


def test_a_command_is_done_for_whoever_may_and_is_an_error_for_others(found: dict[str, Any]) -> None:
    assert plain(found["done"]["data"]) == {"purgeCache": {"everywhere": True}}
    assert (found["refused"]["codes"], found["refused"]["paths"]) == (["FORBIDDEN"], [["purgeCache"]])


def test_a_section_that_is_not_given_leaves_the_others_and_says_why(found: dict[str, Any]) -> None:
    partial = found["partial"]
    assert (partial["codes"], partial["paths"]) == (["RESTRICTED_RECORD"], [["customer", "profile"]])
    assert partial["data"]["customer"]["profile"] is None
    assert partial["data"]["customer"]["overview"]["completeness"] == "COMPLETE"


def test_a_document_that_is_wrong_is_told_as_errors_with_a_code(found: dict[str, Any]) -> None:
    assert (found["unknownField"]["status"], found["unknownField"]["codes"]) == (
        400,
        ["GRAPHQL_VALIDATION_FAILED"],
    )


def test_a_stranger_is_told_so(found: dict[str, Any]) -> None:
    assert (found["stranger"]["status"], found["stranger"]["codes"]) == (401, ["UNAUTHENTICATED"])
