"""What people owe: debts whose amounts add up, arrangements to repay them, and the letters and calls."""

from decimal import Decimal
from typing import Any, Final

from sandbox import templates
from sandbox.calls import inbound_call, outbound_call
from sandbox.correspondence import letter, sms
from sandbox.digital import REPAY_DEBT, transaction
from sandbox.life import Entry, Life, Record

REASONS: Final = ("INC", "EMP", "REL", "RES", "CHC", "STU", "AST")
TYPES: Final = ("WHS", "WHS", "VOL", "VOL", "CSH", "IRR", "AGY", "GRN", "AWH", "SRW", "DSC")
STATUSES: Final = (
    "DETERMINED",
    "DETERMINED",
    "DETERMINED",
    "UNDETERMINED",
    "FINALISED",
    "HELD",
    "PARKED",
    "DELETED",
)
LINE: Final = "Debt Recovery"
FRESH: Final = 30
ASKED_AFTER: Final = 12
POSTED_AFTER: Final = 5
"""Longer than offices are ever closed in a row, so that a letter follows what it is about."""

_RAW: Final = {
    "UNDETERMINED": "U",
    "DETERMINED": "D",
    "FINALISED": "F",
    "HELD": "H",
    "PARKED": "P",
    "DELETED": "X",
}


def money(amount: Decimal) -> Record:
    """Return an amount of Australian dollars."""
    return {"amount": str(cents(amount)), "currency": "AUD"}


def cents(amount: Decimal) -> Decimal:
    """Return the amount to the cent."""
    return amount.quantize(Decimal("0.01"))


class Debts:
    """One person's debts. `told` is what happened around them."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.records: list[Record] = []
        self.told: list[Entry] = []
        self._arrangements: dict[str, list[Record]] = {}

    def entries(self) -> list[Entry]:
        """Return the debts, then what happened around them."""
        return [*(("debt", record) for record in self.records), *self.told]

    def debt(
        self,
        status: str,
        back: int,
        total: Decimal,
        *,
        repaid: Decimal = Decimal(0),
        interest: Decimal = Decimal(0),
        adjusted: Decimal = Decimal(0),
        benefit: str | None = None,
        **more: object,
    ) -> Record:
        """Add a debt registered that day; a finalised one has nothing left, part of it waived."""
        life, number = self.life, self.life.number(8)
        left = total + interest - adjusted - repaid
        codes = life.person.circumstance.benefits or ("FTB",)
        record: Record = {
            "id": number,
            "crn": life.crn,
            "benefit_type": benefit or life.pick(codes),
            "reason": life.pick(REASONS),
            "status": status,
            "status_raw": _RAW[status],
            "registered_at": life.office(back, 9 * 3600),
            "total": money(total),
            "interest": money(interest),
            "adjusted": money(adjusted),
            "repaid": money(repaid),
            "waived": money(left if status == "FINALISED" else Decimal(0)),
            "source": {"system": "debt-management", "native_id": number},
            "start_date": life.day(back + 210),
            "end_date": life.day(back + 40),
            "arrangements": self._arrangements.setdefault(number, []),
            **more,
        }
        self.records.append(record)
        self._decide(record, status, back)
        return record

    def arrangement(
        self, debt: Record, type: str, status: str, back: int, amount: Decimal, ends: int | None = None
    ) -> None:
        """Add an arrangement made that day that ends on the day `ends` back; the person called to make it."""
        life = self.life
        call = inbound_call(life, back, "Repayment arrangement", 11 * 3600 + life.between(0, 7200), line=LINE)
        made = call[1]["recorded_at"]
        record: Record = {
            "id": "V" + life.number(),
            "type": type,
            "status": status,
            "added_at": made,
            "changed_at": made,
            "amount": money(amount),
        }
        if ends is not None:
            record["end_date"] = life.day(ends)
        self.told.append(call)
        self._write(back, templates.ARRANGEMENT_MADE)
        if status == "BKN":
            broken = max(back - 40, 2)
            record["changed_at"] = life.office(broken, 9 * 3600)
            self._write(broken, templates.ARRANGEMENT_BROKEN)
            self.told.append(outbound_call(life, broken - 1, "Repayment not received", second=11 * 3600))
        if status == "FIN" and ends is not None:
            record["changed_at"] = life.office(max(ends, 0), 16 * 3600)
        if status == "CUR" and type in ("VOL", "CSH") and back > 14:
            self.told += [
                sms(life, back - 12, templates.REPAYMENT_SMS),
                transaction(life, back - 13, REPAY_DEBT),
            ]
        self._arrangements[str(debt["id"])].append(record)

    def _decide(self, record: Record, status: str, back: int) -> None:
        """Tell when the debt was decided and closed, and the letters that said so."""
        life = self.life
        if status in ("UNDETERMINED", "DELETED"):
            return
        raised = max(back - 4, 0)
        record["raised_at"] = life.office(raised, 14 * 3600)
        self._write(raised, templates.DEBT_NOTICE)
        if status == "FINALISED":
            closed = max(back - 200, 1)
            record["finalised_at"] = life.office(closed, 15 * 3600)
            self._write(closed, templates.DEBT_PAID)

    def _write(self, back: int, template: templates.Template) -> None:
        """Send a letter about what an officer did that day, unless it is too fresh."""
        if back >= POSTED_AFTER:
            self.told.append(letter(self.life, back - POSTED_AFTER, template))


def ordinary(life: Life, back: int) -> Debts:
    """Return what a person owes who has a debt of that day: one or two debts, most of them being repaid."""
    debts = Debts(life)
    found = _some_debt(debts, back, STATUSES if back > FRESH else ("DETERMINED", "UNDETERMINED"))
    if found["status"] == "DETERMINED" and back > FRESH and life.chance(0.9):
        _some_arrangement(debts, found, back)
    if life.chance(0.25):
        _some_debt(debts, back + life.between(30, 300), STATUSES)
    return debts


def _some_debt(debts: Debts, back: int, statuses: tuple[str, ...]) -> Record:
    """Add a debt of some amount; now and then its owner rings to ask what it is for."""
    life, status = debts.life, debts.life.pick(statuses)
    total = Decimal(life.between(4_000, 620_000)) / 100
    share = life.between(0, 60) if status in ("DETERMINED", "FINALISED") else 0
    found = debts.debt(
        status,
        back,
        total,
        repaid=cents(total * share / 100),
        interest=cents(total / 40) if life.chance(0.15) else Decimal(0),
        adjusted=cents(total / 10) if life.chance(0.1) else Decimal(0),
        appeal_protected=status == "UNDETERMINED" and life.chance(0.3),
    )
    if "raised_at" in found and back > ASKED_AFTER and life.chance(0.6):
        asked: dict[str, Any] = {"avoidable": True, "avoidable_reason": "Unclear letter"}
        debts.told.append(inbound_call(life, back - ASKED_AFTER, "Why do I owe this", line=LINE, **asked))
    return found


def _some_arrangement(debts: Debts, found: Record, back: int) -> None:
    """Add an arrangement made within a month of the debt, and what became of it."""
    life = debts.life
    status = life.pick(("CUR", "CUR", "CUR", "BKN", "FIN", "PND", "PVL", "FUT", "CAN"))
    made = max(back - life.between(10, 30), 3)
    ends = {"CUR": -life.between(3, 400), "FIN": life.between(0, made - 1), "BKN": None}.get(status, -200)
    debts.arrangement(found, life.pick(TYPES), status, made, Decimal(life.between(10, 90)), ends)
