"""Named people of whom the worked examples are told, and one who has something of everything."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sandbox.cast import Story, named, offline
from sandbox.circumstances import AGED, FAMILY, PARENT
from sandbox.life import Entry, Life
from sandbox.tales import contact, money, records, support


def _restricted(life: Life) -> Iterable[Entry]:
    yield records.restriction(life)
    yield from contact.letters_only(life)


def _restricted_partner(life: Life) -> Iterable[Entry]:
    yield records.restriction(life, temporary=True)
    yield from contact.letters_only(life)


WEDDING: Final = date(2012, 10, 6)

EXAMPLES: Final = (
    Story(offline(named(0, "Nora", "Blank")), "Nora is known by name only: nothing ever happened."),
    Story(
        named(1, "Maria", "Rossi", PARENT, date(1989, 3, 12), app=True, voiceprint=True),
        "Maria calls about a letter: her payment changed, she got through at the third attempt, she owes money.",
        contact.maria,
        headline=True,
    ),
    Story(
        named(2, "Tom", "Fielding", gender="M"),
        "Tom got three appointment reminders and one payment notice by e-mail yesterday.",
        contact.reminders,
    ),
    Story(
        named(3, "Ines", "Duarte"),
        "Ines completed one online transaction two days ago and left another unfinished.",
        contact.two_transactions,
    ),
    Story(
        named(4, "Walter", "Grant", AGED, date(1949, 2, 8), gender="M"),
        "Walter got messages 7 and 8 days ago, letters 28 and 29 days ago.",
        contact.edges,
    ),
    Story(
        named(5, "Ivy", "Larkin"),
        "Ivy tried 23 times in one day to report income by phone.",
        contact.machine_day,
    ),
    Story(
        named(6, "Dan", "Osborne", gender="M"),
        "Dan owes 100.00, with a direct debit that ends in ten days, and 50.00 without an arrangement.",
        money.two_debts,
        headline=True,
    ),
    Story(
        named(7, "Pauline", "Yates", PARENT, ties=(("CASE_PARTY", 8, date(2019, 7, 1)),)),
        "Pauline receives child support; of three specialist areas Personalised Services owns her.",
        support.payee,
        records.child_support_numbers,
        headline=True,
    ),
    Story(
        named(8, "Craig", "Yates", gender="M", ties=(("CASE_PARTY", 7, date(2019, 7, 1)),)),
        "Craig pays child support to Pauline; he asked for a new assessment first and objected later.",
        support.payer,
        records.child_support_numbers,
    ),
    Story(
        named(9, "Owen", "Marsh", gender="M"),
        "Owen was told of a decision by letter only, six days ago; his lock ends 14 days after it.",
        support.unexplained,
        records.child_support_numbers,
    ),
    Story(
        named(10, "Rhea", "Sutton", FAMILY, marital="MARRIED", ties=(("PARTNER", 11, WEDDING),)),
        "Rhea's record is restricted: only listed officers may open it.",
        _restricted,
        records.restricted,
        headline=True,
    ),
    Story(
        named(
            11,
            "Paul",
            "Sutton",
            FAMILY,
            gender="M",
            marital="MARRIED",
            street="13 Coolabah Drive",
            ties=(("PARTNER", 10, WEDDING),),
        ),
        "Paul is Rhea's partner, restricted with her; one more officer may open his record for a few days.",
        _restricted_partner,
        records.restricted,
    ),
)
