"""What a request leaves behind: nothing that holds itself, so that what it loaded is gone with its answer."""

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.engine.compiled import CompiledExecutor
from resolvers.customer import Picture
from resolvers.loaders import Loaders
from resolvers.scope import Scope
from tests.running import serving
from tests.running.people import ANNE, everything_of, there

ALL = """query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } debts { truncated }
    overview { completeness cards { edges { node { title } } } } } }"""
TIMES = 5
KEPT = (Scope, Loaders, Picture, CompiledExecutor)
"""What holds all that a request loaded."""


@pytest.fixture
def litter() -> Iterator[list[object]]:
    """What only a search for it finds, instead of being thrown away."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    yield gc.garbage
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@pytest.mark.parametrize(
    "query", ["{ __typename }", ALL, ALL.replace("overview {", "overview @include(if: true) {")]
)
async def test_a_request_leaves_nothing_that_holds_itself(
    query: str, tmp_path: Path, litter: list[object]
) -> None:
    told: dict[str, Any] = {"crn": ANNE} if "crn" in query else {}
    async with serving(tmp_path, *everything_of(ANNE, there(2025, 3, 9, 9))) as gate:
        for _ in range(TIMES):
            answer = await gate.ask(query, **told)
            assert answer.status == 200, answer.text
        await asyncio.sleep(0.05)
        gc.collect()
        ours = Counter(type(one).__name__ for one in litter if isinstance(one, KEPT))
        assert ours == {}
