"""Where systems say that something has changed: signed CloudEvents, and nothing of a customer in the answer."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.changes.change import Heard, Hearing
from gateway.changes.cloud_event import events_of
from gateway.changes.senders import Sender
from gateway.edge import reading
from gateway.edge.limiting import Limits, Meter
from gateway.edge.responding import answered, refused
from gateway.edge.seen import GONE
from gateway.engine.execution import unforeseen
from gateway.webhooks.replays import Replays
from gateway.webhooks.signature import signer_of
from resolvers.outdated import Cause, Invalidator
from resolvers.refusal import Refusal
from sources.crn import CrnScheme
from sources.source import Clock, Observer

MOST_BYTES: Final = 262_144
SAID_ONCE: Final = ("webhook-", "ce-", "content-type")
OUTCOMES: Final = ("accepted", "ignored", "refused", "replayed")
"""What becomes of an event."""


class EventsHeard(Struct, frozen=True):
    """A message of events came in: how many were done, were of an unknown type, were refused.

    `sender` is None where nobody known signed it, `code` why it was refused as a whole; `replayed` says that it was
    done before. Nothing of what it holds is in this.
    """

    sender: str | None
    accepted: int = 0
    ignored: int = 0
    refused: int = 0
    replayed: bool = False
    code: str | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many events had which outcome; a message that was refused as a whole counts as one."""
        told = self.accepted + self.ignored + self.refused
        if self.replayed:
            return {"replayed": told}
        refused = self.refused + (self.code is not None)
        return {"accepted": self.accepted, "ignored": self.ignored, "refused": refused}


class Events:
    """Takes the events of systems."""

    def __init__(
        self,
        senders: Mapping[str, Sender],
        invalidator: Invalidator,
        scheme: CrnScheme,
        limits: Limits,
        clock: Clock,
        observe: Observer,
    ) -> None:
        self._senders = senders
        self._invalidator = invalidator
        self._hearing = Hearing(scheme, invalidator)
        self._limits = limits
        self._clock = clock
        self._observe = observe
        self._replays = Replays()

    async def answer(self, request: Request) -> Response:
        """Return the answer to a message."""
        number, meter = reading.request_id(request), Meter(self._limits, request)
        sender: Sender | None = None
        try:
            media = reading.media_type(request)
            body = await reading.body_of(request, MOST_BYTES)
            sender = self._signer(request, body, meter)
            meter.caller = sender.caller
            await meter.enter(sender.caller)
            return meter.told(await self._done(sender, request, media, body, number))
        except Refusal as refusal:
            self._observe(EventsHeard(sender.name if sender is not None else None, code=refusal.code))
            return meter.told(refused(refusal.code, number, reading.PLAIN_JSON, refusal.detail))
        except ClientDisconnect:
            return Response(status_code=GONE)
        except Exception as error:  # whatever it is, its text goes nowhere
            self._observe(unforeseen(error, number))
            return refused("INTERNAL", number, reading.PLAIN_JSON)

    def _signer(self, request: Request, body: bytes, meter: Meter) -> Sender:
        names = [name for name in request.headers.keys() if name.startswith(SAID_ONCE)]  # noqa: SIM118
        if len(names) == len(set(names)):  # of two headers of one name, which one counts would be a guess
            sender = signer_of(request.headers, body, self._senders.values(), self._clock())
            if sender is not None:
                return sender
        meter.stranger()
        raise Refusal("UNAUTHENTICATED", "The signature is not one of a sender known here.")

    async def _done(self, sender: Sender, request: Request, media: str, body: bytes, number: str) -> Response:
        heard = self._hearing.hear(sender, events_of(media, request.headers, body))
        self._limits.rates.charge(sender.caller, max(0, len(heard.outdated) - 1))
        message, now = request.headers["webhook-id"], self._clock()
        replayed, everywhere = self._replays.is_done(sender.name, message, body, now), True
        for outdated in heard.outdated if not replayed else ():
            everywhere &= await self._invalidator.tell(outdated, Cause.EVENT)
        if everywhere:  # what not every process is sure to know can be sent again
            self._replays.done(sender.name, message, body, now)
        self._observe(
            EventsHeard(sender.name, heard.accepted, heard.ignored, len(heard.refused), replayed=replayed)
        )
        status = 400 if heard.refused and not heard.accepted + heard.ignored else 202
        return answered(_told(heard, everywhere), status, number, reading.PLAIN_JSON)


def _told(heard: Heard, everywhere: bool) -> dict[str, object]:
    return {
        "accepted": heard.accepted,
        "ignored": heard.ignored,
        "refused": [asdict(one) for one in heard.refused],
        "everywhere": everywhere,
    }
