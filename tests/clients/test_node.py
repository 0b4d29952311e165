"""The Node that the scripts of other tests run with: where a machine has none, there is one in a wheel."""

import subprocess
from pathlib import Path

import pytest

from tests.clients import node

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize("version", ["v8.17.0", "v19.9.0", "", "nonsense"])
def test_an_old_node_is_as_good_as_none(version: str, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text(f"#!/bin/sh\necho '{version}'\n")
    old.chmod(0o755)
    assert not node.is_good(str(old))
    old.write_text(f"#!/bin/sh\necho v{node.OLDEST}.0.0\n")
    assert node.is_good(str(old))


def test_the_node_of_the_wheel_is_good_and_brings_its_npm() -> None:
    wheel = node.of_the_wheel()
    program = wheel / "bin/node"
    assert node.is_good(str(program))
    words = [str(program), str(wheel / "lib/node_modules/npm/bin/npm-cli.js"), "--version"]
    told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout
    assert int(told.partition(".")[0]) >= 10


def test_packages_are_installed_and_run_on_a_machine_that_has_no_node(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is installed is a folder with a lock of its own."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    node.node.cache_clear()
    try:
        found = node.node()
        assert found == str(node.of_the_wheel() / "bin/node")
        assert node.npm()[0] == found
        assert node.run([found, "-p", "process.execPath"], tmp_path).strip() == found
    finally:
        node.node.cache_clear()
