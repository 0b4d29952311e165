"""The example of docs/events.md works as it stands there."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.changes.change import NEEDS
from gateway.settings import Settings
from sources.parts import PARTS
from tests.running import serving
from tests.running.people import ANNE
from tests.running.senders import SECRET, events_file
from tests.running.stale import changes, named, shown

PAGE = (Path(__file__).parents[2] / "docs/events.md").read_text("utf-8")


async def test_whoever_posts_as_the_page_shows_has_it_read_anew(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path))
    async with serving(tmp_path, named(ANNE, "Old"), settings=settings, now=datetime.now(UTC)) as gate:
        await changes(gate)
        address = str(gate.client.base_url).rstrip("/")
        answer = await asyncio.to_thread(names["changed"], address, SECRET, ANNE, "customer")
        assert answer == {"accepted": 1, "ignored": 0, "refused": [], "everywhere": True}
        assert await shown(gate) == "New"


def test_the_page_names_every_type_and_every_part() -> None:
    assert {kind for kind in NEEDS if f"`{kind}`" in PAGE} == NEEDS.keys()
    assert {part.name for part in PARTS if f"`{part.name}`" in PAGE} == {part.name for part in PARTS}
