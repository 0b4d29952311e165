"""GraphQL over HTTP as others check it: the audit of the package graphql-http."""

import pytest

from tests.clients.conftest import Served
from tests.clients.node import script

pytestmark = pytest.mark.conformance

AUDITS = 61
"""How many checks the locked version makes."""


def test_every_audit_of_graphql_over_http_is_passed_without_a_warning(gateway: Served) -> None:
    results = script("audit", **gateway.told())
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == AUDITS
