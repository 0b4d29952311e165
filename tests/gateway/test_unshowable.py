"""A value that its field cannot show is nobody's mistake at the door: the operator is told, and it is not repeated."""

from pathlib import Path

from msgspec.structs import replace

from tests.running import NOON, serving
from tests.running.people import ANNE, person
from tests.sources.specimens import interaction

PLACES = "query($crn: CRN!) { customer(crn: $crn) { interactions { edges { node { id queuePosition } } } } }"
BEYOND = 6_049_187_310
"""More than the 32 bits of an Int."""


async def test_a_number_too_large_for_its_field_costs_that_field_and_is_told_to_the_operator(
    tmp_path: Path,
) -> None:
    calls = [
        replace(interaction(ANNE, str(place), NOON), queue_position=place) for place in (3, 2**31 - 1, BEYOND)
    ]
    async with serving(tmp_path, person(ANNE), *calls) as gate:
        answer = await gate.ask(PLACES, crn=ANNE)
        edges = answer.partial["customer"]["interactions"]["edges"]
        assert {edge["node"]["queuePosition"] for edge in edges} == {3, 2**31 - 1, None}
        (error,) = answer.errors
        assert (error["extensions"]["code"], error["extensions"]["class"]) == ("INTERNAL", "GATEWAY")
        assert str(BEYOND)[:5] not in answer.worded
        (line,) = gate.log
        assert (line.event, line.told["error"]) == ("gateway.unforeseen", "GraphQLError")
        assert line.told["request_id"] == answer.headers["x-request-id"]
        assert str(BEYOND)[:5] not in str(line.told)
