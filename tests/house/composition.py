"""`docker-compose.yml` as it stands, read the way an engine reads it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$\{(?P<name>\w+):-(?P<default>[^}]*)\}")


def services(root: Path, **settings: str) -> dict[str, dict[str, Any]]:
    """The services, with `${NAME:-default}` filled in from `settings`."""
    text = (root / "docker-compose.yml").read_text("utf-8")
    filled = VARIABLE.sub(lambda found: settings.get(found["name"], found["default"]), text)
    read: dict[str, dict[str, Any]] = yaml.safe_load(filled)["services"]
    return read


def replaced(command: list[str], test_values: Mapping[str, str]) -> list[str]:
    """The command with a host, port or folder of the container put in terms of this machine."""
    assert set(test_values) <= set(command), f"{command} has no {set(test_values) - set(command)} any more"
    return [test_values.get(word, word) for word in command]


def stages(root: Path) -> set[str]:
    """The named stages of the Dockerfile."""
    text = (root / "Dockerfile").read_text("utf-8")
    return set(re.findall(r"^FROM \S+ AS (\S+)$", text, re.MULTILINE))
