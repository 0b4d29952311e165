"""Every row about the process itself: what a client gets, what the log and the metrics say, and what holds."""

from pathlib import Path

import pytest

from gateway.admin import administration
from gateway.telemetry.events import lines
from sandbox.upstreams.running import SERVICES
from tests.chaos.invariants import audited, leaked, left, mixed, overasked, too_old, unrecovered, untrue
from tests.chaos.rows_of_process import ROWS, ProcessRow
from tests.chaos.stage import Stage, staged
from tests.chaos.troubles import PEOPLE

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in ROWS])
async def test_a_failure_of_the_process_costs_what_the_table_says_and_nothing_else(
    row: ProcessRow, tmp_path: Path
) -> None:
    with row.around() as settings:
        async with staged(tmp_path, **settings) as stage:
            administration(stage.gate.gateway)  # what is measured when somebody asks is there
            before, calls = await left(stage), stage.calls()
            moved = {name: stage.metric(name, labels) for name, labels in row.moved.items()}

            await row.suffer(stage)

            assert logged(stage) == row.log
            now = {name: stage.metric(name, labels) for name, labels in row.moved.items()}
            assert all(now[name] > moved[name] for name in moved), (moved, now)
            asked_of = stage.calls()
            await stage.heal()
            complaints = await unrecovered(stage, *PEOPLE)
            complaints += await leaked(stage, before)
            complaints += overasked(asked_of, calls, dict.fromkeys(SERVICES, row.calls))
            for one in stage.asked:
                complaints += (*mixed(one), *too_old(one), *untrue(one))
            complaints += audited(stage.gate.journal, stage.asked)
            assert complaints == [], stage.kit.journal


def logged(stage: Stage) -> set[str]:
    """The events in the log, of every level but those of requests."""
    return {line.event for event in stage.gate.events for line in lines(event)} - {"request"}
