"""A proxy that ends TLS: who checks certificates can be tried before neighbours that know none."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from tests.chaos.certificates import Authority
from tests.chaos.driving import driving
from tests.chaos.echo import caller, echoing, said
from tests.chaos.proxy import proxies
from tests.running.valkey import valkey

ENDED = timedelta(days=-1)


@pytest.mark.parametrize(("good_for", "trusted"), [(timedelta(days=1), True), (ENDED, False)])
async def test_a_client_that_checks_takes_a_good_certificate_and_no_other(
    good_for: timedelta, trusted: bool, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    async with echoing() as echo, proxies({}) as kit:
        proxy = await kit.add("echo", echo.address, tls=authority.server(good_for))
        if not trusted:
            with pytest.raises(ssl.SSLCertVerificationError):
                async with caller(proxy, authority.client()):
                    pass
            return
        async with caller(proxy, authority.client()) as (reader, writer):
            writer.write(b"there")
            assert await reader.readexactly(5) == b"there"
        with pytest.raises(ssl.SSLCertVerificationError):
            async with caller(proxy, Authority(tmp_path).client()):
                pass


async def test_toxics_bite_within_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with echoing() as echo, proxies({}) as kit, driving(kit) as drive:
        proxy = await kit.add("echo", echo.address, tls=authority.server())
        await drive.toxic("echo", "limit_data", bytes=3)
        async with caller(proxy, authority.client()) as streams:
            assert await said(streams, b"there") == b"the"
        await drive.reset()
        await drive.toxic("echo", "reset_peer", timeout=0)
        async with caller(proxy, authority.client()) as streams:
            with pytest.raises(ConnectionResetError):
                await said(streams, b"there")


async def test_a_plain_valkey_is_met_by_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with valkey() as shared:
        async with proxies({}) as kit:
            proxy = await kit.add("valkey", shared.url.split("/")[2], tls=authority.server())
            async with AsyncRedis(
                host=proxy.host, port=proxy.port, ssl=True, ssl_ca_certs=str(authority.file)
            ) as client:
                assert await client.set("a", "b")
                assert await client.get("a") == b"b"
        with Redis.from_url(shared.url) as plain:
            assert plain.get("a") == b"b"
