"""What of one request is asked for several times is read once, whether it can be read or not."""

import pytest
from graphql import GraphQLError

from gateway.engine.prepared import Appraiser, Table
from schema import build
from sources.crn import ServicesAustralia

APPRAISER = Appraiser(build(ServicesAustralia())._schema, introspects=True)
UNREADABLE = ("{ crn", "{ " + "a " * 60 + "}", "}", "{" * 2_000)


def table() -> Table:
    return Table(APPRAISER, most_tokens=50)


def failure(of: Table, text: str) -> BaseException:
    with pytest.raises((GraphQLError, RecursionError)) as found:
        of.prepare(text)
    return found.value


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_read_once_for_a_request_and_again_for_another(text: str) -> None:
    kept = table()
    first = failure(kept, text)
    assert failure(kept, text) is first
    assert kept.prepare("{ __typename }").errors() == []
    assert failure(kept, text) is not first
    assert str(failure(kept, text)) == str(first)


def test_what_can_be_read_is_kept_for_whoever_sends_it_again() -> None:
    kept = table()
    first = kept.prepare("{ __typename }")
    failure(kept, "{ crn")
    assert kept.prepare("".join("{ __typename }")) is first
