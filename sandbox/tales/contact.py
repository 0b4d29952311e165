"""Letters, calls, visits and transactions of named people."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

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
from sandbox.correspondence import email, letter, push, sms
from sandbox.debt import Debts
from sandbox.digital import (
    CLAIM_PROGRESS,
    PAYMENT_HISTORY,
    REPORT_INCOME,
    UPDATE_ADDRESS,
    UPDATE_CONTACT,
    UPDATE_STUDY,
    UPLOAD_DOCUMENTS,
    transaction,
)
from sandbox.entitlement import Entitlement
from sandbox.episodes import weeks
from sandbox.interaction import interaction, officer
from sandbox.life import Entry, Life
from sandbox.telephone import call_number
from sandbox.visits import visit

HOUR = 3600
BUSY = 50_000
BUSY_A_DAY = 46
QUIET = 45


def maria(life: Life) -> Iterator[Entry]:
    """A letter, three attempts to ask about it, a visit, a debt, a claim on hold, an appointment to come."""
    held = Entitlement(life)
    held.benefit("PPS", "CURRENT", 700)
    held.claim(20, ("CCS", "ON_HOLD", None))
    held.appointment(-3, "BOOKED", reason="Job Plan review")
    debts = Debts(life)
    owed = debts.debt("DETERMINED", 26, Decimal("1284.50"), repaid=Decimal("120.00"), benefit="PPS")
    debts.arrangement(owed, "VOL", "CUR", 21, Decimal("40.00"), -180)
    yield held.record()
    yield from [*held.told, *debts.entries()]
    yield transaction(life, 9, UPLOAD_DOCUMENTS, False, 19 * HOUR)
    yield transaction(life, 9, UPLOAD_DOCUMENTS, True, 19 * HOUR + 1500)
    yield letter(life, 6, templates.RATE_CHANGED, online=True)
    yield email(life, 6, second=9 * HOUR)
    yield congestion(life, 4, OPENS + 600)
    yield abandoned_call(life, 4, OPENS + 4500)
    yield inbound_call(life, 3, "Your payment changed", 11 * HOUR, receipt_number="R2204871")
    yield sms(life, 3, templates.RECEIPT_SMS, 12 * HOUR)
    yield visit(life, 2, "Payment enquiry", second=10 * HOUR)
    yield from (
        transaction(life, 1, REPORT_INCOME, True, 20 * HOUR),
        push(life, 1, templates.REPORT_PUSH, 9 * HOUR),
    )
    yield self_service(life, 0, IVR_ACTIVITIES[0], "NOT_ACHIEVED", 18 * HOUR)
    yield transaction(life, 0, PAYMENT_HISTORY, True, 20 * HOUR, app=True)
    yield from islice(weeks(life, QUIET), 45)


def on_the_line(life: Life) -> Iterator[Entry]:
    """A letter, a call about it, and a call that goes on: what was asked in it, under the call's number."""
    this = {"call_id": call_number(life.crn)}
    yield letter(life, 5, templates.ESTIMATE, online=True)
    yield inbound_call(life, 3, "Family income estimate", 10 * HOUR)
    yield place_in_queue(life, 0, OPENS + 600, 12, **this)
    yield smart_prompt(
        life, 0, "UPDATE_PHONE_NUMBER", "Confirmed a phone number", "SUCCESS", OPENS + 1800, **this
    )
    yield smart_prompt(
        life,
        0,
        "IVR_REMINDER_MESSAGE",
        "Report by the due day",
        "NOT_APPLICABLE",
        OPENS + 2700,
        **this,
    )
    yield smart_prompt(
        life,
        0,
        "FAMILY_INCOME_ESTIMATE",
        "No amount was given",
        "ACTION_REQUIRED",
        OPENS + 3600,
        **this,
    )


def handed_over(life: Life) -> Iterator[Entry]:
    """A transaction that could not be finished, the record of it, two forms, an officer's note, a request."""
    staff = officer(life)
    yield transaction(life, 4, UPDATE_STUDY, False, 20 * HOUR, app=False)
    yield _worked_on(
        life, 4, "INTERACTION_RECORD", "Change of study details", "ACTION_REQUIRED", 20 * HOUR + 900
    )
    yield _worked_on(life, 3, "FORM", "Study details (SY123)", "SUCCESS", 11 * HOUR)
    yield _worked_on(life, 2, "SERVICE_REQUEST", "Letter for the university", "UNKNOWN", 12 * HOUR)
    yield _worked_on(
        life,
        2,
        "CASE_NOTE",
        "Study load asked for",
        "NOT_APPLICABLE",
        15 * HOUR,
        officer=staff,
        summary="Waiting for the enrolment from the university.",
    )
    yield interaction(
        life,
        "UPDATE_PHONE_NUMBER",
        "ONLINE",
        "SELF_SERVICE",
        life.any_time(1, 19 * HOUR),
        "Update contact details",
        "SUCCESS",
        "online-account",
        90,
        activity="PHONEUPD",
    )
    yield _worked_on(life, 6, "FORM", "Rent details (SU523)", "NOT_ACHIEVED", 20 * HOUR, status_raw="STARTED")


def _worked_on(
    life: Life, back: int, kind: str, title: str, outcome: str, second: int, **more: object
) -> Entry:
    direction, channel = ("INTERNAL", "OTHER") if kind == "CASE_NOTE" else ("INBOUND", "WEB_FORM")
    at = life.office(back, second) if kind == "CASE_NOTE" else life.any_time(back, second)
    return interaction(life, kind, channel, direction, at, title, outcome, "customer-first", 0, **more)


def reminders(life: Life) -> Iterator[Entry]:
    """Worked example 1: three reminders and one notice by e-mail on one day."""
    for second in (9 * HOUR, 12 * HOUR, 16 * HOUR):
        yield email(life, 1, templates.APPOINTMENT_REMINDER, second)
    yield email(life, 1, templates.PAYMENT_NOTICE, 10 * HOUR)


def two_transactions(life: Life) -> Iterator[Entry]:
    """Worked example 2: two transactions on one day, one completed and one not."""
    yield transaction(life, 2, REPORT_INCOME, True, 10 * HOUR, app=False)
    yield transaction(life, 2, UPDATE_ADDRESS, False, 11 * HOUR, app=False)


def edges(life: Life) -> Iterator[Entry]:
    """Worked example 3: messages on both sides of 7 days, letters on both sides of 28."""
    for back in (7, 8):
        yield sms(life, back, templates.DETAILS_SMS, 10 * HOUR)
    for back in (28, 29):
        yield letter(life, back, templates.REVIEW, online=False)


def machine_day(life: Life) -> Iterator[Entry]:
    """Worked example 4: 23 sessions of telephone self service about one thing on one day."""
    for number in range(23):
        outcome = "NOT_ACHIEVED" if number < 22 else "SUCCESS"
        yield self_service(life, 1, IVR_ACTIVITIES[1], outcome, 7 * HOUR + number * 1800)


def busy(life: Life) -> Iterator[Entry]:
    """Fifty thousand things, 46 a day: the machine, the app and its notifications, at all hours."""
    for number in range(BUSY):
        back, turn = divmod(number, BUSY_A_DAY)
        second = turn * 1850
        if turn % 8 == 3:
            yield self_service(life, back, None, None, second)
        elif turn % 8 == 7:
            yield push(life, back, templates.PAYMENT_PUSH)
        else:
            yield transaction(life, back, None, turn % 5 != 0, second)


def bounced(life: Life) -> Iterator[Entry]:
    """A message that bounced, and a letter that came back days after it was sent."""
    yield sms(life, 5, templates.CONTACT_SMS, 15 * HOUR, bounced=True)
    yield letter(
        life,
        12,
        templates.RENT_CERTIFICATE,
        online=False,
        status="FAILED",
        status_raw="Return to sender",
        bounced=True,
        due_by=life.day(-2),
    )
    yield outbound_call(life, 2, "Mail came back", False, 14 * HOUR)


def dated_ahead(life: Life) -> Iterator[Entry]:
    """Letters made already that carry a date to come, beside one of today."""
    yield letter(life, -3, templates.RATE_CHANGED, online=False, made=1, status="QUEUED", status_raw="PQ")
    yield letter(life, -1, templates.STATEMENT, online=True, made=0)
    yield letter(life, 0, templates.REVIEW, online=True)


def reissued(life: Life) -> Iterator[Entry]:
    """A letter held for a wrong address and made again yesterday, with the date it had."""
    first = letter(life, 16, templates.ASSETS_REVIEW, online=False, status="CANCELLED", status_raw="Not Sent")
    yield first
    yield transaction(life, 2, UPDATE_ADDRESS, True, 20 * HOUR)
    yield letter(life, 16, templates.ASSETS_REVIEW, online=False, made=1, reissue_of=first[1]["id"])


def waiting(life: Life) -> Iterator[Entry]:
    """A day of queues: all officers busy, a call given up, a place kept, a call back."""
    yield congestion(life, 1, OPENS + 300)
    yield abandoned_call(life, 1, OPENS + 1800)
    yield place_in_queue(life, 1, OPENS + 2 * HOUR, position=41)
    yield scheduled_callback(life, 1, OPENS + 4 * HOUR, 3 * HOUR)
    yield outbound_call(life, 1, "Arranged call back", True, OPENS + 7 * HOUR)


def far_west(life: Life) -> Iterator[Entry]:
    """Visits in the centre's own time, hours away from Sydney's."""
    for back in (1, 6, 15):
        yield visit(life, back, second=9 * HOUR)
    yield inbound_call(life, 3, "Progress of claim", 13 * HOUR)
    yield transaction(life, 0, CLAIM_PROGRESS)


def quiet(life: Life) -> Iterator[Entry]:
    """Much happened, but not in the last six weeks."""
    yield from islice(weeks(life, QUIET), 38)


def ordinary_weeks(life: Life) -> Iterator[Entry]:
    """Thirty things of ordinary weeks."""
    yield from islice(weeks(life), 30)


def letters_only(life: Life) -> Iterator[Entry]:
    """Paper letters only, and one call."""
    for back, template in ((5, templates.REVIEW), (24, templates.RATE_CHANGED), (90, templates.STATEMENT)):
        yield letter(life, back, template, online=False)
    yield inbound_call(life, 4, "Review of your circumstances", 10 * HOUR)


def locked_out(life: Life) -> Iterator[Entry]:
    """Attempts to get in by telephone and online that failed, and the call that followed."""
    for minute in (0, 4, 9):
        yield self_service(
            life, 1, ("IVR_SIGN_IN", "Sign in by voiceprint"), "NOT_ACHIEVED", 9 * HOUR + minute * 60
        )
    yield transaction(life, 1, UPDATE_CONTACT, False, 9 * HOUR + 1200)
    yield inbound_call(life, 1, "Locked access", 10 * HOUR)
