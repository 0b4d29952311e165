"""A reader that leaves in the middle of an answer in parts: the work ends, and nothing of it is left."""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.answered import Answered, ClientLeft, Outcome
from gateway.overload.admission import Class
from sources.crn import Crn
from sources.source import Source
from tests.gateway.test_incremental import DEBTS
from tests.running import NOON, serving
from tests.running.failing import Failing
from tests.running.leaving import sending
from tests.running.parts import OF_2022
from tests.running.people import ANNE, everything_of
from tests.running.until import until

SOON = 0.2
"""Twice the time within which what a reader that left wanted is stopped, in seconds."""


@pytest.mark.parametrize("abruptly", [False, True], ids=["closing", "breaking off"])
@pytest.mark.conformance
async def test_a_reader_that_leaves_between_two_parts_ends_the_work(abruptly: bool, tmp_path: Path) -> None:
    begun: list[bool] = []
    gone: list[float] = []

    async def never(good: Source[Any], crns: Sequence[Crn]) -> Any:
        begun.append(True)
        try:
            await asyncio.sleep(30)
        finally:
            gone.append(time.perf_counter())

    def slow(good: Source[Any]) -> Source[Any]:
        failing = Failing(good, never)
        failing.time_limit = 20
        return failing

    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced={"debt": slow}) as gate:
        before = len(asyncio.all_tasks())
        body = json.dumps({"query": DEBTS, "variables": {"crn": ANNE}})
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {gate.token()}\r\nAccept: {OF_2022}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        async with sending(gate, (head + body).encode()) as request:
            assert await request.status() == 200
            places = gate.gateway.limits.places.admission
            assert places.inside(Class.STAFF) == 1  # as long as it is not over
            assert not [one for one in gate.events if isinstance(one, Answered)]
            await until(lambda: begun)
            left = request.leave(abruptly=abruptly)
            told = await until(lambda: [one for one in gate.events if isinstance(one, Answered)])
        assert told[0].outcome is Outcome.ABANDONED
        assert [one.stopped for one in gate.events if isinstance(one, ClientLeft)] == [True]
        await until(lambda: gone)
        assert gone[0] - left < SOON
        assert places.inside(Class.STAFF) == 0
        await until(lambda: len(asyncio.all_tasks()) <= before)
