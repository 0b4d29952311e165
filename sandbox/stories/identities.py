"""Named people whose records are out of the ordinary: families, numbers, names, ways to be reached."""

from datetime import date
from typing import Final

from sandbox.cast import Story, named, offline
from sandbox.circumstances import AGED, CARER, CHILD, FAMILY, ORGANISATION, PARENT, STUDENT
from sandbox.crn import wrong_letter
from sandbox.tales import contact, money, records, support

WEDDING: Final = date(2012, 10, 6)
MIRA, ELI = date(2013, 9, 2), date(2016, 4, 21)
_home: Final = {"street": "9 Orchard Street", "marital": "MARRIED", "gender": "M"}

IDENTITIES: Final = (
    Story(
        offline(named(12, "Harold", "Pym", AGED, date(1938, 12, 1), gender="M", marital="WIDOWED")),
        "Harold died last month; the Public Trustee acts for him.",
        money.died,
        records.deceased,
    ),
    Story(
        named(13, None, "Riverbend Family Day Care", ORGANISATION, None, gender=None, marital=None),
        "Riverbend Family Day Care is an organisation.",
        contact.letters_only,
    ),
    Story(
        named(
            14,
            "Leah",
            "Abbott",
            FAMILY,
            street="9 Orchard Street",
            marital="MARRIED",
            ties=(("PARTNER", 15, WEDDING), ("CHILD", 16, MIRA), ("CHILD", 17, ELI)),
        ),
        "Leah lives with her partner Sam and their two children.",
        contact.ordinary_weeks,
    ),
    Story(
        named(
            15,
            "Sam",
            "Abbott",
            FAMILY,
            date(1983, 1, 30),
            **_home,
            ties=(("PARTNER", 14, WEDDING), ("CHILD", 16, MIRA), ("CHILD", 17, ELI)),
        ),
        "Sam lives with his partner Leah and their two children.",
        contact.ordinary_weeks,
    ),
    Story(
        offline(
            named(
                16,
                "Mira",
                "Abbott",
                CHILD,
                MIRA,
                street="9 Orchard Street",
                marital=None,
                ties=(("PARENT", 14, MIRA), ("PARENT", 15, MIRA)),
            )
        ),
        "Mira is a child of Leah and Sam.",
    ),
    Story(
        offline(
            named(
                17,
                "Eli",
                "Abbott",
                CHILD,
                ELI,
                street="9 Orchard Street",
                gender="M",
                marital=None,
                ties=(("PARENT", 14, ELI), ("PARENT", 15, ELI)),
            )
        ),
        "Eli is a child of Leah and Sam.",
    ),
    Story(
        named(18, "Greta", "Nilsson"),
        "Greta holds three numbers; this is the one under which everything is filed.",
        contact.ordinary_weeks,
        records.several_numbers,
    ),
    Story(named(19, "Greta", "Nilsson"), "Another number of Greta's.", canonical=18),
    Story(named(20, "Greta", "Nilsson"), "A third number of Greta's.", canonical=18),
    Story(
        named(21, "Wendy", "Tran"),
        "Wendy is known by a number of every system.",
        contact.ordinary_weeks,
        records.many_identifiers,
    ),
    Story(
        named(22, "Edith", "Moore", AGED, date(1941, 7, 19), ties=(("CARER", 23, date(2021, 2, 1)),)),
        "Edith has a nominee, Judith, who gets her payments and her letters.",
        contact.letters_only,
        records.has_nominee,
    ),
    Story(
        named(23, "Judith", "Moore", CARER, date(1966, 10, 4), ties=(("OTHER", 22, date(2021, 2, 1)),)),
        "Judith is Edith's nominee.",
        contact.ordinary_weeks,
        records.is_nominee,
    ),
    Story(
        named(24, "Alison", "Keane", PARENT, ties=(("CASE_PARTY", 25, date(2022, 5, 16)),)),
        "Alison lives under another name, which the other parent must not learn; a note is to be read first.",
        support.hidden,
        records.protected,
    ),
    Story(
        named(25, "Mark", "Dwyer", gender="M", ties=(("CASE_PARTY", 24, date(2022, 5, 16)),)),
        "Mark is the other parent of Alison's case.",
        support.other_parent,
        records.child_support_numbers,
    ),
    Story(
        named(26, "Hoa", "Pham", PARENT, language="vi", language_name="Vietnamese", interpreter=True),
        "Hoa speaks Vietnamese and needs an interpreter.",
        contact.ordinary_weeks,
    ),
    Story(
        named(27, "Marlee", "Cooper", town="Nhulunbuy"),
        "Marlee lives in a remote town.",
        contact.ordinary_weeks,
    ),
    Story(
        named(28, "Victor", "Stone", gender="M"),
        "Victor's voiceprint and online account are locked.",
        contact.locked_out,
        records.locked,
    ),
    Story(
        named(29, "Asha", "Busby", STUDENT, date(2003, 4, 4), app=True),
        "Asha has 50,000 things in her history, 46 a day.",
        contact.busy,
    ),
    Story(
        named(30, "Carl", "Wringer", crn=wrong_letter(30), gender="M"),
        "Carl's number came with a check letter that does not belong to it.",
        contact.letters_only,
    ),
)

NAMESAKES: Final = (
    Story(
        named(51, "Hannah", "Price", born=date(1979, 3, 12), marital="DIVORCED"),
        "Hannah has two records that nobody has joined yet; in this one she lives in Parramatta.",
        contact.ordinary_weeks,
    ),
    Story(
        offline(named(52, "Hannah", "Price", born=date(1979, 3, 12), town="Mirrabooka")),
        "Hannah's other record, from before she moved; a search marks both as possible duplicates.",
        contact.letters_only,
    ),
    Story(
        named(53, "Zoë", "Núñez-O'Hara", STUDENT, date(2001, 9, 30), email="zoe.53@example.com"),
        "Zoë is found without her accents, by either of her names, or by both as one word.",
        contact.ordinary_weeks,
    ),
)
