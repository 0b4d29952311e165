"""Child Support: who owns a customer's case, what for, and how it came about."""

from datetime import timedelta
from typing import Final

from sandbox import templates
from sandbox.calls import inbound_call, outbound_call
from sandbox.correspondence import letter
from sandbox.interaction import officer
from sandbox.life import Entry, Life, Record

MAINSTREAM: Final = "Mainstream Services"
NEW_CUSTOMERS: Final = "New Customers"
ASSESSMENTS: Final = "Child Support Specialised Assessments"
INTENSIVE: Final = "Intensive Collection Services"
PERSONALISED: Final = "Personalised Services"
LITIGATION: Final = "Litigation"
DECEASED: Final = "Deceased Customer Management"
INTEGRATED_CARE: Final = "Integrated Care"
PARENT_SUPPORT: Final = "Parent Support Team"

COMMON: Final = (
    "Minimum Collection Activity",
    "General enquiry",
    "Update details",
    "Estimate of income",
    "Undisputed change of care",
    "Payment option",
    "Level 1 complaint",
    "Refund",
)
SPECIALISED: Final = (
    ("Change of assessment", ASSESSMENTS),
    ("Objection", ASSESSMENTS),
    ("Agreement or court order", ASSESSMENTS),
    ("Estimate reconciliation", ASSESSMENTS),
    ("Intensive collection", INTENSIVE),
    ("Registration", NEW_CUSTOMERS),
    ("Disputed care", INTEGRATED_CARE),
)
LINE: Final = "Child Support"


class Ownership:
    """Who owns one person's case. `told` is what happened around it."""

    def __init__(self, life: Life, role: str) -> None:
        self.life, self.role = life, role
        self.told: list[Entry] = []
        self.cases: list[Record] = []
        self.issues: list[Record] = []
        self.transfers: list[Record] = []
        self.past_locks: list[Record] = []
        self.lock: Record | None = None

    def record(self) -> Entry:
        """Return the whole as one record; past locks and transfers newest first."""
        record: Record = {
            "crn": self.life.crn,
            "source": {"system": "child-support", "native_id": self.life.number()},
            "past_locks": self.past_locks[::-1],
            "cases": self.cases,
            "issues": self.issues,
            "transfers": self.transfers[::-1],
        }
        if self.lock:
            record["lock"] = self.lock
        return "ownership", record

    def case(
        self,
        number: str,
        status: str = "ACTIVE",
        collection: str = "CHILD_SUPPORT_COLLECT",
        care: str | None = None,
    ) -> None:
        """Add a case that the person is a party of."""
        record: Record = {
            "number": number,
            "role": self.role,
            "status": status,
            "collection_type": collection,
        }
        if care:
            record["care_summary"] = care
        self.cases.append(record)

    def issue(
        self, type: str, area: str, back: int, status: str = "OPEN", *, common: bool = False, **more: object
    ) -> None:
        """Add an issue that the person called about that day."""
        call = self.call(back, type, area)
        record: Record = {
            "id": "N" + self.life.number(),
            "type": type,
            "issue_class": "COMMON" if common else "SPECIALISED",
            "business_area": area,
            "raised_at": call[1]["recorded_at"],
            "status": status,
            "presenting": True,
            **more,
        }
        if self.cases:
            record["case_number"] = self.cases[0]["number"]
        self.issues.append(record)
        self.told.append(call)

    def call(self, back: int, about: str, area: str) -> Entry:
        """Return a call with a Child Support officer."""
        morning = self.life.between(9 * 3600, 13 * 3600)
        return inbound_call(
            self.life, back, about, morning, line=LINE, department="Child Support", service_area=area
        )

    def hold(self, area: str, back: int, reason: str, **more: object) -> Record:
        """Lock the person to an area, and to one of its officers, from that day on."""
        self.lock = {
            "id": "O" + self.life.number(),
            "business_area": area,
            "locked_at": self.life.office(back, 15 * 3600),
            "role": self.role,
            "officer": officer(self.life),
            "reason": reason,
            "unlock_mode": "OWNERSHIP_RULES",
            **more,
        }
        return self.lock

    def transfer(self, to_area: str, back: int, method: str, reason: str) -> None:
        """Move ownership to another area on that day; the old lock becomes history."""
        life = self.life
        if self.lock is None:
            raise ValueError("what nobody owns cannot be moved")
        record: Record = {
            "id": "T" + life.number(),
            "from_area": self.lock["business_area"],
            "to_area": to_area,
            "method": method,
            "at": life.office(back, 15 * 3600),
            "reason": reason,
            "decided_by": officer(life),
        }
        self.transfers.append(record)
        self.past_locks.append(self.lock)
        self.hold(to_area, back, reason)

    def unexplained(self, back: int) -> None:
        """Decide the last issue, reach nobody, send the letter that day; the lock ends 14 days after it."""
        life = self.life
        self.told += [
            outbound_call(life, back + days, "Explain the decision", False, service_area=ASSESSMENTS)
            for days in (9, 7, 5)
        ]
        sent = life.any_time(back, 9 * 3600)
        self.told.append(letter(life, back, templates.CS_DECISION, system="CUBA", sent_at=sent))
        self.issues[-1].update(status="FINALISED", decision_explained=False, letter_sent_at=sent)
        if self.lock:
            self.lock.update(unlock_mode="AUTO_UNLOCK", auto_unlock_at=sent + timedelta(days=14))


def ordinary(life: Life, role: str, case: str, back: int) -> Ownership:
    """Return the ownership of a parent with a running case whose last matter came up that day."""
    owned = Ownership(life, role)
    owned.case(
        case,
        life.pick(("ACTIVE", "ACTIVE", "ACTIVE", "ENDED")),
        life.pick(("CHILD_SUPPORT_COLLECT", "PRIVATE_COLLECT")),
    )
    owned.issue(
        life.pick(COMMON),
        MAINSTREAM,
        back + life.between(5, 60),
        "FINALISED",
        common=True,
        resolved_in_real_time=True,
    )
    if life.chance(0.5):
        matter, area = life.pick(SPECIALISED)
        owned.issue(matter, area, back, "IN_PROGRESS")
        owned.hold(area, back, matter)
        if life.chance(0.3) and back > 3:
            owned.transfer(
                INTENSIVE if area != INTENSIVE else ASSESSMENTS, back - 3, "BY_AGREEMENT", "Better service"
            )
        elif life.chance(0.2) and back > 9:
            owned.unexplained(back - 8)
    owned.told.append(letter(life, back + 20, templates.CS_ASSESSMENT, system="CUBA"))
    if role == "PAYER" and life.chance(0.4):
        owned.told.append(letter(life, max(back - 2, 0), templates.CS_ARREARS, system="CUBA"))
    return owned
