"""The worked examples of the explorer, run as they stand in front of a town."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Served
from tests.running.command import HOUSE

pytestmark = pytest.mark.conformance

FOLDER = HOUSE / "tools/explorer/examples"
VARIABLES: dict[str, dict[str, Any]] = json.loads((FOLDER / "variables.json").read_text("utf-8"))
EXAMPLES = sorted(FOLDER.glob("*.graphql"))
REFUSED = {"08-several": {"RESTRICTED_RECORD"}}
"""Where an example shows what it looks like when something is not given."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_within_the_limits_and_shows_something(example: Path, gateway: Served) -> None:
    persona = "restricted" if "overview token restricted" in example.read_text("utf-8") else "officer"
    answer = gateway.ask(example.read_text("utf-8"), persona, **VARIABLES.get(example.stem, {}))
    refused = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert refused == REFUSED.get(example.stem, set())
    assert leaves(answer["data"]) > 0


def leaves(value: Any) -> int:
    """How many values an answer shows."""
    if isinstance(value, dict | list):
        return sum(leaves(one) for one in (value.values() if isinstance(value, dict) else value))
    return value is not None
