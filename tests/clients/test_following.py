"""Front ends' clients that follow a customer: Apollo Client over a socket, urql over a socket and over streams."""

from typing import Any

import pytest

from tests.clients.asking import told
from tests.clients.changing import DAN, family, renames
from tests.clients.conftest import Served
from tests.clients.node import begun

pytestmark = pytest.mark.conformance
WAYS = {"socket", "stream", "fetch"}
INVALID = ["GRAPHQL_VALIDATION_FAILED"]


def test_apollo_client_follows_over_a_socket_and_its_cache_is_told(gateway: Served) -> None:
    with begun("apollo_following", **told(gateway) | {"followed": DAN}) as script:
        assert script.says() == {"codes": INVALID}
        first = script.says()
        assert first["told"]["data"]["customerChanged"]["crn"] == DAN
        assert first["kept"]["customer"]["id"] == first["told"]["data"]["customerChanged"]["id"]
        renames(gateway, "Apollonia")
        after = script.says()
        assert family(after["told"]) == "Apollonia"
        assert "error" not in after


def test_urql_follows_over_a_socket_a_stream_and_its_own_reading_of_one(gateway: Served) -> None:
    with begun("urql_following", **told(gateway) | {"followed": DAN}) as script:
        refused, first = dict[str, Any](), dict[str, str]()
        while len(refused) + len(first) < 2 * len(WAYS):
            said = script.says()
            if "codes" in said:
                refused[said["way"]] = said["codes"]
            else:
                first[said["way"]] = family(said["told"])
        assert refused == dict.fromkeys(WAYS, INVALID)
        assert first.keys() == WAYS
        renames(gateway, "Urquhart")
        again = dict[str, str]()
        while len(again) < len(WAYS):
            said = script.says_until(lambda said: "told" in said)
            again[said["way"]] = family(said["told"])
        assert again == dict.fromkeys(WAYS, "Urquhart")
