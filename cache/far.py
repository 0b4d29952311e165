"""The level that processes share: Redis or Valkey, one server or a cluster. It may be slow, full, empty or gone.

What is looked for in one turn of the event loop goes out in one round trip. Times are those of the server's clock, so
that processes whose own clocks differ agree on how old an entry is.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from redis.exceptions import ResponseError

from cache import scripts
from cache.bypass import Bypass
from cache.envelope import Envelopes, Rejected, moment
from cache.keys import Keys
from cache.store import Entry, Looked, Mark, Place, Reach

GENERATION_SECONDS: Final = 24 * 3600
"""Longer than any entry lives."""
CLAIM_SECONDS: Final = 2.0
WAYS: Final = 12
"""So many questions are under way to the server at once: fewer than there are connections."""
STREAM_LENGTH: Final = 100_000
_FULL: Final = ("OOM ", "MISCONF", "READONLY")


class AwayError(Exception):
    """The shared level did not answer, or is bypassed."""


class EntryRejected(Struct, frozen=True):
    """What stood under a key was not used: a MAC that is wrong is a security event."""

    part: str
    system: str
    reason: str


class WriteRefused(Struct, frozen=True):
    """The shared level did not take a write: it is full, or may not be written to now."""

    reason: str


class FillSuperseded(Struct, frozen=True):
    """What was fetched was not kept: it was invalidated meanwhile."""

    part: str
    system: str


class Far:
    """Entries, numbers and claims in Redis or Valkey."""

    def __init__(
        self,
        redis: Any,
        keys: Keys,
        envelopes: Envelopes,
        bypass: Bypass,
        observe: Callable[[Struct], None],
        ahead: Callable[[], float],
    ) -> None:
        """`ahead` is how many seconds the server's clock is before the monotonic one."""
        self._redis = redis
        self._keys = keys
        self._envelopes = envelopes
        self._bypass = bypass
        self._observe = observe
        self._ahead = ahead
        self._token = secrets.token_hex(8)
        self._asked: list[tuple[Sequence[Place], asyncio.Future[list[Looked | None]]]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._ways = asyncio.Semaphore(WAYS)

    async def look(self, places: Sequence[Place]) -> list[Looked | None]:
        """Return what is kept at each of the places; None where the server could not say. Raise `AwayError`."""
        if self._bypass.skips():
            raise AwayError
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Looked | None]] = loop.create_future()
        self._asked.append((places, answer))
        if len(self._asked) == 1:
            loop.call_soon(self._send)
        return await answer

    async def keep(self, place: Place, entry: Entry, seconds: float) -> bool:
        """Keep an entry under its mark, unless its person or part has moved on. Raise `AwayError`."""
        told = Entry(entry.value, entry.fetched + self._ahead(), entry.mark, entry.negative)
        generations = self._keys.generations(place.part, place.person)
        keys = (*generations, self._keys.claim(place.key), place.key)
        life = max(1, int(1000 * seconds * (0.9 + 0.1 * secrets.randbelow(1000) / 1000)))
        values = (entry.mark[2], entry.mark[3], moment(told.fetched), self._envelopes.pack(place, told), life)
        pipeline = self._begun()
        pipeline.eval(scripts.KEEP, len(keys), *keys, *values, self._token)
        (kept,) = await self._answered(pipeline)
        if kept == -1:
            self._observe(FillSuperseded(place.part, place.system))
        return bool(kept == 1)

    async def drop(self, places: Sequence[Place]) -> None:
        """Forget entries. Raise `AwayError`."""
        pipeline = self._begun()
        for place in places:
            pipeline.delete(place.key)
        await self._answered(pipeline)

    async def advance(self, reaches: Sequence[tuple[Reach, str]]) -> None:
        """Move on what invalidations reach, then tell of them in the stream. Raise `AwayError`."""
        pipeline = self._begun()
        for reach, _ in reaches:
            pipeline.eval(scripts.ADVANCE, 1, self._number(reach), GENERATION_SECONDS)
        self._raise_first(await self._answered(pipeline))
        told: list[bytes | str] = []
        for reach, cause in reaches:
            told += (msgspec.json.encode((reach.person, reach.part, reach.system)), cause)
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.eval(scripts.TELL, 2, *self._keys.stream, STREAM_LENGTH, *told)
        self._raise_first(await self._answered(pipeline))

    async def claim(self, places: Sequence[Place]) -> list[Place]:
        """Return the places that nobody else is fetching. Raise `AwayError`."""
        pipeline = self._begun()
        for place in places:
            pipeline.set(self._keys.claim(place.key), self._token, nx=True, px=int(1000 * CLAIM_SECONDS))
        told = await self._answered(pipeline)
        # whoever cannot be told of a claim fetches by itself
        return [place for place, one in zip(places, told, strict=True) if one or isinstance(one, Exception)]

    async def release(self, places: Sequence[Place]) -> None:
        """Give up claims. Raise `AwayError`."""
        pipeline = self._begun()
        for place in places:
            pipeline.eval(scripts.RELEASE, 1, self._keys.claim(place.key), self._token)
        await self._answered(pipeline)

    async def close(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _send(self) -> None:
        asked, self._asked = self._asked, []
        task = asyncio.create_task(self._look(asked))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _look(
        self, asked: Sequence[tuple[Sequence[Place], asyncio.Future[list[Looked | None]]]]
    ) -> None:
        try:
            found = await self._found(list(dict.fromkeys(one for places, _ in asked for one in places)))
        except Exception:  # it is away, or says what nobody can read: whoever waits goes on without it
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(AwayError())
            return
        for places, answer in asked:
            if not answer.done():
                answer.set_result([found[place] for place in places])

    async def _found(self, places: Sequence[Place]) -> dict[Place, Looked | None]:
        people: dict[str, list[Place]] = {}
        for place in places:
            people.setdefault(place.person, []).append(place)
        systems = list(dict.fromkeys(place.system for place in places))
        pipeline = self._redis.pipeline(transaction=False)
        self._asks(pipeline, [self._keys.epoch(), *map(self._keys.epoch, systems)], [])
        for person, of_person in people.items():
            numbers = [self._keys.generations("", person)[0]]
            numbers += [self._keys.generations(place.part, person)[1] for place in of_person]
            self._asks(pipeline, numbers, [place.key for place in of_person])
        epochs, *told = await self._answered(pipeline)
        found: dict[Place, Looked | None] = dict.fromkeys(places)
        if isinstance(epochs, Exception):
            return found
        epoch = dict(zip(["", *systems], map(int, epochs), strict=True))
        for of_person, one in zip(people.values(), told, strict=True):
            if not isinstance(one, Exception):
                found |= self._read(of_person, one, epoch)
        return found

    def _asks(self, pipeline: Any, numbers: list[str], entries: list[str]) -> None:
        keys = [*numbers, *entries]
        pipeline.eval(scripts.LOOK, len(keys), *keys, len(numbers), GENERATION_SECONDS)

    def _read(self, places: list[Place], told: list[Any], epoch: dict[str, int]) -> dict[Place, Looked]:
        person, parts, envelopes = int(told[0]), told[1 : 1 + len(places)], told[1 + len(places) :]
        read: dict[Place, Looked] = {}
        for place, part, envelope in zip(places, parts, envelopes, strict=True):
            mark = (epoch[""], epoch[place.system], person, int(part))
            read[place] = Looked(self._opened(place, envelope, mark) if envelope else None, mark)
        return read

    def _opened(self, place: Place, envelope: bytes, mark: Mark) -> Entry | None:
        entry = self._envelopes.open(place, envelope)
        if isinstance(entry, Rejected):
            self._observe(EntryRejected(place.part, place.system, entry.value))
            return None
        if entry.mark != mark:
            return None
        return Entry(entry.value, entry.fetched - self._ahead(), mark, entry.negative)

    def _number(self, reach: Reach) -> str:
        if reach.person is None:
            return self._keys.epoch(reach.system or "")
        of_person, of_part = self._keys.generations(reach.part or "", reach.person)
        return of_person if reach.part is None else of_part

    def _begun(self) -> Any:
        """Return a pipeline for what goes out together; raise `AwayError` while the server is left alone."""
        if self._bypass.skips():
            raise AwayError
        return self._redis.pipeline(transaction=False)

    async def _answered(self, pipeline: Any) -> list[Any]:
        """Return what each command of a pipeline got, an exception for one that was refused; raise `AwayError`."""
        before = self._bypass.on
        async with self._ways:
            if self._bypass.on and not before:  # it was found to be away while this waited
                raise AwayError
            try:
                told: list[Any] = await pipeline.execute(raise_on_error=False)
            except Exception as error:  # whatever the library meets there, it costs no request
                self._bypass.failed(type(error).__name__)
                raise AwayError from None
        self._bypass.worked()
        for one in told:
            if isinstance(one, ResponseError):
                self._observe(WriteRefused("full" if str(one).startswith(_FULL) else "refused"))
                break
        return told

    def _raise_first(self, told: Sequence[Any]) -> None:
        if any(isinstance(one, Exception) for one in told):
            raise AwayError
