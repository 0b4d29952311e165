"""One town for all tests of this folder: the default one, as on a Wednesday."""

import pytest

from tests.sandbox.telling import Told, lines, told


@pytest.fixture(scope="package")
def written() -> list[bytes]:
    return lines()


@pytest.fixture(scope="package")
def town(written: list[bytes]) -> dict[str, Told]:
    return told(written)
