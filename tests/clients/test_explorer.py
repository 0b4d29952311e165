"""The explorer in a real browser: it opens, runs an example, asks nobody else, and the browser complains of nothing."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients.conftest import Served
from tests.clients.node import installed, node, run
from tests.running.command import HOUSE

pytestmark = pytest.mark.conformance

HERE = Path(__file__).parent / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EXAMPLES = sorted((HOUSE / "tools/explorer/examples").glob("*.graphql"))
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SECONDS = 60


def browser() -> str:
    """The program Chromium; without it the test is skipped: a browser is in no package that a lock could name."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not here; Debian's package is called chromium")
    return found


@pytest.fixture(scope="module")
def seen(gateway: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What somebody sees who opens the page, shows a token, runs an example and looks at the documentation."""
    pictures = tmp_path_factory.mktemp("pictures")
    told = {
        **gateway.told(),
        "chromium": browser(),
        "seconds": SECONDS,
        "pictures": str(pictures),
        "tab": "Overview",
        "read": "The schema is read.",
        "answered": "Rossi",
    }
    found = json.loads(run([node(), "explorer.mjs"], installed(HERE), json.dumps(told)))
    assert "failed" not in found, found
    return {**found, "pictures": pictures}


def test_it_opens_with_the_examples_and_says_that_it_needs_a_token(seen: dict[str, Any]) -> None:
    assert [name.lower() for name in seen["tabs"]] == [path.stem[3:] for path in EXAMPLES]
    assert "overview token officer" in seen["before"]


def test_an_example_is_answered_and_the_schema_can_be_read(seen: dict[str, Any]) -> None:
    assert '"family": "Rossi"' in seen["answer"].replace("\xa0", " ")
    assert {"query: Query", "Customer", "TimelineEntry"} <= set(seen["schema"].splitlines())


def test_nobody_else_is_asked_and_nothing_is_kept(seen: dict[str, Any], gateway: Served) -> None:
    here = urlsplit(gateway.address).netloc
    asked = [urlsplit(one) for one in seen["asked"] if not one.startswith(("data:", "blob:"))]
    assert {one.netloc for one in asked} == {here}
    assert len([one for one in asked if one.path == "/graphql"]) == 3  # the page, the schema, the example
    assert len([one for one in asked if one.path.startswith("/explorer/")]) > 5
    assert (seen["kept"], seen["cookies"]) == ({"cookies": "", "local": 0}, 0)


def test_the_browser_complains_of_nothing(seen: dict[str, Any]) -> None:
    assert "default-src 'none'" in seen["policy"]
    assert {name: seen[name] for name in ("refused", "said", "violated")} == {
        "refused": [],
        "said": [],
        "violated": [],
    }


def test_it_can_be_looked_at(seen: dict[str, Any]) -> None:
    """A page that stayed empty is a small picture."""
    for name in ("opened", "answered", "documented"):
        picture = (seen["pictures"] / f"{name}.png").read_bytes()
        assert picture.startswith(SIGNATURE)
        assert len(picture) > 20_000, name
