"""What is shipped and installed: a wheel that carries its packages whole, and locks of what was declared."""

import re
import subprocess
import sys
import tomllib
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house.packaging import normal
from tests.house.tree import WHEEL, place_of, project_files

HOUSE = Path(__file__).parent.parent
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
SHIPPED = (*WHEEL, "policy")
PIN = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)+.*--hash=sha256:.*)$", re.MULTILINE
)
LOCKS = ["requirements.lock", "requirements-sandbox.lock", "requirements-test.lock"]
APART = {group: f"tests/clients/py/{group}.lock" for group in ("clairvoyance", "node", "plain")}
"""Programs that tests run, each in an environment of its own, by their group."""
LOCKS += APART.values()
HEADING = re.compile(r"^[a-z0-9][\w.-]*==", re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=HOUSE, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def pins(lock: str) -> dict[str, Version]:
    text = (HOUSE / lock).read_text("utf-8")
    return {normal(found["name"]): Version(found["version"]) for found in PIN.finditer(text)}


def declared_for(lock: str) -> list[Requirement]:
    project = PROJECT["project"]
    groups = {"requirements-sandbox.lock": "sandbox"} | {file: group for group, file in APART.items()}
    if lock in groups:
        return [Requirement(line) for line in PROJECT["dependency-groups"][groups[lock]]]
    extra = project["optional-dependencies"]["test"] if "test" in lock else []
    return [
        Requirement(line) for line in (*project["dependencies"], *extra, *PROJECT["build-system"]["requires"])
    ]


@pytest.mark.parametrize("package", SHIPPED)
def test_the_wheel_carries_every_file_of_a_package(wheel: Path, package: str) -> None:
    ours = {place_of(path, HOUSE) for path in project_files(HOUSE / package)}
    assert ours
    assert ours <= set(ZipFile(wheel).namelist())


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(SHIPPED)


def test_the_wheel_brings_the_overview_command(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (entries,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "overview = gateway.cli:main" in archive.read(entries).decode()


def test_the_wheel_asks_for_nothing_of_the_tests_unless_told(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
        asked = Parser().parsestr(archive.read(metadata).decode()).get_all("Requires-Dist", [])
    always = {normal(Requirement(line).name) for line in asked if "extra ==" not in line}
    assert always == {normal(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_is_declared(lock: str) -> None:
    pinned = pins(lock)
    assert [str(wish) for wish in declared_for(lock) if pinned[normal(wish.name)] not in wish.specifier] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_a_hash(lock: str) -> None:
    text = (HOUSE / lock).read_text("utf-8")  # one package may have a pin for each of several Pythons
    assert len(HEADING.findall(text)) == len(PIN.findall(text))


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    tested = pins("requirements-test.lock")
    assert {name: tested[name] for name in pins("requirements.lock")} == pins("requirements.lock")


def test_what_prints_letters_is_in_no_lock_of_the_gateway() -> None:
    assert pins("requirements-sandbox.lock").keys() == {"typst"}
    assert "typst" not in pins("requirements.lock").keys() | pins("requirements-test.lock").keys()


def test_both_build_requirements_are_the_same() -> None:
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]
