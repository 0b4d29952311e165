"""The calls that officers are in: taken from telephone systems, sealed for the ledger, told to whoever is in them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.telephony.message import ALIVE, ENDED, Message
from gateway.telephony.systems import TelephoneSystem
from resolvers.caller import Caller
from resolvers.sealing import Sealer
from resolvers.switchboard import CurrentCall, Identified, IdentifiedBy, Line, TelephonyState
from sources.ledger import CallStore, KeptCall

USE: Final = "call"
LONGEST: Final = timedelta(hours=4)
"""After so long a call counts as over, even if nobody said so."""

MOST_KEYS: Final = 8
"""How many idempotency keys of a call are remembered: the last ones."""

HEARD_EVERY: Final = timedelta(seconds=5)
"""How often it is noted that a telephone system was heard of."""


class _Keyed(Struct, frozen=True, array_like=True):
    key: str
    by: IdentifiedBy
    number: str


class _Told(Struct, frozen=True, array_like=True):
    call: CurrentCall
    session: str | None
    keyed: tuple[_Keyed, ...] = ()
    teller: str | None = None


class Calls:
    """The switchboard. `silence` is after how long without a message telephony counts as down."""

    def __init__(
        self,
        store: CallStore,
        sealer: Sealer,
        systems: Mapping[str, TelephoneSystem],
        silence: timedelta,
    ) -> None:
        self.systems: Final = systems
        self._store = store
        self._sealer = sealer
        self._silence = silence
        self._noted: dict[str, datetime] = {}
        self._listeners: list[Callable[[str, str], Awaitable[None]]] = []

    def listen(self, heard: Callable[[str, str], Awaitable[None]]) -> None:
        """Have somebody told, from now on, of whose line is not as it was: the organisation and the officer."""
        self._listeners.append(heard)

    async def line(self, caller: Caller, now: datetime) -> Line:
        """Return how the line of an officer stands; raise the ledger's fault.

        A call that its teller bound to a log-in is there for that log-in only, and none while its teller is silent:
        that it ended would be told by nobody.
        """
        mine = {name for name, system in self.systems.items() if system.organisation == caller.organisation}
        if not mine or not caller.is_staff:
            return Line(TelephonyState.NONE)
        heard = await self._store.heard()
        awake = {name for name in mine & heard.keys() if now - heard[name] <= self._silence}
        if not awake:
            return Line(TelephonyState.DOWN)
        kept = await self._store.of(caller.organisation, caller.id)
        told = self._opened(kept) if kept is not None else None
        if told is None or now - told.call.answered_at > LONGEST:
            return Line(TelephonyState.UP)
        if told.teller is not None and told.teller not in awake:
            return Line(TelephonyState.DOWN)
        return Line(TelephonyState.UP, told.call if told.session in {None, caller.session} else None)

    async def identify(self, caller: Caller, call: CurrentCall, key: str) -> Identified | None:
        """Keep whom an officer says that the call is with, under an idempotency key; None where it is over.

        What is keyed is news after what is known, and before anything that is told later, whatever the clocks of
        gateway and telephone system say.
        """
        kept = await self._store.of(caller.organisation, caller.id)
        told = self._opened(kept) if kept is not None else None
        if (
            kept is None
            or told is None
            or kept.call_id != call.call_id
            or call.by is None
            or call.number is None
        ):
            return None
        before = next((one for one in told.keyed if one.key == key), None)
        if before is not None:
            return Identified(told.call, before.by, before.number, replayed=True)
        keyed = (*told.keyed, _Keyed(key, call.by, call.number))[-MOST_KEYS:]
        body = _Told(replace(told.call, by=call.by, number=call.number), told.session, keyed, told.teller)
        at = kept.at + timedelta(
            microseconds=1
        )  # not ours: a telephone system behind it could end no call any more
        sealed = self._seal(body, caller.organisation, caller.id)
        if not await self._store.put(replace(kept, at=at, sealed=sealed)):
            return None
        await self._changed(caller.organisation, caller.id)
        return Identified(body.call, call.by, call.number, replayed=False)

    async def take(
        self, system: TelephoneSystem, message: Message, call: CurrentCall | None, now: datetime
    ) -> bool:
        """Take a message; return whether it was news. Raise the ledger's fault."""
        last = self._noted.get(system.name)
        if last is None or not timedelta() <= now - last < HEARD_EVERY:
            await self._store.hear(system.name, now)
            self._noted[system.name] = now
        if call is None or message.officer is None:
            return message.type == ALIVE
        if message.type == ENDED:
            news = await self._store.end(self._kept(system, message, call, over=True))
        else:
            news = await self._store.put(self._kept(system, message, call, over=False))
        if news:
            await self._changed(system.organisation, message.officer)
        return news

    async def _changed(self, organisation: str, officer: str) -> None:
        for heard in self._listeners:
            await heard(organisation, officer)

    async def heard(self) -> Mapping[str, datetime]:
        """Return when each telephone system was heard of last; raise the ledger's fault."""
        return await self._store.heard()

    def _kept(self, system: TelephoneSystem, message: Message, call: CurrentCall, *, over: bool) -> KeptCall:
        officer = message.officer or ""
        told = _Told(call, message.session, teller=system.name)
        return KeptCall(
            organisation=system.organisation,
            officer=officer,
            call_id=call.call_id,
            at=message.at,
            sealed=None if over else self._seal(told, system.organisation, officer),
        )

    def _seal(self, told: _Told, organisation: str, officer: str) -> str:
        return self._sealer.seal(USE, msgspec.msgpack.encode(told), _bound(organisation, officer))

    def _opened(self, kept: KeptCall) -> _Told | None:
        """Return what a call is about; None for one that is over, or was sealed under a key that is gone or by a
        gateway that tells other things of a call."""
        if kept.sealed is None:
            return None
        try:
            body = self._sealer.open(USE, kept.sealed, _bound(kept.organisation, kept.officer))
            return msgspec.msgpack.decode(body, type=_Told)
        except (ValueError, msgspec.MsgspecError):
            return None


def _bound(organisation: str, officer: str) -> bytes:
    return msgspec.msgpack.encode((organisation, officer))
