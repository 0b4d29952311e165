"""`docs/running.md` tells of every setting, and of no other."""

import re
from pathlib import Path

from gateway.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "running.md"


def test_every_setting_is_on_the_page_and_no_other() -> None:
    told = set(re.findall(r"OVERVIEW_([A-Z_]+)", PAGE.read_text("utf-8")))

    assert told == {name.upper() for name in Settings.model_fields}
