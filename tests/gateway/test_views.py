"""What viewers opened as the database holds it: nobody can be read from it, and a new keyring version loses nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.auth.personas import PERSONAS
from gateway.keyring import Keyring
from gateway.views import HiddenViews
from resolvers.caller import CallerKind
from resolvers.sealing import NodeKey
from sources.ledger import ViewStore
from sources.sql import open_engine
from tests.running import serving
from tests.running.documents import MARK, address_of, document_id, fetched, opened, posted, serving_documents
from tests.running.fresh import make_ready
from tests.running.people import ANNE, BORIS, person

NOON = datetime(2025, 3, 10, 1, tzinfo=UTC)
OFFICER = PERSONAS["officer"]
LETTER, OTHERS = NodeKey("Document", ANNE, "letter"), NodeKey("Document", BORIS, "letter")
OLD, NEW = Keyring({1: b"1" * 32}), Keyring({1: b"1" * 32, 2: b"2" * 32})


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'views.db'}")
    await make_ready(made)
    yield made
    await made.dispose()


def views(engine: AsyncEngine, keyring: Keyring = OLD) -> HiddenViews:
    return HiddenViews(ViewStore(engine), keyring)


async def test_what_a_viewer_opened_is_that_viewers_alone(engine: AsyncEngine) -> None:
    await views(engine).add(OFFICER, LETTER, NOON)
    assert await views(engine).seen(OFFICER, [LETTER, OTHERS]) == {LETTER}
    for other in (
        PERSONAS["centre"],
        replace(OFFICER, organisation="elsewhere"),
        replace(OFFICER, kind=CallerKind.SERVICE),
    ):
        assert await views(engine).seen(other, [LETTER]) == frozenset()


async def test_what_was_opened_before_the_keyring_was_rotated_is_still_read(engine: AsyncEngine) -> None:
    await views(engine).add(OFFICER, LETTER, NOON)
    later = views(engine, NEW)
    assert await later.seen(OFFICER, [LETTER, OTHERS]) == {LETTER}
    assert await later.add(OFFICER, LETTER, NOON + timedelta(days=1)) == NOON
    assert await views(engine, Keyring({2: b"2" * 32})).seen(OFFICER, [OTHERS]) == frozenset()


async def test_nobody_can_be_read_from_the_database(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE)) as (gate, _):
        id = await document_id(gate, ANNE)
        await fetched(gate, await address_of(gate, id))
        await opened(gate, id, document=MARK)
        async with gate.gateway.engine.connect() as connection:
            told = [
                (await connection.execute(text(f"SELECT * FROM {table}"))).all()
                for table in ("document_view", "command_key")
            ]
        assert [len(rows) for rows in told] == [1, 2]
        for secret in (ANNE, "officer-1", "agency", "letter", id):
            assert secret not in repr(told)


async def test_what_was_read_is_known_to_every_gateway_of_the_database(tmp_path: Path) -> None:
    async with serving_documents(tmp_path, person(ANNE), posted(ANNE)) as (gate, _):
        await fetched(gate, await address_of(gate, await document_id(gate, ANNE)))
        async with serving(tmp_path, settings=gate.gateway.settings) as beside:
            answer = await beside.ask(
                "query($crn: CRN!) { customer(crn: $crn) { overview { cards { edges { node { readState } } } } } }",
                crn=ANNE,
            )
        (edge,) = answer.data["customer"]["overview"]["cards"]["edges"]
        assert edge["node"]["readState"] == "READ"
