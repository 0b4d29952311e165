"""F50: how long the certificate of a system is good still, by the connections to it."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from gateway.admin import administration
from sandbox.upstreams.running import SERVICES
from sources.http.certificate import Certificate, trusted
from tests.chaos.certificates import DAY, Authority
from tests.chaos.connection import Streams
from tests.chaos.echo import caller, echoing
from tests.chaos.faults import Certificate as Another
from tests.chaos.proxy import proxies
from tests.chaos.stage import staged
from tests.running.people import ANNE
from tests.running.rates import Ticks

LITTLE: Final = timedelta(minutes=10)
ASKED: Final = frozenset(SERVICES) - {"document"}


def is_about(found: datetime | None, days: int) -> bool:
    return found is not None and abs(found - datetime.now(UTC) - days * DAY) < LITTLE


async def echoed(streams: Streams) -> bool:
    """Whether what is said comes back: then everybody is connected, and can be let go of."""
    reader, writer = streams
    writer.write(b"there")
    return await reader.readexactly(5) == b"there"


async def test_a_certificate_is_looked_at_once_a_minute_and_a_new_one_is_seen_then(tmp_path: Path) -> None:
    authority, ticks = Authority(tmp_path), Ticks()
    certificate = Certificate(ticks)
    async with echoing() as echo, proxies({}) as kit:
        for second, days, seen in ((0, 10, 10), (59, 60, 10), (60, 60, 60), (90, 5, 60), (120, 5, 5)):
            ticks.now = second
            proxy = await kit.add(f"after {second}", echo.address, tls=authority.server(days * DAY))
            async with caller(proxy, authority.client()) as streams:
                certificate.look(streams[1])
                assert await echoed(streams)
            assert is_about(certificate.ends, seen), certificate.ends


async def test_a_connection_without_a_certificate_says_nothing_and_costs_no_look() -> None:
    certificate = Certificate(Ticks())
    async with echoing() as echo, proxies({}) as kit:
        proxy = await kit.add("echo", echo.address)
        async with caller(proxy) as streams:
            certificate.look(streams[1])
            assert await echoed(streams)
    certificate.look(None)
    assert certificate.ends is None


async def test_whom_the_machine_trusts_is_who_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = trusted()
    assert "An authority of a test" in str(context.get_ca_certs())
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.conformance
async def test_the_gauge_says_for_how_long_each_system_that_is_met_by_tls_is_good_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with staged(tmp_path, authority=authority) as stage:
        administration(stage.gate.gateway)

        def seconds(part: str) -> float:
            return stage.metric("tls_expiry_seconds", {"source": stage.system(part)})

        for part in ASKED:
            assert seconds(part) == pytest.approx((10 * DAY).total_seconds(), abs=LITTLE.total_seconds())
        await Another(days=-1).strike(stage, ["interaction"])
        await stage.forget("interaction")
        await stage.kit.proxies["interaction"].sever()
        assert (await stage.ask(ANNE)).section(0, "interaction")["status"] == "UNAVAILABLE"
        assert stage.events == ["source.tls_error"]
        assert (
            0 < seconds("interaction") < (10 * DAY).total_seconds()
        )  # what was seen last, and less each second


async def test_systems_that_are_met_without_tls_have_no_gauge(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        administration(stage.gate.gateway)
        samples = [
            sample
            for family in stage.gate.gateway.telemetry.metrics.registry.collect()
            for sample in family.samples
            if sample.name == "tls_expiry_seconds"
        ]
    assert samples == []
