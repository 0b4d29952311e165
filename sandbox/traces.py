"""What a matter leaves behind before somebody is in touch about it: some of its traces, none, or those of another."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from sandbox import templates
from sandbox.attempts import on_the_way
from sandbox.calls import (
    IVR_ACTIVITIES,
    outbound_call,
    self_service,
)
from sandbox.correspondence import email, letter, push, sms
from sandbox.debt import Debts
from sandbox.digital import (
    CHANGE_APPOINTMENT,
    CLAIM_PROGRESS,
    FAMILY_ESTIMATE,
    PAYMENT_HISTORY,
    REPAY_DEBT,
    REPORT_INCOME,
    UPDATE_ADDRESS,
    UPDATE_BANK,
    UPDATE_CONTACT,
    UPLOAD_DOCUMENTS,
    transaction,
)
from sandbox.entitlement import Entitlement
from sandbox.life import Entry, Life
from sandbox.matters import some_matter
from sandbox.templates import LETTERS, Template
from sandbox.visits import visit

Trace: TypeAlias = Callable[[Life, Entitlement], Iterator[Entry]]

SIGN_IN: Final = ("IVR_SIGN_IN", "Sign in by voiceprint")
CLAIMED: Final = ("LIC", "CCS", "CAR", "PPS")
UNTRACED: Final = 0.08
MISLEADING: Final = 0.07


def traces(life: Life, held: Entitlement, matter: str) -> Iterator[Entry]:
    """Tell what leads up to the day on which somebody is in touch; claims and payments are added to what is held."""
    if life.chance(UNTRACED):
        return
    shown = some_matter(life.random, life.person) if life.chance(MISLEADING) else matter
    yield from _TRACES.get(shown, _nothing)(life, held)
    yield from on_the_way(life, shown)


def _since(life: Life) -> int:
    """Return how many days ago it began: most often this week, seldom three weeks ago."""
    return min(21, int(life.random.expovariate(0.25)))


def _nothing(life: Life, held: Entitlement) -> Iterator[Entry]:
    return iter(())


def _tried(life: Life, back: int, activity: tuple[str, str], machine: int = 0) -> Iterator[Entry]:
    """Tell something begun online and left; who is not online tries the machine."""
    if life.person.online:
        yield transaction(life, back, activity, complete=False)
    else:
        yield self_service(life, back, IVR_ACTIVITIES[machine], "NOT_ACHIEVED")


def _text(life: Life, back: int, template: Template, *, bounced: bool = False) -> Iterator[Entry]:
    if life.person.mobile:
        yield sms(life, back, template, bounced=bounced)


def _report(life: Life, held: Entitlement) -> Iterator[Entry]:
    """A report is due or late, or reporting did not work."""
    due = min(_since(life), 10)
    if life.chance(0.65):
        held.report(due)
        if due >= 2 and life.chance(0.5):
            yield from _text(life, due - 1, templates.REPORT_OVERDUE)
    if life.chance(0.4):
        yield from _tried(life, life.between(0, due), REPORT_INCOME, 1)
    if life.chance(0.3):
        yield self_service(life, life.between(0, due), IVR_ACTIVITIES[1], "NOT_ACHIEVED")


def _stopped(life: Life, held: Entitlement) -> Iterator[Entry]:
    """A payment was suspended or cancelled; somebody looks where the money is."""
    codes = life.person.circumstance.benefits or ("FTB",)
    back = _since(life)
    if life.chance(0.6):
        held.suspension(codes[0], back, called=life.chance(0.3))
    else:
        held.cancellation(codes[0], back, life.pick(("ATR", "RTW", "INC")))
    if life.person.online and life.chance(0.4):
        yield transaction(life, life.between(0, back), PAYMENT_HISTORY)


def _payment(life: Life, held: Entitlement) -> Iterator[Entry]:
    """The rate changed, or the money is not there on the usual day."""
    back = _since(life)
    if life.chance(0.6):
        yield letter(
            life, back, life.pick((templates.RATE_CHANGED, templates.RATE_CHANGED, templates.STATEMENT))
        )
    elif life.person.app:
        yield push(life, back, templates.PAYMENT_PUSH)
    if life.person.online and life.chance(0.45):
        yield transaction(life, life.between(0, back), PAYMENT_HISTORY)
    if life.chance(0.35):
        yield self_service(life, life.between(0, back), IVR_ACTIVITIES[0])


def _claim(life: Life, held: Entitlement) -> Iterator[Entry]:
    """A claim waits, is on hold for papers, or was rejected; people look how far it is."""
    back, fate = _since(life), life.random.random()
    code = life.pick(CLAIMED)
    if fate < 0.45:
        held.claim(back + life.between(7, 40), (code, "SUBMITTED", None))
    elif fate < 0.75:
        held.claim(back + 9, (code, "ON_HOLD", None))
    else:
        held.claim(back + life.between(25, 45), (code, "REJECTED", back + 1))
    if life.chance(0.25):
        yield from _text(life, life.between(0, back), templates.CLAIM_SMS)
    if life.person.online and life.chance(0.4):
        yield transaction(life, life.between(0, back), CLAIM_PROGRESS)
    elif life.chance(0.3):
        yield self_service(life, life.between(0, back), IVR_ACTIVITIES[2])


def _debt(life: Life, held: Entitlement) -> Iterator[Entry]:
    """A debt was raised, and its notice has come."""
    debts, back = Debts(life), _since(life)
    debts.debt("DETERMINED", back + 9, Decimal(life.between(8_000, 480_000)) / 100)
    yield from debts.entries()
    if life.chance(0.3):
        yield self_service(life, life.between(0, back), IVR_ACTIVITIES[3])


def _repayments(life: Life, held: Entitlement) -> Iterator[Entry]:
    """An arrangement ends soon, was not kept, or the next instalment is hard to pay."""
    debts, back, fate = Debts(life), _since(life), life.random.random()
    made = 40 + max(back, 2)
    owed = debts.debt(
        "DETERMINED", made + life.between(20, 200), Decimal(life.between(40_000, 480_000)) / 100
    )
    amount = Decimal(life.between(10, 90))
    if fate < 0.35:
        debts.arrangement(owed, "VOL", "CUR", made, amount, -life.between(1, 12))
    elif fate < 0.65:
        debts.arrangement(owed, "CSH", "BKN", made, amount)
    else:
        debts.arrangement(owed, "VOL", "CUR", made, amount, -life.between(60, 400))
        yield from _text(life, back, templates.REPAYMENT_SMS)
    yield from debts.entries()
    if life.chance(0.3):
        yield from _tried(life, life.between(0, back), REPAY_DEBT, 3)


def _letter(life: Life, held: Entitlement) -> Iterator[Entry]:
    """A letter came, and what it wants is not clear."""
    back = _since(life)
    yield letter(life, back, life.pick(LETTERS.get(life.person.circumstance.name, (templates.REVIEW,))))
    if life.person.online and life.chance(0.5):
        yield email(life, back)


def _documents(life: Life, held: Entitlement) -> Iterator[Entry]:
    """Papers are asked for; they are being sent, or it is not known whether they came."""
    back = _since(life)
    if life.chance(0.75):
        yield letter(
            life, back, life.pick((templates.REVIEW, templates.CLAIM_MORE, templates.RENT_CERTIFICATE)),
            due_by=life.day(back - 14),
        )  # fmt: skip
    later = life.between(0, back)
    if life.person.online and life.chance(0.6):
        yield transaction(life, later, UPLOAD_DOCUMENTS, complete=life.chance(0.4))
    elif life.chance(0.3):
        yield visit(life, later, "Lodge documents")


def _stuck(life: Life, held: Entitlement) -> Iterator[Entry]:
    """Something online would not be finished, once or several times."""
    back = min(_since(life), 9)
    if life.person.online:
        first = transaction(life, back, complete=False)
    else:
        first = self_service(life, back, outcome="NOT_ACHIEVED")
    yield first
    activity = (str(first[1]["activity"]), str(first[1]["title"]))
    for _ in range(life.between(0, 2)):
        again = life.between(0, back)
        if life.person.online:
            yield transaction(life, again, activity, complete=False)
        else:
            yield self_service(life, again, activity, "NOT_ACHIEVED")


def _locked_out(life: Life, held: Entitlement) -> Iterator[Entry]:
    """The telephone machine or the online account lets somebody in no more."""
    back = min(_since(life), 9)
    for _ in range(life.between(1, 3)):
        yield self_service(life, back, SIGN_IN, "NOT_ACHIEVED")
    if life.person.online and life.chance(0.35):
        yield transaction(life, back, UPDATE_CONTACT, complete=False)


def _details(life: Life, held: Entitlement) -> Iterator[Entry]:
    """An address, a number or an account changed; at times a message has come back."""
    back = _since(life)
    if life.chance(0.25):
        yield from _text(life, back, life.pick((templates.DETAILS_SMS, templates.CONTACT_SMS)), bounced=True)
    elif life.chance(0.35):
        yield from _text(life, back, templates.DETAILS_SMS)
    if life.chance(0.6):
        activity = life.pick((UPDATE_ADDRESS, UPDATE_CONTACT, UPDATE_BANK))
        if life.person.online and life.chance(0.4):
            yield transaction(life, life.between(0, back), activity)
        elif life.person.online:
            yield transaction(life, life.between(0, back), activity, complete=False)


def _appointment(life: Life, held: Entitlement) -> Iterator[Entry]:
    """An appointment was missed, or the one to come does not suit."""
    back = _since(life)
    provider = life.pick(("PROVIDER", "SERV_AU"))
    if life.chance(0.5):
        held.appointment(min(back, 13) + 1, "MISSED", provider)
    else:
        held.appointment(-life.between(1, 7), "BOOKED", provider)
    if life.chance(0.3):
        yield from _tried(life, life.between(0, back), CHANGE_APPOINTMENT)


def _family(life: Life, held: Entitlement) -> Iterator[Entry]:
    """An estimate of the family's income is wanted."""
    back = _since(life)
    if life.chance(0.7):
        yield letter(life, back, templates.ESTIMATE)
    if life.chance(0.4):
        yield from _tried(life, life.between(0, back), FAMILY_ESTIMATE, 4)


def _child_support(life: Life, held: Entitlement) -> Iterator[Entry]:
    """Child support was worked out anew, decided about, or is late."""
    back = _since(life)
    told = (templates.CS_ASSESSMENT, templates.CS_DECISION, templates.CS_ARREARS, templates.CS_INFORMATION)
    if life.chance(0.75):
        yield letter(life, back, life.pick(told), system="CUBA")
    elif life.chance(0.5):
        yield outbound_call(life, back, "Child support", False, department="Child Support")


_TRACES: Final[dict[str, Trace]] = {
    "report": _report,
    "stopped payment": _stopped,
    "amount or date of a payment": _payment,
    "claim": _claim,
    "debt": _debt,
    "repayments": _repayments,
    "letter": _letter,
    "documents": _documents,
    "stuck online": _stuck,
    "locked out": _locked_out,
    "details": _details,
    "appointment": _appointment,
    "family income": _family,
    "child support": _child_support,
}
