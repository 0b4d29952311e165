"""The online account and the mobile app: transactions that were completed, and some that were not."""

from typing import Final

from sandbox.interaction import interaction
from sandbox.life import Entry, Life

REPORT_INCOME: Final = ("EMPINC", "Report employment income")
UPDATE_ADDRESS: Final = ("ADDR", "Update address")
UPDATE_CONTACT: Final = ("CONTACT", "Update contact details")
UPLOAD_DOCUMENTS: Final = ("DOCUP", "Upload documents")
UPDATE_BANK: Final = ("BANK", "Update bank details")
UPDATE_RENT: Final = ("RENT", "Update rent details")
UPDATE_STUDY: Final = ("STUDY", "Update study details")
UPDATE_CARE: Final = ("CARE", "Update care of a child")
UPDATE_ASSETS: Final = ("ASSETS", "Update income and assets")
FAMILY_ESTIMATE: Final = ("FAMEST", "Update family income estimate")
CLAIM_PROGRESS: Final = ("CLMTRK", "Track progress of a claim")
PAYMENT_HISTORY: Final = ("PAYHIST", "View payment history")
INCOME_STATEMENT: Final = ("INCST", "Request income statement")
ADVANCE_PAYMENT: Final = ("ADVPAY", "Apply for an advance payment")
REPAY_DEBT: Final = ("REPAY", "Repay money owed")
CHANGE_APPOINTMENT: Final = ("APPT", "Change an appointment")
TRAVEL: Final = ("TRAVEL", "Tell about travel outside Australia")

_EVERYBODY: Final = (
    UPLOAD_DOCUMENTS,
    UPDATE_CONTACT,
    UPDATE_ADDRESS,
    UPDATE_BANK,
    PAYMENT_HISTORY,
    INCOME_STATEMENT,
    CLAIM_PROGRESS,
    UPDATE_RENT,
)
_SOME: Final = {
    "student": (REPORT_INCOME, REPORT_INCOME, REPORT_INCOME, UPDATE_STUDY, ADVANCE_PAYMENT),
    "jobseeker": (
        REPORT_INCOME,
        REPORT_INCOME,
        REPORT_INCOME,
        REPORT_INCOME,
        CHANGE_APPOINTMENT,
        ADVANCE_PAYMENT,
    ),
    "parent": (REPORT_INCOME, REPORT_INCOME, FAMILY_ESTIMATE, UPDATE_CARE, ADVANCE_PAYMENT),
    "family": (FAMILY_ESTIMATE, FAMILY_ESTIMATE, UPDATE_CARE),
    "aged": (UPDATE_ASSETS, TRAVEL, PAYMENT_HISTORY),
    "disabled": (UPDATE_ASSETS, ADVANCE_PAYMENT, REPORT_INCOME),
    "carer": (UPDATE_CARE, UPDATE_ASSETS, REPORT_INCOME),
}
ACTIVITIES: Final = {name: _EVERYBODY + some for name, some in _SOME.items()}


def transaction(
    life: Life,
    back: int,
    activity: tuple[str, str] | None = None,
    complete: bool = True,
    second: int | None = None,
    app: bool | None = None,
) -> Entry:
    """Tell something done online or in the app; what is not complete was begun and left, or handed over."""
    code, title = activity or life.pick(ACTIVITIES.get(life.person.circumstance.name, _EVERYBODY))
    chance = life.random.random()
    in_app = app if app is not None else life.person.app and chance < 0.6
    kind, channel, system = _APP if in_app else _ONLINE
    outcome, status = (
        ("SUCCESS", "FINALISED")
        if complete
        else ("NOT_ACHIEVED", "INCOMPLETE" if chance < 0.4 else "STARTED")
    )
    return interaction(
        life,
        kind,
        channel,
        "SELF_SERVICE",
        life.any_time(back, second),
        title,
        outcome,
        system,
        40 + int(chance * 700),
        activity=code,
        status_raw=status,
    )


_APP: Final = ("MOBILE_APP_ACTIVITY", "MOBILE_APP", "mobile-app")
_ONLINE: Final = ("ONLINE_ACTIVITY", "ONLINE", "online-account")
