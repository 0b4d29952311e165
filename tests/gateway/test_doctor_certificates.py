"""`overview doctor` on the certificates of systems that are asked by https."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from sandbox.upstreams.running import running
from tests.chaos.certificates import DAY, Authority
from tests.chaos.proxy import proxies
from tests.chaos.stage import place
from tests.gateway.test_doctor import Examined, doctor
from tests.running import NOON
from tests.running.command import migrated
from tests.running.people import ANNE, everything_of
from tests.running.services import sources_file, told_by_town

pytestmark = pytest.mark.conformance

ENDS: Final = {"debt": 10, "interaction": 29, "correspondence": 31, "ownership": 60, "entitlement": -1}
"""In how many days the certificate of each system ends; the others are asked by http, but for those below."""


async def examined(home: Path) -> Examined:
    """What the doctor says; who knows customers shows a stranger's certificate, who has documents is away."""
    authority = Authority(home)
    await asyncio.to_thread(migrated, home)
    async with running(told_by_town(everything_of(ANNE, NOON))) as systems, proxies({}) as kit:
        addresses = dict(systems.addresses)
        shown = {part: authority.server(days * DAY + DAY / 2) for part, days in ENDS.items()}
        for part, tls in (shown | {"customer": authority.stranger().server(60 * DAY)}).items():
            proxy = await kit.add(part, place(addresses[part]), tls=tls)
            addresses[part] = f"https://{proxy.listen}"
        addresses["document"] = "https://127.0.0.1:9"
        file = sources_file(home, addresses)
        return await doctor(home, {"OVERVIEW_SOURCES": str(file), "SSL_CERT_FILE": str(authority.file)})


async def test_a_certificate_that_ends_within_thirty_days_is_amber_and_one_that_is_not_good_is_red(
    tmp_path: Path,
) -> None:
    told = await examined(tmp_path)
    assert {what: light for what, light in told.lights.items() if what.startswith("certificate of ")} == {
        "certificate of debts": "amber",
        "certificate of interactions": "amber",
        "certificate of messages": "green",
        "certificate of cases": "green",
        "certificate of entitlements": "red",
        "certificate of customers": "red",
        "certificate of documents": "amber",
    }, told.text
    assert told.seen["certificate of debts"].endswith("in 10 days")
    assert "renew" in told.mends["certificate of debts"]
    assert told.seen["certificate of entitlements"] == "it has ended"
    assert told.seen["certificate of customers"].startswith("it is not good (")
    assert told.seen["certificate of documents"] == "it could not be seen"
    assert told.lights["debt from debts"] == "green"
    assert told.code == 1
