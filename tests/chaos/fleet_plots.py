"""What happens in the rows about several processes: a herd, one that dies and is waited for, and two versions."""

import asyncio
import os
import shutil
import signal
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Final

from httpx2 import HTTPError

from sandbox.upstreams.running import SERVICES
from tests.chaos.cache_plots import PART
from tests.chaos.cached_stage import CachedStage, Process, process
from tests.running.command import HOUSE
from tests.running.people import ANNE
from tests.running.until import until

PACKAGES: Final = ("schema", "resolvers", "sources", "cache", "gateway", "policy")
HERD: Final = 10
TRIES: Final = 5
FLEET: Final = 4
RECORD: Final = (
    "sources/parts/interaction.py",
    "    call_id: str | None = None\n",
    "    written_by: str | None = None\n",
)
FIELD: Final = (
    "schema/query.py",
    '    """The root of every query."""\n',
    '''
    @strawberry.field(description="What only the newer version knows.")
    def newest(self) -> bool:
        """Say yes."""
        return True
''',
)


async def herd(stage: CachedStage) -> None:
    """Four processes are asked ten times each, at once, for somebody of whom they know nothing."""
    async with AsyncExitStack() as stack:
        fleet = [
            await stack.enter_async_context(process(stage, f"herd-{number}")) for number in range(FLEET - 1)
        ]
        for name in SERVICES:
            await stage.systems.fault(name, "slow", seconds=0.2)
        for _ in range(TRIES):  # a busy machine may hear its Valkey too late
            owner, before = stage.fresh(), stage.calls()
            asking = [one.ask(owner) for one in fleet for _ in range(HERD)]
            told = await asyncio.gather(*(stage.ask(owner) for _ in range(HERD)), *asking)
            for asked in told[HERD:]:
                stage.keep(asked)
            asked_of = {name: count - before[name] for name, count in stage.calls().items()}
            if set(asked_of.values()) == {1}:
                break
        assert asked_of == dict.fromkeys(SERVICES, 1), stage.told


async def widowed(stage: CachedStage) -> None:
    """A process is killed while it fetches what others wait for."""
    async with process(stage, "holder") as holder:
        before = stage.calls()
        for name in SERVICES:
            await stage.systems.fault(name, "hang", crn=ANNE, times=1)
        dying = asyncio.create_task(holder.ask(ANNE))
        await until(lambda: all(count > before[name] for name, count in stage.calls().items()))
        asking = asyncio.create_task(stage.ask(ANNE))
        await asyncio.sleep(0.2)
        os.kill(holder.pid, signal.SIGKILL)
        await asking
        with suppress(HTTPError):
            await dying


async def newer_schema(stage: CachedStage) -> None:
    """A version that shows more of the same records shares all that is kept, both ways."""
    async with process(stage, "newer", await asyncio.to_thread(changed, stage, *FIELD)) as newer:
        assert (await newer.say("{ newest }")).data == {"newest": True}
        assert (await stage.gate.ask("{ newest }")).errors
        await both_ways(stage, newer, again=frozenset())


async def newer_record(stage: CachedStage) -> None:
    """A version whose record of a part is another one shares everything but that part."""
    async with process(stage, "newer", await asyncio.to_thread(changed, stage, *RECORD)) as newer:
        await both_ways(stage, newer, again=frozenset({PART}))


async def both_ways(stage: CachedStage, newer: Process, again: frozenset[str]) -> None:
    """What one version has read the other one shows, and asks nobody for but the parts `again`."""
    for writer, reader in ((newer.ask, stage.ask), (stage.ask, newer.ask)):
        for _ in range(TRIES):  # a busy machine may hear its Valkey too late
            owner = stage.fresh()
            told = [await writer(owner)]
            before = stage.calls()
            told.append(await reader(owner))
            asked_of = {name for name, count in stage.calls().items() if count > before[name]}
            if asked_of == again:
                break
        assert asked_of == again, stage.told
        for asked in told:
            if asked not in stage.asked:
                stage.keep(asked)


def changed(stage: CachedStage, file: str, after: str, more: str) -> Path:
    """A copy of the packages in which a file has more after some of its text."""
    folder = stage.gate.gateway.settings.folder / "packages"
    for package in PACKAGES:
        shutil.copytree(HOUSE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / file).read_text("utf-8")
    assert text.count(after) == 1
    (folder / file).write_text(text.replace(after, after + more), "utf-8")
    return folder
