"""What a process weighs that serves and has been asked nothing yet, and what it does not load for it."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.house.programs import environment, free_port
from tests.running.command import HOUSE, overview, served

MOST_MEBIBYTES: Final = 118
"""Some 107 on the machine that this was written on."""
LOADED: Final = """
import sys
import gateway.cli.serve, gateway.cli.work
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def resident(process: int) -> float:
    """Mebibytes of memory that a process has now."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    (line,) = (one for one in lines if one.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


@pytest.mark.conformance
def test_a_gateway_that_nobody_has_asked_yet_is_light(tmp_path: Path) -> None:
    assert overview("migrate", home=tmp_path).returncode == 0
    with served(tmp_path / "log", home=tmp_path, port=free_port()) as process:
        assert resident(process.pid) < MOST_MEBIBYTES


def test_what_no_setting_asks_for_is_not_loaded() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        check=True,
        env=environment(PYTHONPATH=str(HOUSE)),
        capture_output=True,
        timeout=60,
    )
    loaded = set(told.stdout.decode().split())
    assert {"gateway", "schema", "sqlalchemy"} <= loaded
    assert loaded & {"alembic", "limits", "opentelemetry", "prometheus_client", "redis"} == set()
