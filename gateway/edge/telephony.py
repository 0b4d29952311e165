"""Where telephone systems tell of calls: signed messages, and nothing of a customer in the address or the answer."""

from typing import Final

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.edge import reading
from gateway.edge.limiting import Limits, Meter
from gateway.edge.responding import answered, refused
from gateway.edge.seen import GONE
from gateway.engine.execution import unforeseen
from gateway.telephony.calls import Calls
from gateway.telephony.message import read
from gateway.telephony.systems import TelephoneSystem
from gateway.webhooks.signature import signer_of
from resolvers.refusal import Refusal
from sources.crn import CrnScheme
from sources.errors import Fault
from sources.source import Clock, Observer
from sources.words import Word

MOST_BYTES: Final = 16_384


class Heard(Word):
    """What became of a message."""

    TAKEN = "taken", "It was news."
    IGNORED = (
        "ignored",
        "It was no news: older than what is known, about a call that is over or another one, or of an unknown type.",
    )
    REFUSED = "refused", "It was not signed by anybody known, or is not what a message is."
    FAILED = "failed", "It could not be kept."


class TelephonyHeard(Struct, frozen=True):
    """A message came in. `system` is None where nobody known signed it, `code` why it was refused."""

    system: str | None
    outcome: Heard
    code: str | None = None


class Telephony:
    """Takes the messages of telephone systems."""

    def __init__(
        self, calls: Calls, scheme: CrnScheme, limits: Limits, clock: Clock, observe: Observer
    ) -> None:
        self._calls = calls
        self._scheme = scheme
        self._limits = limits
        self._clock = clock
        self._observe = observe

    async def answer(self, request: Request) -> Response:
        """Return the answer to a message."""
        number, meter = reading.request_id(request), Meter(self._limits, request)
        system: TelephoneSystem | None = None
        try:
            body = await reading.json_body(request, MOST_BYTES)
            system = signer_of(request.headers, body, self._calls.systems.values(), self._clock())
            if system is None:
                meter.stranger()
                raise Refusal("UNAUTHENTICATED", "The signature is not one of a telephone system known here.")
            now = self._clock()
            message, call = read(body, self._scheme, now)
            news = await self._calls.take(system, message, call, now)
        except Refusal as refusal:
            self._heard(system, Heard.REFUSED, refusal.code)
            return meter.told(refused(refusal.code, number, reading.PLAIN_JSON, refusal.detail))
        except Fault:
            self._heard(system, Heard.FAILED, "LEDGER_UNAVAILABLE")
            return refused("LEDGER_UNAVAILABLE", number, reading.PLAIN_JSON)
        except ClientDisconnect:
            return Response(status_code=GONE)
        except Exception as error:  # whatever it is, its text goes nowhere
            self._observe(unforeseen(error, number))
            return refused("INTERNAL", number, reading.PLAIN_JSON)
        outcome = Heard.TAKEN if news else Heard.IGNORED
        self._heard(system, outcome)
        return answered({"status": outcome.value}, 202, number, reading.PLAIN_JSON)

    def _heard(self, system: TelephoneSystem | None, outcome: Heard, code: str | None = None) -> None:
        self._observe(TelephonyHeard(system.name if system is not None else None, outcome, code))
