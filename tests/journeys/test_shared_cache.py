"""Gateways that share a Valkey as their cache: what one has read the others show."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.document_limits import Enforcement
from gateway.settings import Settings
from sources.crn import Crn
from sources.parts import Customer, Restriction
from sources.parts.customer import Name, NameKind
from tests.journeys.wholes import town, whole_pictures
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, everything_of, person
from tests.running.policies import unwatched
from tests.running.valkey import Shared, valkey

NAME = "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } } }"
CARDS = (
    "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } } overview { completeness "
    "cards(first: 20) { totalCount } } } }"
)


@pytest.fixture
def shared() -> Iterator[Shared]:
    with valkey() as server:
        yield server


@asynccontextmanager
async def gateways(folder: Path, url: str, *known: Any, **more: Any) -> AsyncIterator[tuple[Gate, Gate]]:
    """Two of them with one keyring. The database of the second one knows nobody."""
    for name in ("one", "other"):
        (folder / name).mkdir()
    one, other = (
        serving(
            folder / name,
            *records,
            settings=Settings(
                home=folder / name,
                keyring_file=folder / "keyring.json",
                policy_file=unwatched(folder / "policy.toml"),
                redis_url=url,
                rate_staff=0,
                **more,
            ),
        )
        for name, records in (("one", known), ("other", ()))
    )
    async with one as first, other as second:
        yield first, second


def dump(shared: Shared) -> bytes:
    """Everything that stands there, keys and values."""
    with shared.client as client:
        told = [key + b" " + (client.dump(key) or b"") for key in client.keys("*")]
    assert told
    return b"\n".join(told)


def kept(pictures: Mapping[Crn, Any]) -> dict[Crn, Any]:
    """Pictures without what is read page by page from the sources, and never kept."""
    paged = ("timeline_", "interactions_", "correspondence_")
    return {
        crn: one and {name: told for name, told in one.items() if not name.startswith(paged)}
        for crn, one in pictures.items()
    }


@pytest.mark.parametrize("sealed", [False, True], ids=["as it is", "encrypted"])
async def test_what_one_gateway_read_another_one_shows_as_it_is(
    sealed: bool, tmp_path: Path, shared: Shared
) -> None:
    records = town(60)
    crns = sorted({record.crn for record in records})
    async with (
        gateways(
            tmp_path,
            shared.url,
            *records,
            document_tokens=5_000,
            document_limits=Enforcement.MEASURE,
            cache_sealed=sealed,
            cache_seconds=2.0,  # a busy machine is waited for: who cannot hear reads anew, and shows a later moment
        ) as (
            one,
            other,
        )
    ):
        told = await whole_pictures(one, crns)
        assert sum(each is not None for each in told.values()) > 50
        assert kept(await whole_pictures(other, crns)) == kept(told)
    text = dump(shared)
    assert not any(crn.encode() in text for crn in crns)
    assert (b"channel" in text or b"names" in text) is not sealed


async def test_what_the_source_says_now_is_shown_everywhere_once_it_is_invalidated(
    tmp_path: Path, shared: Shared
) -> None:
    async with gateways(tmp_path, shared.url, called("Old")) as (one, other):
        assert await family(one) == await family(other) == "Old"
        await one.tell(called("New"))
        await other.tell(called("New"))
        assert await family(other) == "Old"
        assert await one.gateway.neighbours.cache.invalidate(ANNE, cause="event")
        assert await family(one) == "New"
        async with asyncio.timeout(2):
            while await family(other) != "New":  # noqa: ASYNC110
                await asyncio.sleep(0.01)


def called(name: str) -> Customer:
    return person(ANNE, names=(Name(NameKind.LEGAL, name, "Given"),))


async def family(gate: Gate, crn: str = ANNE) -> str:
    return str((await gate.ask(NAME, crn=crn)).data["customer"]["profile"]["names"][0]["family"])


async def test_a_restricted_record_is_on_no_shared_level(tmp_path: Path, shared: Shared) -> None:
    records = [*everything_of(ANNE, NOON), Restriction(ANNE, restricted=True)]
    async with gateways(tmp_path, shared.url, *records) as (one, _):
        await one.ask(CARDS, crn=ANNE)
    with shared.client as client:
        kept = {key.split(b":")[3] for key in client.keys("co:*") if key.count(b":") == 5}
    assert kept == {b"restriction"}
