"""Payments, claims, appointments and debts of named people."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.debt import Debts
from sandbox.entitlement import Entitlement
from sandbox.life import Entry, Life
from sandbox.visits import visit


def _told(held: Entitlement) -> Iterator[Entry]:
    yield held.record()
    yield from held.told


def two_debts(life: Life) -> Iterator[Entry]:
    """Worked example 5: 100.00, its direct debit ends in ten days, and 50.00 without an arrangement."""
    debts = Debts(life)
    first = debts.debt("DETERMINED", 90, Decimal("100.00"), benefit="JSP")
    debts.arrangement(first, "VOL", "CUR", 60, Decimal("10.00"), -10)
    debts.debt("DETERMINED", 50, Decimal("50.00"), benefit="JSP")
    yield from debts.entries()


def every_status(life: Life) -> Iterator[Entry]:
    """A debt of every status, and arrangements of many kinds."""
    debts = Debts(life)
    debts.debt("UNDETERMINED", 12, Decimal("2310.00"))
    debts.debt("UNDETERMINED", 44, Decimal("870.25"), appeal_protected=True)
    first = debts.debt(
        "DETERMINED", 300, Decimal("1500.00"), repaid=Decimal("450.00"), interest=Decimal("31.10")
    )
    debts.arrangement(first, "CSH", "BKN", 250, Decimal("50.00"))
    debts.arrangement(first, "WHS", "CUR", 60, Decimal("30.00"), -400)
    second = debts.debt(
        "DETERMINED", 160, Decimal("640.00"), adjusted=Decimal("40.00"), departure_prohibition=True
    )
    debts.arrangement(second, "GRN", "PND", 9, Decimal("75.00"), -300)
    debts.debt("FINALISED", 700, Decimal("212.40"), repaid=Decimal("200.00"))
    debts.debt("HELD", 120, Decimal("990.00"))
    debts.debt("PARKED", 500, Decimal("120.00"))
    debts.debt("DELETED", 410, Decimal("333.33"))
    yield from debts.entries()


def arrangement_ended(life: Life) -> Iterator[Entry]:
    """An arrangement that ended last week and was not renewed."""
    debts = Debts(life)
    owed = debts.debt("DETERMINED", 200, Decimal("800.00"), repaid=Decimal("300.00"))
    debts.arrangement(owed, "WHS", "FIN", 170, Decimal("25.00"), 6)
    yield from debts.entries()


def suspended(life: Life) -> Iterator[Entry]:
    """A report that did not come, the payment suspended for it, and a call."""
    held = Entitlement(life)
    held.benefit("JSP", "CURRENT", 420)
    held.report(22, 22)
    held.suspension("JSP", 5)
    yield from _told(held)


def missed(life: Life) -> Iterator[Entry]:
    """A missed appointment with a provider, and a new one booked in its place."""
    held = Entitlement(life)
    held.benefit("JSP", "CURRENT", 300)
    held.appointment(6, "MISSED", "PROVIDER")
    held.appointment(-2, "BOOKED", "PROVIDER", "Re-engagement")
    yield from _told(held)


def missed_only(life: Life) -> Iterator[Entry]:
    """A missed appointment with a provider, and nothing booked since."""
    held = Entitlement(life)
    held.benefit("JSP", "CURRENT", 250)
    held.appointment(5, "MISSED", "PROVIDER")
    yield from _told(held)


def combined_claim(life: Life) -> Iterator[Entry]:
    """One claim for two payments, one of them granted already."""
    held = Entitlement(life)
    held.claim(34, ("PPS", "FINALISED", 10), ("FTB", "SUBMITTED", None))
    yield from _told(held)
    yield visit(life, 30, "Proof of identity")


def ended(life: Life) -> Iterator[Entry]:
    """A payment cancelled, and a claim for another rejected."""
    held = Entitlement(life)
    held.benefit("YAL", "CURRENT", 500)
    held.cancellation("YAL", 9)
    held.claim(32, ("LIC", "REJECTED", 4))
    yield from _told(held)


def due_today(life: Life) -> Iterator[Entry]:
    """A report due today, and an appointment later this week."""
    held = Entitlement(life)
    held.benefit("JSP", "CURRENT", 200)
    held.report(14, 14)
    held.report(0)
    held.appointment(-2, "BOOKED")
    yield from _told(held)


def on_file(life: Life) -> Iterator[Entry]:
    """A payment running and issues on file."""
    held = Entitlement(life)
    held.benefit("DSP", "CURRENT", 1000)
    held.issues_on_file = True
    yield from _told(held)
    yield visit(life, 3, "Update circumstances")


def died(life: Life) -> Iterator[Entry]:
    """A pension that ended with its owner's death."""
    held = Entitlement(life)
    held.benefit("AGE", "CANCELLED", 33, "DEA")
    yield from _told(held)
    yield visit(life, 38, "Advice of death")
