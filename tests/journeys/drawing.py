"""An overview drawn as the page that an officer reads: every label as it comes, in the order in which it is shown.

`.venv/bin/python -m tests.journeys.drawing` draws the pages anew; read what changed before keeping it.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msgspec import json

from gateway.keyring import Kept, Secret, draft
from sandbox import Town, crn
from sandbox.stories import STORIES
from sources.sql import load
from tests.running import Gate, serving

FOLDER = Path(__file__).parent / "pages"
ON = date(2026, 11, 18)
"""A Wednesday in summer time, told as of ten in the morning."""
NOW = datetime(2026, 11, 17, 23, 0, tzinfo=UTC)
PEOPLE = (0, 1, 2, 3, 6, 7, 10, 12, 28, 31, 33, 36, 47, 48, 49, 50, 54, 55)
IN_A_CALL = {54: "C000000054"}
PLACES = ("SMART_CENTRE", "SERVICE_CENTRE")
PAGE = """query($crn: CRN!, $place: Presentation, $call: CallContext) { customer(crn: $crn) {
    profile { names { given family } } recordFlags recordType
    overview(presentation: $place, call: $call) {
        completeness restricted emptyMessage likelyReasons { label confidence because { label } suggested { title } }
        sections { source status }
        profileIndicators { kind hoverText colour } banners { kind text link }
        alerts { label colour }
        smartIvr { asked text result colour }
        pinned { ...card } cards(first: 8) { totalCount edges { node { ...card } } }
        knowledge { title } resources { title } } } }
    fragment card on Card { kind title description date count colour outcome pinReason onCurrentCall
        recency { label emphasis } activities(first: 3) { totalCount edges { node { title description outcome } } } }"""


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Gate]:
    """A gateway that knows the named people."""
    wanted = {crn(number) for number in PEOPLE}
    records = (
        {"part": part, "record": record} for part, record in Town(1, ON, 56) if record["crn"] in wanted
    )
    # of two cards of one moment the one whose id is lower stands first, and ids hang on the keyring
    draft(folder / "keyring.json", Kept(1, (Secret(1, ON, b"k" * 32),))).rename(folder / "keyring.json")
    async with serving(folder, now=NOW) as gate:
        loaded = await load(gate.gateway.engine, [json.encode(one) for one in records])
        assert not loaded.refused
        yield gate


async def page(gate: Gate, number: int, place: str) -> str:
    """The page of a named person in a presentation."""
    call = {"callId": IN_A_CALL[number]} if number in IN_A_CALL else None
    answer = await gate.ask(PAGE, crn=crn(number), place=place, call=call)
    story = next(one for one in STORIES if one.person.number == number)
    return "\n".join([f"{story.line}", f"[{place}]", "", *drawn(answer.body)]) + "\n"


def drawn(body: dict[str, Any]) -> Iterator[str]:
    """The lines of a page."""
    shown = body["data"]["customer"]["overview"]
    codes = sorted({error["extensions"]["code"] for error in body.get("errors", ())})
    yield from [f"! {code}" for code in codes]
    yield from _head(body["data"]["customer"], shown)
    yield from _block("To know first", (f"{one['label']} ({_low(one)})" for one in shown["alerts"] or ()))
    yield from _block("Probably in touch about", _reasons(shown.get("likelyReasons") or ()))
    yield from _block(
        "In this call",
        (f"{one['asked']}: {one['text']}. {one['result']} ({_low(one)})" for one in shown["smartIvr"] or ()),
    )
    yield from _block("Before all others", _cards(shown["pinned"] or ()))
    cards = shown["cards"] or {"edges": (), "totalCount": 0}
    yield from _block(
        f"Lately ({cards['totalCount']} in all)", _cards([edge["node"] for edge in cards["edges"]])
    )
    yield from _block("Helps", (one["title"] for one in shown["knowledge"] or ()))
    yield from _block("Resources", (one["title"] for one in shown["resources"] or ()))


def _head(customer: dict[str, Any], shown: dict[str, Any]) -> Iterator[str]:
    for name in (customer["profile"] or {}).get("names", ()):
        yield " ".join(part for part in (name["given"], name["family"]) if part)
    kind = [] if customer["recordType"] in {None, "PER"} else [customer["recordType"]]
    if marks := [*kind, *(customer["recordFlags"] or ())]:
        yield " ".join(f"[{mark}]" for mark in marks)
    for banner in shown["banners"] or ():
        yield f"== {banner['text']} =={' ' + banner['link'] if banner['link'] else ''}"
    for one in shown["profileIndicators"] or ():
        colour = f" ({_low(one)})" if one["colour"] else ""
        yield f"* {one['kind']}: {one['hoverText']}{colour}"
    if shown["emptyMessage"]:
        yield shown["emptyMessage"]
    missing = [one["source"] for one in shown["sections"] if one["status"] not in {"OK", "NOT_FOUND"}]
    yield f"{shown['completeness']}{' without ' + ', '.join(missing) if missing else ''}"


def _reasons(reasons: Iterable[dict[str, Any]]) -> Iterator[str]:
    for one in reasons:
        yield f"{one['label']} ({one['confidence']:.0%})"
        yield from (f"    because: {evidence['label']}" for evidence in one["because"])
        yield from (f"    read: {article['title']}" for article in one["suggested"])


def _cards(cards: Iterable[dict[str, Any]]) -> Iterator[str]:
    for card in cards:
        when = card["recency"]["label"] if card["recency"] else card["date"]
        count = f" x{card['count']}" if card["count"] > 1 else ""
        more = [card["pinReason"], card["description"], "led to this call" if card["onCurrentCall"] else None]
        text = "".join(f" - {one}" for one in more if one)
        yield f"{when:>12}  {card['kind']}: {card['title']}{count}{text} ({_low(card)})"
        titles = {edge["node"]["title"] for edge in card["activities"]["edges"]}
        if titles != {card["title"]}:
            for edge in card["activities"]["edges"]:
                yield f"{'':>14}{edge['node']['title']} ({edge['node']['outcome'].lower()})"


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield from ("", title, *(f"  {line}" for line in told))


def _low(one: dict[str, Any]) -> str:
    return str(one["colour"]).lower()


def file_of(number: int, place: str) -> Path:
    """Where a page is kept."""
    return FOLDER / f"{number:02d}-{place.lower()}.txt"


async def draw() -> None:
    """Draw every page anew."""
    with tempfile.TemporaryDirectory() as folder:
        async with town(Path(folder)) as gate:
            for number in PEOPLE:
                for place in PLACES:
                    file_of(number, place).write_text(await page(gate, number, place), "utf-8")


if __name__ == "__main__":
    asyncio.run(draw())
