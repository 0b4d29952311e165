"""A gateway that keeps pieces of answers finished beside one that completes all of them by the library: the same bytes.

It is walked through as for finished answers, which neither of both has here, while more of the records changes.
"""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gateway.engine.execution import CostTold
from gateway.engine.piece_events import PiecesUsed
from sources.parts.interaction import Interaction
from tests.gateway.test_answers_alike import EVENING, Pair, pair, walk
from tests.running import Gate
from tests.running.people import ANNE, BORIS, letter
from tests.sources.specimens import debt, interaction

ROWS = """query($crn: CRN!) { customer(crn: $crn) { id crn profile { names { family } }
    interactions(first: 40) { edges { node { __typename id kind channel startedAt title summary source { system } } } }
    correspondence(first: 25) { edges { node { id issueDate title status description } } }
    debts { outstanding { amount currency } debts { id status total { amount } arrangementLabel } } } }"""
FORMS = """query($crn: CRN!) { customer(crn: $crn) {
    interactions(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id title } } }
    all: interactions { edges { node { ...said } } }
    calls: interactions(filter: { kinds: [INBOUND_CALL], from: "2025-03-01" }) { edges { node { ...said outcome } } }
    correspondence { edges { node { title document { type } } } }
    debts(include: [DETERMINED]) { debts { id } truncated } none: debts(include: [DELETED]) { debts { id } } } }
    fragment said on Interaction { summary recordedAt officer }"""
SEVERAL = f"""query($crn: CRN!) {{ customers(crns: [$crn, "{ANNE}"]) {{ crn
    interactions(first: 3) {{ edges {{ node {{ id title }} }} }} debts {{ debts {{ id reason }} }} }} }}"""
TIMELINES = """query($crn: CRN!) { customer(crn: $crn) {
    timeline(first: 100) { edges { cursor node { id kind at day title description record recency { label } officer } }
        days { date recency { days } entries { title } } pinned { title pinReason } pageInfo { endCursor hasNextPage }
        sections { source system status asOf truncated code } }
    few: timeline(first: 2, filter: { text: "title" }) { edges { node { ...said } } pageInfo { endCursor } } } }
    fragment said on TimelineEntry { title outcome colour source { system nativeId } person { crn } }"""


OVERVIEWS = """query($crn: CRN!) { customer(crn: $crn) {
    overview { completeness restricted emptyMessage sections { source status asOf } alerts { kind label expiresAt }
        likelyReasons(first: 2) { reason confidence because { kind label date cardId } suggested { title } }
        pinned { id title pinReason } knowledge { title }
        cards(first: 50) { totalCount pageInfo { endCursor hasNextPage } edges { cursor node { ...said } } }
        few: cards(first: 2, kinds: [INBOUND_CALL, ONLINE_LETTER]) { edges { node { id source { system } } } } }
    since: overview(since: "2025-03-09") { cards { edges { node { ...said activities { totalCount } } } } } } }
    fragment said on Card { __typename id kind group title description date latestAt count channel direction outcome
        colour pinned recency { label days } document { type } knowledge { title } }"""


class Walk(Pair):
    """Whoever walks through both while items of histories come and change."""

    documents = (ROWS, FORMS, SEVERAL, TIMELINES, OVERVIEWS)

    async def learn(self) -> None:
        """The sources learn something; nobody says so."""
        if self.random.random() < 0.3:
            await super().learn()
            return
        crn, number = self.random.choice((ANNE, BORIS)), self.random.randrange(6)
        at = EVENING - timedelta(hours=number)
        title = self.random.choice(("A title", "About 2123 45670 1", '\u2028 "é" {"a":', "2123456701"))
        ways: list[Any] = [
            interaction(crn, f"I{number}", at),
            letter(crn, f"L{number}", at.date(), title=title),
            debt(crn, f"D{number}", at),
        ]
        one = self.random.choice(ways)
        if isinstance(one, Interaction):
            one = Interaction(
                **{name: getattr(one, name) for name in one.__struct_fields__} | {"title": title}
            )
        await self.plain.tell(one)

    @property
    def hits(self) -> int:
        return sum(one.given for one in self.kept.events if isinstance(one, PiecesUsed))


def costs(gate: Gate) -> list[CostTold]:
    return [event for event in gate.events if isinstance(event, CostTold)]


@pytest.mark.parametrize("seed", range(4))
async def test_nobody_can_tell_whether_pieces_are_kept_finished(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    kept, plain = {"answers": False}, {"answers": False, "pieces_bytes": 0, "compiled": False}
    async with pair(tmp_path, random, Walk, kept, plain) as walks:
        await walk(walks, random)
        assert costs(walks.kept) == costs(walks.plain)
        assert not any(isinstance(event, PiecesUsed) for event in walks.plain.events)
