"""Apollo Client 4 against a served gateway."""

from typing import Any

import pytest

from tests.clients.asking import LETTERS, QUERY, plain, possible_types, told
from tests.clients.conftest import MARIA, Served
from tests.clients.node import script

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def found(gateway: Served) -> dict[str, Any]:
    ran: dict[str, Any] = script("apollo", **told(gateway), possibleTypes=possible_types(gateway))
    return ran


def test_it_reads_what_a_plain_request_is_told(gateway: Served, found: dict[str, Any]) -> None:
    asked = gateway.ask(QUERY, crn=MARIA)["data"]
    assert len(asked["customer"]["overview"]["cards"]["edges"]) > 5
    assert plain(found["data"]) == plain(asked)


def test_its_normalised_cache_gives_back_what_it_was_told(found: dict[str, Any]) -> None:
    assert found["kept"] == found["data"]


def test_it_joins_the_pages_of_a_connection_into_one_list(gateway: Served, found: dict[str, Any]) -> None:
    asked = gateway.ask(LETTERS, crn=MARIA, first=4)["data"]["customer"]["correspondence"]
    assert len(asked["edges"]) == 4
    assert found["letters"] == [edge["node"]["id"] for edge in asked["edges"]]


def test_a_command_is_done_for_whoever_may_and_is_an_error_for_others(found: dict[str, Any]) -> None:
    assert plain(found["done"]) == {"purgeCache": {"everywhere": True}}
    assert found["refused"] == {"combined": True, "codes": ["FORBIDDEN"], "paths": [["purgeCache"]]}


def test_a_section_that_is_not_given_leaves_the_others_and_says_why(found: dict[str, Any]) -> None:
    partial = found["partial"]
    assert (partial["codes"], partial["paths"]) == (["RESTRICTED_RECORD"], [["customer", "profile"]])
    assert partial["data"]["customer"]["profile"] is None
    assert partial["data"]["customer"]["overview"]["completeness"] == "COMPLETE"


def test_a_document_that_is_wrong_is_told_as_errors_with_a_code(found: dict[str, Any]) -> None:
    assert found["unknownField"]["combined"]
    assert found["unknownField"]["codes"] == ["GRAPHQL_VALIDATION_FAILED"]


def test_a_stranger_is_told_so(found: dict[str, Any]) -> None:
    assert found["stranger"]["combined"]
    assert found["stranger"]["codes"] == ["UNAUTHENTICATED"]
