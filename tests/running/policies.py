"""The policy that ships, with a ruling changed."""

from importlib.resources import files
from pathlib import Path


def changed(file: Path, rule: str, value: str) -> Path:
    """A policy file in which the line of one rule says something else."""
    lines = files("policy").joinpath("policy.toml").read_text("utf-8").splitlines()
    (place,) = (number for number, line in enumerate(lines) if line.startswith(f"{rule} ="))
    lines[place] = f"{rule} = {value}"
    file.write_text("\n".join(lines), "utf-8")
    return file


def unwatched(file: Path) -> Path:
    """The policy that ships, under which an officer opens as many customers as they like."""
    return changed(file, "customers_an_hour", "0")
