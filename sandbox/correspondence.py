"""Letters, e-mails, SMS and push notifications: how each is made, sent, and sometimes lost."""

from datetime import datetime, timedelta

from sandbox.calendar import OPENS
from sandbox.life import Entry, Life, Record
from sandbox.templates import LETTER_PUSH, ONLINE_LETTER_NOTICE, REPORT_PUSH, REPORT_REMINDER, Template


def letter(
    life: Life,
    back: int,
    template: Template,
    *,
    online: bool | None = None,
    system: str = "BLA",
    made: int | None = None,
    **more: object,
) -> Entry:
    """Tell a letter with the date of that day; `made` tells how many days back, where it was made on another.

    For paper, sent is the most that is ever known.
    """
    online = life.person.online if online is None else online
    made = max(back, 0) if made is None else made
    at = life.night(made)
    record = _made(life, at, "LETTER_ONLINE" if online else "LETTER_PAPER", template, system, life.day(back))
    record["status"], record["status_raw"] = ("DELIVERED", "sent") if online else ("SENT", "PR")
    record["sent_at"] = at + timedelta(minutes=90)
    record["document"] = _document(record)
    record["recipient_masked"] = (
        "online inbox" if online else f"{life.person.place.locality} {life.person.place.state}"
    )
    if not online and made == 0:
        record["status"], record["status_raw"] = "QUEUED", "PQ"
    record.update(more)
    if record["status"] in ("QUEUED", "CANCELLED"):
        del record["sent_at"]
    return "correspondence", record


def email(
    life: Life,
    back: int,
    template: Template = ONLINE_LETTER_NOTICE,
    second: int | None = None,
    **more: object,
) -> Entry:
    """Tell an e-mail."""
    at = life.daytime(back, second)
    record = _made(life, at, "EMAIL", template, "electronic-messaging", at.date())
    record["status"], record["status_raw"] = "DELIVERED", "Communication sent"
    record["document"] = _document(record)
    record["recipient_masked"] = f"{(life.person.email or 'x')[0]}****@example.com"
    record.update(more)
    return "correspondence", record


def sms(
    life: Life,
    back: int,
    template: Template,
    second: int | None = None,
    *,
    bounced: bool = False,
    **more: object,
) -> Entry:
    """Tell a text message; a bounced one was sent, and found to be lost the day after."""
    at = life.daytime(back, second)
    record = _made(life, at, "SMS", template, "electronic-messaging", at.date())
    record["status"], record["status_raw"] = "DELIVERED", "Communication sent"
    record["document"] = _document(record)
    record["recipient_masked"] = f"04** *** {(life.person.mobile or '000')[-3:]}"
    if bounced:
        record["status"], record["status_raw"], record["bounced"] = "FAILED", "Bounce Back (BB)", True
    record.update(more)
    return "correspondence", record


def push(life: Life, back: int, template: Template, second: int | None = None) -> Entry:
    """Tell a push notification of the app."""
    at = life.daytime(back, second)
    record = _made(life, at, "PUSH", template, "mobile-app", at.date())
    record["status"] = "SENT"
    if template.code == LETTER_PUSH.code:  # it repeats its letter; the others are titles alone
        record["document"] = _document(record)
    return "correspondence", record


def report_reminder(life: Life, back: int) -> Entry:
    """Tell the reminder of a report, on the morning of the day it is due."""
    second = life.between(OPENS, OPENS + 5400)
    if life.person.app:
        return push(life, back, REPORT_PUSH, second)
    return sms(life, back, REPORT_REMINDER, second)


def received(life: Life, back: int, title: str, description: str, channel: str = "LETTER_PAPER") -> Entry:
    """Tell something that the person wrote."""
    at = life.office(back)
    record = _made(life, at, channel, Template("", title, description), "incoming-mail", at.date())
    record.update(direction="INBOUND", status="DELIVERED", status_raw="indexed")
    return "correspondence", record


def _document(record: Record) -> Record:
    """Tell the document that the document service has of it: one page."""
    document: Record = {"number": record["id"], "type": "application/pdf", "pages": 1}
    if "language" in record:
        document["language"] = record["language"]
    return document


def _made(life: Life, at: datetime, channel: str, template: Template, system: str, issued: object) -> Record:
    number = life.number()
    record: Record = {
        "id": "L" + number,
        "crn": life.person.crn,
        "channel": channel,
        "direction": "OUTBOUND",
        "issue_date": issued,
        "created_at": at,
        "sent_at": at,
        "title": template.title,
        "status": "SENT",
        "source": {"system": system, "native_id": number},
        "description": template.description,
    }
    if template.code:
        record["template"] = template.code
    if template.group:
        record["group"] = template.group
    if life.person.language:
        record["language"] = "en"
    return record
