"""What ordinary weeks are made of: short chains of things that follow from each other."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from sandbox import templates
from sandbox.calendar import OPENS
from sandbox.calls import (
    IVR_ACTIVITIES,
    abandoned_call,
    congestion,
    inbound_call,
    outbound_call,
    place_in_queue,
    scheduled_callback,
    self_service,
    smart_prompt,
)
from sandbox.correspondence import email, letter, push, received, report_reminder, sms
from sandbox.digital import FAMILY_ESTIMATE, REPORT_INCOME, UPDATE_CONTACT, UPLOAD_DOCUMENTS, transaction
from sandbox.interaction import interaction, officer
from sandbox.life import Entry, Life
from sandbox.templates import LETTERS, MESSAGES
from sandbox.visits import visit

Episode: TypeAlias = Callable[[Life, int], Iterator[Entry]]

HOUR: Final = 3600


def errand(life: Life, back: int) -> Iterator[Entry]:
    """Something done online or in the app, now and then in two attempts; the less able ring the machine."""
    if not life.person.online:
        yield self_service(life, back)
        return
    second = life.between(6 * HOUR, 21 * HOUR)
    if life.chance(0.22):
        first = transaction(life, back, complete=False, second=second)
        yield first
        yield transaction(
            life, back, (str(first[1]["activity"]), str(first[1]["title"])), second=second + 900
        )
        return
    yield transaction(life, back, complete=life.chance(0.85))


def reporting(life: Life, back: int) -> Iterator[Entry]:
    """The fortnightly report: a reminder, then the report, or an attempt and a call."""
    if not life.person.circumstance.reports:
        yield from errand(life, back)
        return
    yield report_reminder(life, back)
    second = life.between(10 * HOUR, 14 * HOUR)
    if back < 3:
        return
    if not life.person.online:
        yield self_service(life, back, IVR_ACTIVITIES[1], second=second)
    elif life.chance(0.84):
        yield transaction(life, back, REPORT_INCOME, second=second + life.between(0, 8 * HOUR))
    else:
        why = "Self service did not work"
        yield transaction(life, back, REPORT_INCOME, complete=False, second=second)
        yield inbound_call(life, back, "Reporting help", second + 900, avoidable=True, avoidable_reason=why)


def letter_and_call(life: Life, back: int) -> Iterator[Entry]:
    """A letter, its notice, and days later a call about it, often not at the first attempt."""
    template = life.pick(LETTERS.get(life.person.circumstance.name, (templates.REVIEW,)))
    yield letter(life, back, template)
    if life.person.online:
        yield (
            push(life, back, templates.LETTER_PUSH)
            if life.person.app and life.chance(0.4)
            else email(life, back)
        )
    called = back - life.between(2, 6)
    if called < 0 or life.chance(0.4):
        return
    second = life.between(OPENS, OPENS + 5 * HOUR)
    if life.chance(0.3):
        yield congestion(life, called, second)
    if life.chance(0.3):
        yield abandoned_call(life, called, second + 900)
    yield inbound_call(life, called, template.title, second + HOUR)


def documents(life: Life, back: int) -> Iterator[Entry]:
    """A request for papers, and the papers: uploaded, or brought along."""
    yield letter(life, back, templates.REVIEW, due_by=life.day(back - 14))
    later = back - life.between(2, 9)
    if later < 0:
        return
    if life.person.online and life.chance(0.75):
        yield transaction(life, later, UPLOAD_DOCUMENTS, complete=life.chance(0.85), second=10 * HOUR)
        yield email(life, later, templates.DOCUMENTS_RECEIVED, 10 * HOUR + 900)
    elif life.chance(0.7):
        yield visit(life, later, "Lodge documents")
    else:
        yield received(life, later, "Documents from the customer", "Papers sent by post.")


def queue(life: Life, back: int) -> Iterator[Entry]:
    """A busy line: a place in the queue is kept, or a call back arranged, or the person gives up."""
    second = life.between(OPENS, OPENS + 4 * HOUR)
    fate = life.random.random()
    if fate < 0.35:
        yield place_in_queue(life, back, second)
        yield outbound_call(life, back, "Call back from the queue", life.chance(0.85), second + 2 * HOUR)
    elif fate < 0.6:
        yield scheduled_callback(life, back, second)
        yield outbound_call(life, back, "Arranged call back", life.chance(0.85), second + 3 * HOUR)
    else:
        yield congestion(life, back, second)
        yield abandoned_call(life, back, second + HOUR)
        if life.chance(0.4):
            yield inbound_call(life, max(back - 1, 0), "Payment enquiry")


def machine(life: Life, back: int) -> Iterator[Entry]:
    """Telephone self service, and an officer when it did not help."""
    second = life.between(OPENS, OPENS + 6 * HOUR)
    done = self_service(life, back, second=second)
    yield done
    if done[1]["outcome"] == "NOT_ACHIEVED" and back > 2 and life.chance(0.6):
        yield inbound_call(life, back, str(done[1]["title"]), second + 600)


def walk_in(life: Life, back: int) -> Iterator[Entry]:
    """A visit, at times because something online could not be finished days before."""
    if life.person.online and life.chance(0.35):
        yield transaction(life, back + 3, complete=False)
    yield visit(life, back)


def message(life: Life, back: int) -> Iterator[Entry]:
    """A text message; one in nine does not arrive, and the number is put right soon after."""
    if life.person.mobile is None:
        yield letter(life, back, life.pick(LETTERS.get(life.person.circumstance.name, (templates.REVIEW,))))
        return
    lost = life.chance(0.11)
    yield sms(life, back, life.pick(MESSAGES), bounced=lost)
    if lost and back > 4 and life.person.online:
        yield transaction(life, back - life.between(1, 4), UPDATE_CONTACT)


def money(life: Life, back: int) -> Iterator[Entry]:
    """A payment, told by the app or by e-mail, and looked at."""
    yield (
        push(life, back, templates.PAYMENT_PUSH)
        if life.person.app
        else letter(life, back, templates.STATEMENT)
    )
    if life.chance(0.3):
        yield self_service(life, back, IVR_ACTIVITIES[0], "SUCCESS")


def estimate(life: Life, back: int) -> Iterator[Entry]:
    """The family's income for the year: asked for by letter, asked again by the machine, given online."""
    if "FTB" not in life.person.circumstance.benefits:
        yield from errand(life, back)
        return
    yield letter(life, back, templates.ESTIMATE)
    later = back - life.between(3, 12)
    if later < 0:
        return
    yield smart_prompt(
        life,
        later,
        "FAMILY_INCOME_ESTIMATE",
        "Asked for a family income estimate",
        life.pick(("SUCCESS", "ACTION_REQUIRED")),
    )
    yield inbound_call(life, later, "Family income estimate", OPENS + HOUR + 120)
    if life.person.online:
        yield transaction(life, later, FAMILY_ESTIMATE)


def number_kept(life: Life, back: int) -> Iterator[Entry]:
    """The machine has the person confirm a telephone number, plays a reminder, and puts the call through."""
    yield smart_prompt(
        life,
        back,
        "UPDATE_PHONE_NUMBER",
        "Confirmed a phone number",
        life.pick(("SUCCESS", "SUCCESS", "NOT_ACHIEVED")),
    )
    if life.chance(0.5):
        yield smart_prompt(
            life,
            back,
            "IVR_REMINDER_MESSAGE",
            "Played: report by the due day",
            "NOT_APPLICABLE",
            OPENS + HOUR + 60,
        )
    yield inbound_call(life, back, "Payment enquiry", OPENS + HOUR + 180)
    if life.chance(0.4):
        yield sms(life, back, templates.RECEIPT_SMS, OPENS + 3 * HOUR)


def chat(life: Life, back: int) -> Iterator[Entry]:
    """A chat from the online account, and the officer's note of it."""
    at = life.office(back)
    staff = officer(life)
    yield interaction(
        life,
        "CHAT",
        "CHAT",
        "INBOUND",
        at,
        "Chat about a claim",
        "SUCCESS",
        "chat",
        600,
        officer=staff,
        department="Smart Centre",
    )
    yield interaction(
        life,
        "CASE_NOTE",
        "OTHER",
        "INTERNAL",
        at,
        "Note of a chat",
        "NOT_APPLICABLE",
        "customer-first",
        officer=staff,
        summary="Told the customer how far the claim is.",
    )


_SHARES: Final = (
    (errand, 30),
    (reporting, 22),
    (letter_and_call, 16),
    (documents, 7),
    (queue, 6),
    (machine, 10),
    (walk_in, 7),
    (message, 9),
    (money, 8),
    (estimate, 4),
    (number_kept, 3),
    (chat, 1),
)
EPISODES: Final[tuple[Episode, ...]] = tuple(episode for episode, share in _SHARES for _ in range(share))


def days_back(life: Life, newest: int) -> int:
    """Return a day of the last three years, recent ones more often, none after `newest`."""
    if life.random.random() < 0.2:
        return newest + int(life.random.random() * 29)
    return newest + int(1080 * life.random.random() ** 1.6)


def weeks(life: Life, newest: int = 0) -> Iterator[Entry]:
    """Tell ordinary things without end."""
    while True:
        yield from life.pick(EPISODES)(life, days_back(life, newest))
