"""The table of metrics on `docs/running.md` tells of every metric with its labels, and of no other."""

import re
from pathlib import Path

from gateway.admin import administration
from gateway.joined import join
from gateway.settings import Settings
from gateway.telemetry.events import FIELDS
from tests.gateway.closed_labels import CLOSED

PAGE = (Path(__file__).parents[2] / "docs" / "running.md").read_text("utf-8")
ROW = re.compile(r"^\| `([a-z_]+)` \|([^|]*)\|", re.MULTILINE)


async def test_the_table_of_metrics_and_the_registry_are_equal(tmp_path: Path) -> None:
    gateway = join(Settings(home=tmp_path, admin_port=0))
    administration(gateway)
    registry = gateway.telemetry.metrics.registry
    await gateway.close()
    measured = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in registry.collect()
        if not family.name.startswith("process_")
    }
    told = dict(ROW.findall(PAGE.partition("\n## Metrics\n")[2].partition("\n## ")[0]))
    assert told.keys() == measured
    for name, row in told.items():
        labels = CLOSED.get(name.removesuffix("_total"), {})
        assert set(re.findall(r"`([a-z_]+)`", row)) == labels.keys(), name


def test_every_event_of_the_log_is_in_the_table_of_events() -> None:
    told = set(re.findall(r"`([a-z_.]+)`", PAGE.partition("\n## Logs\n")[2].partition("\n## ")[0]))
    assert FIELDS.keys() <= told
