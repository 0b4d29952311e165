"""The level that processes share: Redis or Valkey, one server or a cluster. It may be slow, full, empty or gone.

What is looked for in one turn of the event loop goes out in one round trip. Times are those of the server's clock, so
that processes whose own clocks differ agree on how old an entry is.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import msgspec
from msgspec import Struct
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError

from cache import scripts
from cache.bypass import Bypass, failure
from cache.envelope import Envelopes, Rejected, moment
from cache.events import FillSuperseded
from cache.keys import Keys
from cache.level_events import EntryRejected, WriteRefused
from cache.store import Entry, Looked, Mark, Place, Reach, Told

GENERATION_SECONDS: Final = 24 * 3600
"""Longer than any entry lives."""
CLAIM_SECONDS: Final = 2.0
WAYS: Final = 12
"""So many questions are under way to the server at once: fewer than there are connections."""
STREAM_LENGTH: Final = 100_000
DOUBTS: Final = 10_000
"""So many claims at most of which it is not known whether they stand: of more, whoever meets one waits it out."""


class AwayError(Exception):
    """The shared level did not answer, refused, or is bypassed."""


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
        self._doubtful: set[str] = set()
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
        with self._claims_of([place]):
            pipeline = self._begun()
            pipeline.eval(scripts.KEEP, len(keys), *keys, *values, self._token)
            (kept,) = await self._answered(pipeline)
            if isinstance(kept, Exception):  # it is full, say: the process keeps it by itself
                raise AwayError
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
        pipeline, life = self._begun(), int(1000 * CLAIM_SECONDS)
        for place in places:
            claim = self._keys.claim(place.key)
            if claim in self._doubtful:
                pipeline.eval(scripts.CLAIM, 1, claim, self._token, life)
            else:
                pipeline.set(claim, self._token, nx=True, px=life)
        with self._claims_of(places):
            told = await self._answered(pipeline)
        # whoever cannot be told of a claim fetches by itself
        return [place for place, one in zip(places, told, strict=True) if one or isinstance(one, Exception)]

    async def release(self, places: Sequence[Place]) -> None:
        """Give up claims. Raise `AwayError`."""
        with self._claims_of(places):
            pipeline = self._begun()
            for place in places:
                pipeline.eval(scripts.RELEASE, 1, self._keys.claim(place.key), self._token)
            await self._answered(pipeline)

    @contextmanager
    def _claims_of(self, places: Sequence[Place]) -> Iterator[None]:
        """Ask of claims. Where no answer comes, one may be left that is our own, and goes with no flight."""
        claims = [self._keys.claim(place.key) for place in places]
        try:
            yield
        except BaseException:
            if len(self._doubtful) < DOUBTS:
                self._doubtful.update(claims)
            raise
        self._doubtful.difference_update(claims)

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
        except Exception:  # whatever somebody wrote there, nobody waits for it
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
        found, spoiled = dict[Place, Looked | None].fromkeys(places), dict[str, bytes]()
        if isinstance(epochs, Exception):
            return found
        epoch = dict(zip(["", *systems], map(int, epochs), strict=True))
        for of_person, one in zip(people.values(), told, strict=True):
            if not isinstance(one, Exception):
                found |= self._read(of_person, one, epoch, spoiled)
        await self._removed(spoiled)
        return found

    def _asks(self, pipeline: Any, numbers: list[str], entries: list[str]) -> None:
        keys = [*numbers, *entries]
        pipeline.eval(scripts.LOOK, len(keys), *keys, len(numbers), GENERATION_SECONDS)

    async def _removed(self, spoiled: Mapping[str, bytes]) -> None:
        """Remove what is no entry, if it stands there still: a time that it tells would keep a true one out."""
        if not spoiled:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for key, told in spoiled.items():
            pipeline.eval(scripts.RELEASE, 1, key, told)
        with suppress(AwayError):
            await self._answered(pipeline)

    def _read(
        self, places: list[Place], told: list[Any], epoch: dict[str, int], spoiled: dict[str, bytes]
    ) -> dict[Place, Looked]:
        """Return what was told of places of one person; what is no entry is put into `spoiled`, by its key."""
        person, parts, envelopes = int(told[0]), told[1 : 1 + len(places)], told[1 + len(places) :]
        read: dict[Place, Looked] = {}
        for place, part, envelope in zip(places, parts, envelopes, strict=True):
            mark = (epoch[""], epoch[place.system], person, int(part))
            entry = self._envelopes.open(place, envelope) if envelope is not None else None
            if isinstance(entry, Rejected):
                spoiled[place.key] = envelope
                self._observe(EntryRejected(place.part, place.system, entry.value))
                entry = None
            read[place] = Looked(self._mine(entry, mark), mark, Told.FAR)
        return read

    def _mine(self, entry: Entry | None, mark: Mark) -> Entry | None:
        """Return an entry that is under its present mark, with its age by this process's clock."""
        if entry is None or entry.mark != mark:
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
                self._bypass.failed(failure(error))
                raise AwayError from None
        self._bypass.worked()
        for one in told:
            if isinstance(one, ResponseError):
                self._observe(WriteRefused(_refusal(one)))
                break
        return told

    def _raise_first(self, told: Sequence[Any]) -> None:
        if any(isinstance(one, Exception) for one in told):
            raise AwayError


def _refusal(error: ResponseError) -> str:
    if isinstance(error, OutOfMemoryError):
        return "oom"
    return "read_only" if isinstance(error, ReadOnlyError) or str(error).startswith("MISCONF") else "refused"
