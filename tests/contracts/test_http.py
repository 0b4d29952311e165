"""The contract of every part from systems that are asked over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.bench import PATIENT, asked, settled
from tests.contracts.cases import cells
from tests.contracts.contract import holds
from tests.contracts.over_http import Services, services
from tests.contracts.pictures import is_refused, is_whole
from tests.contracts.subjects import Crowd, records
from tests.running.services import SHIPPED, served_by_systems


@pytest.fixture(scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    async with services(tmp_path_factory.mktemp("http")) as bench:
        with settled():
            yield bench


@pytest.mark.parametrize(("part", "case"), cells("http"))
async def test_a_system_keeps_the_contract(part: str, case: str, bench: Services) -> None:
    await holds(bench, part, case)


async def test_a_restriction_that_is_missing_where_the_system_says_whom_it_does_not_know_hides(
    tmp_path: Path,
) -> None:
    people = Crowd().take(2)
    known = [record for owner in people for record in records(owner)]
    told = SHIPPED.read_text("utf-8").replace('restriction = "restrictions"', 'restriction = "customers"')
    async with served_by_systems(tmp_path, *known, text=told, source_seconds=PATIENT) as (gate, systems):
        await systems.fault("customer", "dropped")
        heard = await asked(gate, people)
        (hidden,) = {error["path"][1] for error in heard.answer.errors}
        is_refused(heard.answer, hidden)
        is_whole(heard.answer.partial["customers"][1 - hidden], people[1 - hidden])
        assert heard.lines == ("warning source.partial_batch",)
        await systems.clear()
        assert all((await asked(gate, people)).answer.data["customers"])
