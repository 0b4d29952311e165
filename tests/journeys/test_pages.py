"""What an officer reads of the named people, in both presentations: whole pages, as they were last read with care."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.drawing import FOLDER, PEOPLE, PLACES, file_of, page, town
from tests.running import Gate


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with town(tmp_path_factory.mktemp("pages")) as serves:
        yield serves


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", PEOPLE)
async def test_the_page_of_a_named_person_is_the_one_that_was_read(
    number: int, place: str, gate: Gate
) -> None:
    assert (await page(gate, number, place)) == file_of(number, place).read_text("utf-8")


def test_no_page_is_kept_that_nobody_draws() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {
        file_of(number, place).name for number in PEOPLE for place in PLACES
    }
