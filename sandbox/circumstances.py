"""Why people deal with the agency: their payments, the lines they ring, the queues they wait in."""

from typing import Final, NamedTuple


class Circumstance(NamedTuple):
    """What a person's dealings are about.

    `born` are the first and the last year of birth, `reports` tells whether income is reported every
    fortnight, `online` how many have an online account.
    """

    name: str
    weight: int
    benefits: tuple[str, ...]
    line: str
    queue: str
    born: tuple[int, int]
    reports: bool = False
    online: float = 0.85


STUDENT: Final = Circumstance(
    "student", 12, ("YAL",), "Youth and Students", "Students", (1999, 2008), True, 0.99
)
JOBSEEKER: Final = Circumstance(
    "jobseeker", 24, ("JSP",), "Employment Services", "Job Seekers", (1965, 2002), True, 0.93
)
PARENT: Final = Circumstance(
    "parent", 14, ("PPS", "FTB"), "Families and Parenting", "Families", (1980, 2003), True, 0.97
)
FAMILY: Final = Circumstance(
    "family", 16, ("FTB", "CCS"), "Families and Parenting", "Families", (1976, 1999), False, 0.97
)
AGED: Final = Circumstance(
    "aged", 18, ("AGE",), "Older Australians", "Older Australians", (1936, 1957), False, 0.45
)
DISABLED: Final = Circumstance(
    "disabled", 9, ("DSP",), "Disability, Sickness and Carers", "Disability and Carers", (1961, 2001)
)
CARER: Final = Circumstance(
    "carer", 7, ("CAR", "CDA"), "Disability, Sickness and Carers", "Disability and Carers", (1955, 1995)
)
CHILD: Final = Circumstance("child", 0, (), "Families and Parenting", "Families", (2009, 2021), False, 0.0)
ORGANISATION: Final = Circumstance(
    "organisation", 0, (), "Business Line", "General Enquiries", (0, 0), False, 1.0
)

ADULTS: Final = (STUDENT, JOBSEEKER, PARENT, FAMILY, AGED, DISABLED, CARER)

BENEFIT_NAMES: Final = {
    "AGE": "Age Pension",
    "CAR": "Carer Payment",
    "CCS": "Child Care Subsidy",
    "CDA": "Carer Allowance",
    "DSP": "Disability Support Pension",
    "FTB": "Family Tax Benefit",
    "JSP": "JobSeeker Payment",
    "LIC": "Health Care Card",
    "PPS": "Parenting Payment Single",
    "YAL": "Youth Allowance",
}
