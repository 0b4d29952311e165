"""Two levels: the memory of the process, and behind it what all processes share.

In memory an entry is good for five seconds, or as long as it is fresh while the process hears every invalidation.
Without the shared level the process goes on alone: what it keeps then lives for the five seconds.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct

from cache.bypass import Bypass
from cache.ending import end
from cache.envelope import Envelopes
from cache.events import FillSuperseded
from cache.far import AwayError, Far
from cache.freshness import NEGATIVE_SECONDS
from cache.keys import Keys
from cache.known import Values
from cache.level_events import InvalidationsUntold
from cache.marks import Marks
from cache.near import MOST_BYTES, Held, Near
from cache.store import Entry, Looked, Mark, Place, Reach, Told
from cache.stream import Reader

NEAR_SECONDS: Final = 5.0
UNTOLD_MOST: Final = 10_000
AGAIN_SECONDS: Final = 0.5
REMEMBERED: Final = 100_000
ALONE: Final = -1
"""What the marks of a process that is on its own begin with: no number of the shared level is below nought."""


class Moment(NamedTuple):
    """When an invalidation was heard: its turn among all of them, and the monotonic seconds."""

    turn: int
    seconds: float


class Untold:
    """One invalidation that is not told yet. One like it that comes later is another."""

    def __init__(self, cause: str) -> None:
        self.cause: Final = cause


class TwoLevels:
    """The store of a process that shares a level with others. `fresh` says how long an entry of a part is fresh."""

    def __init__(
        self,
        redis: Any,
        listening: Any,
        keys: Keys,
        envelopes: Envelopes,
        fresh: Callable[[str], float],
        observe: Callable[[Struct], None],
        monotonic: Callable[[], float] = time.monotonic,
        most_bytes: int = MOST_BYTES,
        near_seconds: float = NEAR_SECONDS,
    ) -> None:
        """`redis` answers soon or not at all; `listening` is a client of its own that may wait for news."""
        self._monotonic: Final = monotonic
        self._observe: Final = observe
        self._fresh: Final = fresh
        self._near_seconds: Final = near_seconds
        self._near: Final = Near(most_bytes)
        self._marks: Final = Marks()
        self._reader: Final = Reader(listening, keys, self._heard, self._lost, observe, monotonic)
        self._far: Final = Far(redis, keys, envelopes, Bypass(monotonic, observe), observe, self._ahead)
        self._dropped: OrderedDict[str, Moment] = OrderedDict()
        self._now = self._floor = Moment(0, -math.inf)
        self._untold: dict[Reach, Untold] = {}
        self._keeping: dict[str, Entry] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._telling: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[Reach], None]] = []

    @property
    def bytes(self) -> int:
        """What the entries in memory weigh."""
        return self._near.bytes

    @property
    def healthy(self) -> bool:
        """Whether this process hears every invalidation."""
        return self._reader.healthy

    @property
    def ahead(self) -> float | None:
        """How many seconds the shared level's clock is before the monotonic one; None until it said."""
        return self._reader.ahead

    def start(self) -> None:
        """Begin to hear invalidations; ends with `close`."""
        self._go(self._reader.run())

    @property
    def waits(self) -> bool:
        """Whether somebody is waited for: the shared level is."""
        return True

    def at_hand(self, place: Place) -> Entry | None:
        """Return what is in memory at a place, if it is still good there."""
        held = self._near.read(place.key)
        return held.entry if held is not None and self._good(held) else None

    def same(self, values: Values, stamp: int) -> int | None:
        """Return 0 where all of these are in memory, and still good there."""
        found = ((self.at_hand(place), value) for place, value in values)
        return 0 if all(one is not None and one.value is value() for one, value in found) else None

    async def look(self, places: Sequence[Place]) -> list[Looked]:
        """Return what is kept at each of the places: in memory, else on the shared level."""
        held = {place: self._near.read(place.key) for place in places}
        found = {
            place: Looked(one.entry, one.entry.mark)
            for place, one in held.items()
            if one is not None and self._good(one)
        }
        rest = [place for place in held if place not in found]
        if rest:
            found |= await self._looked(rest)
        return [found[place] for place in places]

    async def keep(self, place: Place, entry: Entry, seconds: float) -> bool:
        """Keep an entry on both levels; while the shared one is away, in memory alone."""
        if self._is_kept(place, entry):
            return False
        # the shared level knows of its person and part; of a system, or of everything, it looks when it is read
        overtaken = self._last_heard(place).seconds >= entry.fetched
        if entry.mark[0] == ALONE:
            kept, lone = entry.mark == self._alone(place), True
        elif self._is_untold(place):  # its mark still holds there, and is out of date
            await self.release([place])
            return False
        else:
            self._keeping[place.key] = entry
            try:
                kept, lone = await self._far.keep(place, entry, seconds), False
            except AwayError:  # nobody compares its mark
                kept, lone = not overtaken, True
            finally:
                self._keeping.pop(place.key, None)
        if lone and not kept:
            self._observe(FillSuperseded(place.part, place.system))
        if kept and self._last_heard(place).seconds < entry.fetched:
            self._near.put(place, entry, self._monotonic(), lone=lone)
        return kept

    def _is_kept(self, place: Place, entry: Entry) -> bool:
        """Tell whether the same, or something fetched later, is kept or just being kept: readers who waited together
        each keep what they got."""
        held = self._near.read(place.key)
        for one in (self._keeping.get(place.key), held.entry if held is not None else None):
            if one is not None and one.mark == entry.mark and one.fetched >= entry.fetched:
                return True
        return False

    async def drop(self, places: Sequence[Place]) -> None:
        """Forget entries on both levels."""
        for place in places:
            self._near.remove(place.key)
        try:
            await self._far.drop(places)
        except AwayError:
            return  # an entry that stays there is found out of date when it is dead, at the latest

    async def advance(self, reach: Reach, cause: str = "") -> bool:
        """Let everything kept before be out of date, here at once; say whether all others are sure to know."""
        self._heard(reach)
        mine = self._untold[reach] = Untold(cause)
        if await self._tell({reach: mine}):
            return True
        self._observe(InvalidationsUntold(len(self._untold)))
        if self._telling is None or self._telling.done():
            self._telling = self._go(self._tell_again())
        return False

    def listen(self, heard: Callable[[Reach], None]) -> None:
        """Have somebody told of everything that is out of date; of all, when something may have been missed."""
        self._listeners.append(heard)

    async def claim(self, places: Sequence[Place]) -> list[Place]:
        """Return the places that no other process is fetching; all of them while nobody can say."""
        try:
            return await self._far.claim(places)
        except AwayError:
            return list(places)

    async def release(self, places: Sequence[Place]) -> None:
        """Give up claims; those that nobody can be told of end by themselves."""
        try:
            await self._far.release(places)
        except AwayError:
            return

    async def close(self) -> None:
        """Hear no more."""
        await end(self._tasks)
        await self._far.close()

    async def _looked(self, places: list[Place]) -> dict[Place, Looked]:
        turn = self._now.turn
        safe = [place for place in places if not self._is_untold(place)]
        try:
            told = dict(zip(safe, await self._far.look(safe), strict=True)) if safe else {}
        except AwayError:
            told = {}
        found: dict[Place, Looked] = {}
        for place in places:
            looked = told.get(place)
            if looked is None:
                looked = self._by_itself(place)
            elif looked.entry is not None and self._unheard(place, turn):
                self._near.put(place, looked.entry, self._monotonic())
            found[place] = looked
        return found

    def _by_itself(self, place: Place) -> Looked:
        held = self._near.read(place.key)
        young = held is not None and self._monotonic() - held.since <= self._near_seconds
        return Looked(held.entry if held is not None and young else None, self._alone(place), Told.ALONE)

    def _good(self, held: Held) -> bool:
        now = self._monotonic()
        fresh = NEGATIVE_SECONDS if held.entry.negative else self._fresh(held.place.part)
        if now - held.entry.fetched > fresh:
            return False
        return now - held.since <= self._near_seconds or (self.healthy and not held.lone)

    def _alone(self, place: Place) -> Mark:
        return (ALONE, *self._marks.of(place))

    def _ahead(self) -> float:
        return self._reader.ahead if self._reader.ahead is not None else time.time() - self._monotonic()

    def _heard(self, reach: Reach) -> None:
        self._now = Moment(self._now.turn + 1, self._monotonic())
        self._near.forget(reach)
        self._marks.advance(reach)
        for heard in self._listeners:
            heard(reach)
        if reach.person is None:
            self._floor = self._now
            return
        self._dropped[reach.person] = self._now
        self._dropped.move_to_end(reach.person)
        if len(self._dropped) > REMEMBERED:
            self._floor = max(self._floor, self._dropped.popitem(last=False)[1])

    def _lost(self) -> None:
        self._heard(Reach())

    def _unheard(self, place: Place, turn: int) -> bool:
        """Tell whether nothing was heard of a place since a turn: what was read before may be put into memory."""
        return self._last_heard(place).turn <= turn

    def _last_heard(self, place: Place) -> Moment:
        return max(self._floor, self._dropped.get(place.person, self._floor))

    def _is_untold(self, place: Place) -> bool:
        if not self._untold:
            return False
        person = place.person
        covering = (Reach(), Reach(system=place.system), Reach(person), Reach(person, place.part))
        return any(reach in self._untold for reach in covering)

    async def _tell(self, telling: Mapping[Reach, Untold]) -> bool:
        try:
            await self._far.advance([(reach, one.cause) for reach, one in telling.items()])
        except AwayError:
            return False
        for reach, one in telling.items():
            if self._untold.get(reach) is one:  # else it was invalidated once more meanwhile
                del self._untold[reach]
        return True

    async def _tell_again(self) -> None:
        while self._untold:
            await asyncio.sleep(AGAIN_SECONDS)
            if len(self._untold) > UNTOLD_MOST:
                self._untold = {Reach(): next(iter(self._untold.values()))}
            await self._tell(dict(self._untold))

    def _go(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
