"""Every row of the table of failures: what a client gets, what the log and the metrics say, and what holds throughout.

A new row is one entry in `rows.py`, `rows_of_answers.py` or a file like them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.upstreams.running import SERVICES
from sources.guard import Guard
from tests.chaos import rows, rows_of_answers, rows_of_what_is_kept
from tests.chaos.certificates import Authority
from tests.chaos.invariants import late, leaked, left, overasked, unrecovered, wrong
from tests.chaos.row import CODES, Row
from tests.chaos.stage import FIELDS, Asked, Stage, staged
from tests.running.until import until

pytestmark = pytest.mark.conformance
ROWS = (*rows.ROWS, *rows_of_answers.ROWS, *rows_of_what_is_kept.ROWS)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in ROWS])
async def test_a_failure_costs_what_the_table_says_and_nothing_else(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path) if row.secured else None
    if authority is not None:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with staged(tmp_path, row.seconds, authority, guards=row.guards) as stage:
        await aged(stage, row)
        before, calls, connections = await left(stage), stage.calls(), stage.connections()
        moved = {name: stage.metric(name, labels) for name, labels in row.moved.items()}
        outcomes = counted(stage, row)
        for fault in row.faults:
            await fault.strike(stage, row.struck)
        asked = [await stage.ask(*row.people) for _ in range(row.questions)]
        asked_of, connected = stage.calls(), stage.connections()

        for one in asked:
            what_a_client_gets(row, one)
        # behind an answer that was stale, asking goes on
        await until(lambda: all(count > outcomes[system] for system, count in counted(stage, row).items()))
        assert set(stage.events) == row.log
        assert row.news <= set(stage.news)
        assert {guard.limit for guard in around(stage, row)} == {row.places}
        assert all(stage.metric(name, labels) > moved[name] for name, labels in row.moved.items())

        await stage.heal()
        complaints = await unrecovered(stage, *row.people)
        complaints += await leaked(stage, before)
        complaints += overasked(
            asked_of,
            calls,
            {name: row.calls * row.questions if name in row.struck else row.questions for name in SERVICES},
        )
        complaints += overasked(
            connected, connections, dict.fromkeys(SERVICES, 2 * row.questions + len(row.people))
        )
        complaints += whatever_happens(stage, row, asked)
        assert complaints == [], stage.kit.journal


def around(stage: Stage, row: Row) -> list[Guard]:
    """What stands around the systems that are struck."""
    return [stage.gate.gateway.assembly.guards[stage.system(part)] for part in row.struck]


async def aged(stage: Stage, row: Row) -> None:
    """Let everything of a row's people be kept, for as long as the row says."""
    if row.aged is not None:
        assert await stage.until_whole(*row.people) is not None
        stage.grow_old(row.aged)


def counted(stage: Stage, row: Row) -> dict[str, float]:
    """How often asking each system that is struck has come to the row's outcome."""
    systems = [stage.system(part) for part in row.struck]
    name = "source_requests_total"
    return {system: stage.metric(name, {"source": system, "outcome": row.outcome}) for system in systems}


def what_a_client_gets(row: Row, asked: Asked) -> None:
    assert asked.answer.status == row.status, asked.answer.text
    if row.refused is not None:
        assert asked.shown == [None] * len(row.people)
        assert {error["extensions"]["code"] for error in asked.answer.errors} == {row.refused}
        return
    for place, state in enumerate(row.sections()):
        for part in FIELDS:
            said = state if part in row.struck else row.others
            section = asked.section(place, part)
            if said == "?":
                continue
            assert section["status"] == said, (part, asked.answer.text)
            code = (row.code or CODES[said]) if part in row.struck else None
            assert section["code"] == code
            assert section["retryAfter"] == (row.retry_after if part in row.struck else None)
            if said == "STALE":
                assert asked.age(place, part) == row.aged
            if asked.tells_all:
                assert asked.codes.get(("customers", place, FIELDS[part])) == code


def whatever_happens(stage: Stage, row: Row, asked: list[Asked]) -> Iterator[str]:
    yield from wrong(stage, row.unknown)
    for one in asked if row.seconds is not None else ():
        yield from late(one, row.within or stage.seconds)
