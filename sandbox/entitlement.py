"""Claims, payments, reports and appointments, each with the letters, messages and calls that go with it."""

from typing import Final

from sandbox import templates
from sandbox.calls import inbound_call
from sandbox.circumstances import BENEFIT_NAMES
from sandbox.correspondence import email, letter, report_reminder, sms
from sandbox.digital import REPORT_INCOME, transaction
from sandbox.life import Entry, Life, Record
from sandbox.visits import visit

_DECISIONS: Final = {
    "SUBMITTED": (),
    "ON_HOLD": ((9, templates.CLAIM_MORE),),
    "REJECTED": ((9, templates.CLAIM_MORE), (25, templates.CLAIM_REJECTED)),
    "FINALISED": ((21, templates.CLAIM_GRANTED),),
}


class Entitlement:
    """What one person claims and receives. `told` is what happened around it."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.told: list[Entry] = []
        self.claims: list[Record] = []
        self.benefits: list[Record] = []
        self.reports: list[Record] = []
        self.appointments: list[Record] = []
        self.issues_on_file = False

    def record(self) -> Entry:
        """Return the whole as one record."""
        return "entitlement", {
            "crn": self.life.crn,
            "claims": self.claims,
            "benefits": self.benefits,
            "reports": self.reports,
            "appointments": self.appointments,
            "issues_on_file": self.issues_on_file,
        }

    def benefit(self, code: str, status: str, back: int, reason: str | None = None) -> None:
        """Add a payment that stands so since that day."""
        record: Record = {"benefit_type": code, "status": status, "since": self.life.day(back)}
        if reason:
            record["reason"] = reason
        self.benefits = [*(other for other in self.benefits if other["benefit_type"] != code), record]

    def claim(self, back: int, *parts: tuple[str, str, int | None]) -> None:
        """Add a claim made that day; a part is its payment, its status, and how many days back it was decided."""
        life = self.life
        self.claims.append(
            {
                "id": "K" + life.number(),
                "submitted_on": life.day(back),
                "parts": [_part(life, *part) for part in parts],
            }
        )
        names = " and ".join(BENEFIT_NAMES.get(code, code) for code, _, _ in parts)
        self.told.append(transaction(life, back, ("CLAIM", f"Claim {names}"), app=False))
        self._write(back - 1, templates.CLAIM_RECEIVED)
        for code, status, decided in parts:
            for after, template in _DECISIONS[status]:
                final = template is not templates.CLAIM_MORE and decided is not None
                self._write(decided if final and decided is not None else back - after, template)
            if status == "FINALISED":
                self.benefit(code, "CURRENT", back)

    def suspension(self, code: str, back: int, reason: str = "FTR", called: bool = True) -> None:
        """Add a payment suspended that day, because the report of three days before did not come."""
        life = self.life
        self.reports.append({"due_on": life.day(back + 3)})
        self.benefit(code, "SUSPENDED", back, reason)
        self.told += [
            report_reminder(life, back + 3),
            sms(life, back + 2, templates.REPORT_OVERDUE),
        ]
        self._write(back, templates.SUSPENDED)
        if called and back >= 5:
            self.told.append(inbound_call(life, back - 1, "Payment suspended", avoidable=False))

    def restored(self, code: str, back: int) -> None:
        """Let a suspended payment run again, because the report came in on that day."""
        done = transaction(self.life, back, REPORT_INCOME)
        self.reports[-1]["submitted_at"] = done[1]["recorded_at"]
        self.told.append(done)
        self.benefit(code, "CURRENT", back)
        self._write(back - 1, templates.RESTORED)

    def cancellation(self, code: str, back: int, reason: str = "ATR") -> None:
        """Add a payment cancelled that day."""
        self.benefit(code, "CANCELLED", back, reason)
        self._write(back, templates.CANCELLED)

    def report(self, back: int, submitted: int | None = None) -> None:
        """Add a report due that day, handed in on the day `submitted` back or not at all."""
        life = self.life
        record: Record = {"due_on": life.day(back)}
        if back >= 0:
            self.told.append(report_reminder(life, back))
        if submitted is not None:
            done = transaction(life, submitted, REPORT_INCOME, second=life.between(10, 21) * 3600 + 211)
            record["submitted_at"] = done[1]["recorded_at"]
            self.told.append(done)
        self.reports.append(record)

    def appointment(
        self, back: int, status: str, provider: str = "SERV_AU", reason: str = "Job Plan review"
    ) -> None:
        """Add an appointment of that day; a negative one is to come."""
        life = self.life
        centre = life.person.place.centre
        second = (9 + life.between(0, 6)) * 3600 + life.between(0, 1) * 1800
        when = (
            life.office(back, second)
            if back > 0
            else life.calendar.ahead(life.person.place.zone, -back, second)
        )
        self.appointments.append(
            {
                "id": "A" + life.number(),
                "provider": provider,
                "starts_at": when,
                "status": status,
                "reason": reason,
                "location": centre
                if provider == "SERV_AU"
                else f"{life.person.place.locality} employment services",
            }
        )
        self._write(max(back + 9, 1), templates.APPOINTMENT)
        if back >= 0:
            self.told.append(sms(life, back + 1, templates.APPOINTMENT_SMS))
        if status == "ATTENDED" and provider == "SERV_AU":
            self.told.append(visit(life, back, "Appointment", second=second))
        if status == "MISSED":
            self._write(back - 5, templates.MISSED_APPOINTMENT)

    def _write(self, back: int, template: templates.Template) -> None:
        """Send a letter of that day, with its notice, unless the day is yet to come."""
        if back < 0:
            return
        self.told.append(letter(self.life, back, template))
        if self.life.person.online and self.life.chance(0.5):
            self.told.append(email(self.life, back))


def _part(life: Life, code: str, status: str, decided: int | None) -> Record:
    part: Record = {"benefit_type": code, "status": status}
    if decided is not None:
        part["finalised_on"] = life.day(decided)
    return part


def ordinary(life: Life, newest: int, eventful: bool) -> Entitlement:
    """Return what an ordinary person claims and receives; nothing is newer than `newest` days."""
    found = Entitlement(life)
    codes = life.person.circumstance.benefits
    if codes:
        claimed = newest + life.between(90, 1000)
        found.claim(claimed, *((code, "FINALISED", claimed - 21) for code in codes))
        found.issues_on_file = life.chance(0.03)
        if newest == 0 and eventful:
            _standing(life, found, codes[0])
            _meetings(life, found)
    return found


def _standing(life: Life, found: Entitlement, code: str) -> None:
    """Give a payment its present: running, reported for, held back, ended, or a new claim beside it."""
    fate = life.random.random()
    if fate < 0.05:
        found.suspension(code, life.between(5, 27))
    elif fate < 0.11:
        since = life.between(12, 400)
        found.suspension(code, since)
        found.restored(code, since - life.between(2, 9))
    elif fate < 0.16:
        found.cancellation(code, life.between(1, 300), life.pick(("ATR", "RTW", "INC")))
    elif fate < 0.28:
        status = life.pick(("SUBMITTED", "SUBMITTED", "ON_HOLD", "REJECTED"))
        decided = life.between(1, 27) if status == "REJECTED" else None
        found.claim(life.between(28, 60), ("LIC", status, decided))
    elif life.person.circumstance.reports:
        last = life.between(1, 13)
        found.report(last, last)
        found.report(last - 14)


def _meetings(life: Life, found: Entitlement) -> None:
    """Give the person appointments: some kept, some missed, some moved, some to come."""
    if life.chance(0.3):
        found.appointment(life.between(20, 300), "ATTENDED")
    if life.chance(0.08):
        missed = life.between(2, 30)
        found.appointment(missed, "MISSED", life.pick(("PROVIDER", "SERV_AU")))
        if life.chance(0.5):
            found.appointment(-life.between(1, 12), "BOOKED", "PROVIDER", "Re-engagement")
    elif life.chance(0.15):
        found.appointment(-life.between(1, 20), "BOOKED", life.pick(("PROVIDER", "SERV_AU")))
    elif life.chance(0.05):
        found.appointment(life.between(3, 20), "RESCHEDULED")
        found.appointment(-life.between(1, 9), "BOOKED")
