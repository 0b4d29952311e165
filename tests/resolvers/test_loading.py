"""What the fields of one request load beside one another: who waits for whom, and what stays when all have left."""

import asyncio
import gc
import weakref

from sources.parts import CUSTOMER, DEBT, INTERACTION
from sources.source import Reading
from tests.records import OWNER
from tests.resolvers.town import ALL, PEOPLE, settle, town


async def test_a_field_does_not_wait_for_what_another_asks_beside_it() -> None:
    body = town()
    body.sources["debt"].open.clear()
    loaders = body.loaders()
    slow, quick = (asyncio.create_task(loaders.admit([OWNER], parts)) for parts in ([DEBT], [INTERACTION]))
    await settle()
    assert (slow.done(), quick.done()) == (False, True)
    body.sources["debt"].open.set()
    assert isinstance((await slow)[OWNER].parts["debt"].value, Reading)
    assert body.times_asked(DEBT) == body.times_asked(CUSTOMER) == 1


async def test_a_field_that_asks_for_what_is_under_way_waits_for_it() -> None:
    body = town()
    body.sources["debt"].open.clear()
    loaders = body.loaders()
    first = asyncio.create_task(loaders.admit(PEOPLE[:2], [DEBT]))
    await settle()
    second = asyncio.create_task(loaders.admit(PEOPLE[1:3], [DEBT]))
    await settle()
    body.sources["debt"].open.set()
    assert (await first)[PEOPLE[1]].parts["debt"] == (await second)[PEOPLE[1]].parts["debt"]
    assert [crns for name, crns in body.asked if name == "debt"] == [tuple(PEOPLE[:2]), (PEOPLE[2],)]


async def test_what_a_request_had_goes_with_it_and_waits_for_no_collection() -> None:
    """What only holds itself would stay in memory, and records with it, until the collector comes."""
    body = town()
    loaders = body.loaders()
    await loaders.admit(PEOPLE, ALL)
    had = weakref.ref(loaders.loading)
    gc.disable()
    try:
        del loaders
        await settle()
        assert had() is None
    finally:
        gc.enable()


async def test_a_request_that_is_given_up_leaves_no_call_under_way() -> None:
    body, running = town(), asyncio.all_tasks()
    body.sources["debt"].open.clear()
    loaders = body.loaders()
    leaving = asyncio.create_task(loaders.admit([OWNER], [DEBT]))
    await settle()
    leaving.cancel()
    loaders.errands.give_up()
    await settle()
    assert asyncio.all_tasks() == running
