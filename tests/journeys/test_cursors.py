"""A cursor is good for the one list that gave it."""

from pathlib import Path
from typing import Any

import pytest

from sources.parts.correspondence import CorrespondenceChannel
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS, message, online, person, there

EDGES = "(first: 1, after: $after{}) {{ edges {{ cursor node {{ id }} }} }}"


def _list(of: str, narrowed: str = "") -> str:
    return of + EDGES.format(f", {narrowed}" if narrowed else "")


LISTS = {
    "interactions": _list("interactions"),
    "interactions of a kind": _list("interactions", "filter: {kinds: [CHAT]}"),
    "interactions of a channel": _list("interactions", "filter: {channels: [ONLINE]}"),
    "interactions from a day on": _list("interactions", 'filter: {from: "2025-03-01"}'),
    "correspondence": _list("correspondence"),
    "correspondence by SMS": _list("correspondence", "filter: {channels: [SMS]}"),
    "cards": f"overview {{ {_list('cards')} }}",
    "cards of the kind SMS": f"overview {{ {_list('cards', 'kinds: [SMS]')} }}",
    "cards of the channel SMS": f"overview {{ {_list('cards', 'channels: [SMS]')} }}",
    "cards of two kinds": f"overview {{ {_list('cards', 'kinds: [SMS, EMAIL]')} }}",
    "cards of a kind and a channel": f"overview {{ {_list('cards', 'kinds: [SMS], channels: [EMAIL]')} }}",
    "cards since a day": f'overview(since: "2025-03-01") {{ {_list("cards")} }}',
}
WITHOUT_ANY = {"interactions of a kind", "cards of a kind and a channel"}


async def first_cursor(gate: Gate, of: str, crn: str = ANNE) -> str:
    answer = await gate.ask(_document(of), crn=crn)
    found: Any = next(iter(answer.data["customer"].values()))
    cursor: str = (found.get("cards") or found)["edges"][0]["cursor"]
    return cursor


def _document(of: str) -> str:
    return f"query($crn: CRN!, $after: String) {{ customer(crn: $crn) {{ {LISTS[of]} }} }}"


def told(owner: Any) -> list[Any]:
    at = there(2025, 3, 9, 9)
    sms = [message(owner, f"{owner}s{n}", at, CorrespondenceChannel.SMS, title=f"{n}") for n in range(2)]
    return [person(owner), *(online(owner, f"{owner}i{n}", at, title=f"{n}") for n in range(2)), *sms]


async def test_a_cursor_of_another_list_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, *told(ANNE)) as gate:
        cursors = {of: await first_cursor(gate, of) for of in LISTS if of not in WITHOUT_ANY}
        wrong = []
        for of in LISTS:
            for other, cursor in cursors.items():
                answer = await gate.ask(_document(of), crn=ANNE, after=cursor)
                taken = not answer.errors
                if taken != (of == other):
                    wrong.append((of, other))
                assert cursor not in "".join(error["message"] for error in answer.errors)
        assert wrong == []


async def test_a_cursor_of_another_customer_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, *told(ANNE), *told(BORIS)) as gate:
        for of in ("interactions", "correspondence", "cards"):
            theirs = await first_cursor(gate, of, BORIS)
            (error,) = (await gate.ask(_document(of), crn=ANNE, after=theirs)).errors
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert theirs not in error["message"]


@pytest.mark.parametrize("broken", ["", "x", "0", "é", "A" * 10_000, "null", "AAAAAAAAAAAAAAAAAAAAAAAAAA=="])
async def test_a_text_that_is_no_cursor_is_refused(broken: str, tmp_path: Path) -> None:
    async with serving(tmp_path, *told(ANNE)) as gate:
        for of in ("interactions", "correspondence", "cards"):
            (error,) = (await gate.ask(_document(of), crn=ANNE, after=broken)).errors
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert not broken or len(broken) < 2 or broken not in error["message"]


async def test_a_cursor_with_one_character_changed_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, *told(ANNE)) as gate:
        cursor = await first_cursor(gate, "interactions")
        for place in range(0, len(cursor) - 1, 5):
            other = "B" if cursor[place] == "A" else "A"
            answer = await gate.ask(
                _document("interactions"), crn=ANNE, after=cursor[:place] + other + cursor[place + 1 :]
            )
            assert answer.at("customer", "interactions") == "BAD_USER_INPUT"


async def test_a_cursor_survives_a_new_process_of_the_same_keyring(tmp_path: Path) -> None:
    async with serving(tmp_path, *told(ANNE)) as gate:
        cursor = await first_cursor(gate, "interactions")
        page = await gate.ask(_document("interactions"), crn=ANNE, after=cursor)
    async with serving(tmp_path) as gate:
        assert (await gate.ask(_document("interactions"), crn=ANNE, after=cursor)).data == page.data
