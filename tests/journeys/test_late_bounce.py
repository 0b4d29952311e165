"""A message that was sent comes back later (BR-CR-4): with a cache in between, its card changes and stays that card."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, letter, message, person, there
from tests.running.rates import Ticks

CARDS = """query($crn: CRN!, $first: Int = 20, $after: String) { customer(crn: $crn) { overview {
    sections { source status asOf }
    cards(first: $first, after: $after) { pageInfo { endCursor } edges { node {
        id kind group title description date latestAt count direction outcome colour pinned expandable
        source { system nativeId } recency { label }
        activities { edges { node { id at title outcome colour
            details { ... on MessageDetails { status bounced } } } } }
    } } } } } }"""
SENT = message(
    ANNE,
    "sms",
    there(2025, 3, 10, 11),
    CorrespondenceChannel.SMS,
    title="Your appointment",
    status=CorrespondenceStatus.SENT,
    bounced=False,
)
CAME_BACK = msgspec.structs.replace(SENT, status=CorrespondenceStatus.FAILED, bounced=True)


async def overview(gate: Gate, **variables: Any) -> dict[str, Any]:
    answer = await gate.ask(CARDS, crn=ANNE, **variables)
    assert not answer.errors
    found: dict[str, Any] = answer.data["customer"]["overview"]
    return found


async def card(gate: Gate) -> dict[str, Any]:
    ((edge),) = (await overview(gate))["cards"]["edges"]
    return dict(edge["node"])


def parted(card: dict[str, Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """What a card is, and what became of its one message."""
    rest = dict(card)
    ((edge),) = rest.pop("activities")["edges"]
    shown = dict(edge["node"])
    became = (rest.pop("colour"), rest.pop("outcome"), shown.pop("colour"), shown.pop("outcome"))
    became = (*became, *shown.pop("details").values(), rest.pop("description"))
    return {**rest, "shown": shown}, became


BEFORE = ("BLUE", "NOT_APPLICABLE", "BLUE", "NOT_APPLICABLE", "SENT", False, None)
AFTER = ("RED", "NOT_ACHIEVED", "RED", "NOT_ACHIEVED", "FAILED", True, "Did not arrive.")


async def test_a_message_that_was_sent_turns_red_when_it_comes_back_and_stays_the_same_card(
    tmp_path: Path,
) -> None:
    """BR-CR-4: what was kept is served as long as it is fresh, once more while it is read again, and no longer."""
    ticks = Ticks()
    async with serving(tmp_path, person(ANNE), SENT, ages=ticks) as gate:
        was, became = parted(await card(gate))
        assert became == BEFORE
        await gate.tell(CAME_BACK)
        ticks.now += 59
        assert parted(await card(gate)) == (was, BEFORE), "what was kept a minute ago is served"
        ticks.now += 2
        assert parted(await card(gate)) == (was, BEFORE), "what is stale is served while it is read again"
        for _ in range(50):
            now, became = parted(await card(gate))
            if became == AFTER:
                break
        assert (now, became) == (was, AFTER)


async def test_a_message_that_comes_back_the_next_day_is_red_at_the_next_look(tmp_path: Path) -> None:
    """BR-CR-4."""
    ticks = Ticks()
    async with serving(tmp_path, person(ANNE), SENT, ages=ticks) as gate:
        was, _ = parted(await card(gate))
        await gate.tell(CAME_BACK)
        ticks.now += 86_400
        gate.hands.now = NOON + timedelta(days=1)
        now, became = parted(await card(gate))
        assert became == AFTER
        assert now.pop("recency") == {"label": "1 day ago"}
        assert was.pop("recency") == {"label": "Just now"}
        assert now == was


@pytest.mark.parametrize("first", [1, 2])
async def test_what_comes_back_between_two_pages_moves_no_card(first: int, tmp_path: Path) -> None:
    """BR-CR-4."""
    letters = [letter(ANNE, str(day), there(2025, 3, day).date()) for day in (5, 6, 7)]
    early = message(ANNE, "early", there(2025, 3, 4, 9), CorrespondenceChannel.SMS, bounced=False)
    ticks = Ticks()
    async with serving(tmp_path, person(ANNE), SENT, early, *letters, ages=ticks) as gate:
        whole = [edge["node"]["id"] for edge in (await overview(gate))["cards"]["edges"]]
        page = (await overview(gate, first=first))["cards"]
        await gate.tell(CAME_BACK, msgspec.structs.replace(early, bounced=True))
        ticks.now += 86_400
        rest = (await overview(gate, after=page["pageInfo"]["endCursor"]))["cards"]["edges"]
        assert [edge["node"]["id"] for edge in (*page["edges"], *rest)] == whole
        assert rest[-1]["node"]["colour"] == "RED"
