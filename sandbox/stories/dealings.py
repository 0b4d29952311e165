"""Named people with one thing on their minds: a letter, a payment, a debt, a case."""

from datetime import date
from typing import Final

from sandbox.cast import Story, named, offline
from sandbox.circumstances import AGED, CARER, DISABLED, FAMILY, PARENT, STUDENT
from sandbox.tales import contact, money, records, support

DEALINGS: Final = (
    Story(named(31, "Fay", "Lister"), "Fay has letters that carry a date to come.", contact.dated_ahead),
    Story(
        named(32, "Ruth", "Postle", AGED, date(1950, 5, 5)),
        "Ruth's letter was made again yesterday and kept the date it had.",
        contact.reissued,
    ),
    Story(
        named(33, "Jack", "Denham", gender="M"),
        "Jack did not report; his payment was suspended five days ago, and he called about it.",
        money.suspended,
        headline=True,
    ),
    Story(
        named(34, "Kim", "Hollis"),
        "Kim missed an appointment with her provider and has a new one.",
        money.missed,
    ),
    Story(
        named(35, "Lena", "Ortiz", PARENT),
        "Lena claimed two payments at once; one is granted, one is not decided.",
        money.combined_claim,
    ),
    Story(
        named(36, "Joel", "Banks", STUDENT, date(2004, 8, 8), gender="M"),
        "Joel's payment was cancelled, and a new claim rejected.",
        money.ended,
    ),
    Story(
        named(37, "Amy", "Sutcliffe"),
        "Amy has to report today and comes in within a week.",
        money.due_today,
    ),
    Story(
        named(38, "Glen", "Harrow", gender="M"),
        "Glen has debts of every status and arrangements of many kinds.",
        money.every_status,
    ),
    Story(
        named(39, "Tina", "Vale"),
        "Tina's repayment arrangement ended last week and was not renewed.",
        money.arrangement_ended,
    ),
    Story(
        named(40, "Roy", "Nash", gender="M"),
        "Roy's case changed owner three times, last into Personalised Services.",
        support.moved,
        records.child_support_numbers,
    ),
    Story(
        offline(named(41, "Dorothy", "Lane", CARER)),
        "Dorothy is a registered carer.",
        contact.letters_only,
        records.carer,
    ),
    Story(
        named(42, "Unproved", "Account", STUDENT),
        "An online entity whose identity nobody has proved.",
        contact.two_transactions,
        records.entity,
    ),
    Story(
        named(43, "Irene", "Walton"),
        "Irene's record may be read by all and changed by few.",
        contact.letters_only,
        records.update_restricted,
    ),
    Story(
        named(44, "Phil", "Quigley", gender="M"),
        "Phil dealt with us often, but not in the last six weeks.",
        contact.quiet,
    ),
    Story(
        named(45, "Kate", "Westwood", town="Mirrabooka"),
        "Kate visits a service centre in Perth, hours behind Sydney.",
        contact.far_west,
    ),
    Story(
        named(46, "John", "Smith", gender="M"),
        "John's record is mixed with that of another John Smith.",
        contact.ordinary_weeks,
        records.mixed,
    ),
    Story(
        named(47, "Albert", "Crowe", DISABLED, gender="M"),
        "Albert has issues on file, a security incident, a managed service plan and a note to be read first.",
        money.on_file,
        records.security,
    ),
    Story(
        named(48, "Uma", "Keller"),
        "Uma waited in every kind of queue yesterday and was called back.",
        contact.waiting,
    ),
    Story(
        named(49, "Bruce", "Tanner", gender="M"),
        "Bruce's mail comes back and his messages bounce.",
        contact.bounced,
        records.mail_comes_back,
    ),
    Story(
        named(50, "Sue", "Barlow"),
        "Sue missed an appointment with her provider and has booked nothing since.",
        money.missed_only,
    ),
)

CALLERS: Final = (
    Story(
        named(54, "Nadia", "Farrell", FAMILY),
        "Nadia is on the line: she kept a place in the queue, and the machine asked her two things and played one.",
        contact.on_the_line,
    ),
    Story(
        named(55, "Priya", "Nair", STUDENT, date(2002, 2, 28)),
        "Priya's change of study could not be finished online: officers have it, with a form she sent and a note.",
        contact.handed_over,
    ),
)
