"""The telephone: calls with an officer, calls that came to nothing, and telephone self service."""

from typing import Final

from sandbox.calendar import OPENS
from sandbox.interaction import interaction, officer
from sandbox.life import Entry, Life

IVR_ACTIVITIES: Final = (
    ("IVR_PAYMENT", "Next payment date and amount"),
    ("IVR_REPORT", "Report income by phone"),
    ("IVR_CLAIM", "Progress of a claim"),
    ("IVR_BALANCE", "Money owed"),
    ("IVR_STATEMENT", "Request an income statement"),
    ("IVR_DOCUMENTS", "Request a form by post"),
)
ACTIVITIES: Final = {"UPDATE_PHONE_NUMBER": "PHONECNF"}
"""What the machine has people do: confirm the number that is on record."""

IVR_OUTCOMES: Final = ("SUCCESS", "SUCCESS", "SUCCESS", "NOT_ACHIEVED", "UNKNOWN")


def inbound_call(
    life: Life, back: int, about: str, second: int | None = None, line: str | None = None, **more: object
) -> Entry:
    """Tell a call in which the person spoke with an officer."""
    at = life.office(back, second)
    today = at.date() >= life.calendar.on
    number = life.between(10_000_000, 99_999_999)
    details: dict[str, object] = {
        "contact_type": about,
        "queue": line or life.person.circumstance.line,
        "officer": officer(life),
        "department": "Smart Centre",
        "call_id": f"C{number}",
    }
    if number % 4 == 0:
        details["receipt_number"] = f"R{number % 10_000_000:07d}"
    if number % 9 == 0:
        details["transferred"] = True
    seconds = life.between(240, 2400)
    return interaction(
        life,
        "INBOUND_CALL",
        "PHONE",
        "INBOUND",
        at,
        about,
        "NOT_APPLICABLE",
        "genesys",
        min(seconds, 900) if today else seconds,
        **{**details, **more},
    )


def outbound_call(
    life: Life, back: int, about: str, reached: bool = True, second: int | None = None, **more: object
) -> Entry:
    """Tell a call that an officer made."""
    return interaction(
        life,
        "OUTBOUND_CALL",
        "PHONE",
        "OUTBOUND",
        life.office(back, second),
        about,
        "SUCCESS" if reached else "NOT_ACHIEVED",
        "genesys",
        420 if reached else 35,
        **{"officer": officer(life), "department": "Smart Centre", "contact_type": about, **more},
    )


def abandoned_call(life: Life, back: int, second: int | None = None, line: str | None = None) -> Entry:
    """Tell a call that ended in the queue, because the person hung up."""
    at = life.office(back, second)
    waited = life.between(180, 1900)
    return interaction(
        life,
        "ABANDONED_CALL",
        "PHONE",
        "INBOUND",
        at,
        "Hung up while waiting",
        "NOT_ACHIEVED",
        "genesys",
        waited // 18 if at.date() >= life.calendar.on else waited,
        queue=line or life.person.circumstance.line,
    )


def congestion(life: Life, back: int, second: int | None = None, line: str | None = None) -> Entry:
    """Tell a call that was not let into the queue."""
    return interaction(
        life,
        "CONGESTION",
        "PHONE",
        "INBOUND",
        life.office(back, second),
        "All officers were busy",
        "NOT_ACHIEVED",
        "genesys",
        25,
        queue=line or life.person.circumstance.line,
    )


def place_in_queue(
    life: Life, back: int, second: int | None = None, position: int | None = None, **more: object
) -> Entry:
    """Tell that the person keeps a place in the queue and is called when it is reached."""
    return interaction(
        life,
        "PLACE_IN_QUEUE",
        "PHONE",
        "INBOUND",
        life.office(back, second),
        "Place in queue kept",
        "NOT_APPLICABLE",
        "genesys",
        60,
        queue=life.person.circumstance.line,
        queue_position=position or life.between(3, 88),
        **more,
    )


def scheduled_callback(life: Life, back: int, second: int, after: int = 3 * 3600) -> Entry:
    """Tell that a call back was arranged, `after` seconds later."""
    return interaction(
        life,
        "SCHEDULED_CALLBACK",
        "PHONE",
        "INBOUND",
        life.office(back, second),
        "Call back arranged",
        "NOT_APPLICABLE",
        "genesys",
        90,
        queue=life.person.circumstance.line,
        callback_at=life.office(back, second + after),
    )


def self_service(
    life: Life,
    back: int,
    activity: tuple[str, str] | None = None,
    outcome: str | None = None,
    second: int | None = None,
) -> Entry:
    """Tell a session of telephone self service."""
    code, title = activity or life.pick(IVR_ACTIVITIES)
    return interaction(
        life,
        "SELF_SERVICE_IVR",
        "IVR",
        "SELF_SERVICE",
        life.any_time(back, second),
        title,
        outcome or life.pick(IVR_OUTCOMES),
        "ivr",
        60 + int(life.random.random() * 240),
        activity=code,
    )


def smart_prompt(
    life: Life,
    back: int,
    kind: str,
    title: str,
    outcome: str,
    second: int = OPENS + 3600,
    **more: object,
) -> Entry:
    """Tell what the machine asked or played before an officer answered."""
    return interaction(
        life,
        kind,
        "IVR",
        "SELF_SERVICE",
        life.office(back, second),
        title,
        outcome,
        "ivr",
        40,
        **{"activity": ACTIVITIES.get(kind, kind), **more},
    )
