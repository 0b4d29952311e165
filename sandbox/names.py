"""What the people are called, and which language they speak at home."""

from typing import Final, NamedTuple


class Background(NamedTuple):
    """Names that go together. `language` is None where English is spoken."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    language: str | None = None
    language_name: str | None = None


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH: Final = Background(
    _names(
        "Abigail Alice Amelia Beth Bronwyn Charlotte Chloe Claire Deborah Elizabeth Ella Emily Erin Eva "
        "Fiona Georgia Grace Hannah Heather Holly Imogen Isla Jacinta Jane Jessica Joan Julie Karen Kate "
        "Kylie Lauren Leanne Lily Lucy Mary Matilda Megan Mia Michelle Molly Naomi Nicole Olivia Pamela "
        "Rachel Rebecca Rosemary Ruby Samantha Sarah Sharon Shirley Sophie Stephanie Tahlia Tracey Zoe"
    ),
    _names(
        "Adam Aaron Alan Andrew Angus Anthony Archie Barry Ben Blake Brendan Callum Cameron Craig Darren "
        "David Dennis Dylan Ethan Finn Gary Geoffrey George Graham Harry Henry Hugh Isaac Jack Jacob James "
        "Jarrod Jason Joshua Keith Kevin Lachlan Leo Liam Lucas Mark Matthew Mitchell Nathan Nicholas Noah "
        "Oliver Patrick Peter Rhys Robert Ronald Ryan Scott Shane Simon Stuart Thomas Trevor Wayne William "
        "Zachary"
    ),
    _names(
        "Adams Allen Anderson Bailey Baker Barnes Bennett Black Brown Burke Butler Campbell Carter Chapman "
        "Clarke Collins Cook Cooper Cox Davies Dawson Dunn Edwards Ellis Evans Fisher Fletcher Foster "
        "Fraser Gibson Graham Gray Green Hall Hamilton Harris Harrison Henderson Hill Holmes Howard Hughes "
        "Hunter Jackson James Johnston Jones Kelly Kennedy King Lawson Lee Lewis Lloyd Macdonald Marsh "
        "Martin Mason McCarthy McGrath McKenzie Miller Mitchell Moore Morgan Morris Murphy Murray Nelson "
        "O'Brien O'Connor Owen Palmer Parker Pearce Perry Phillips Porter Price Reid Reynolds Richards "
        "Roberts Robinson Rogers Ross Ryan Saunders Scott Shaw Simpson Smith Stevens Stewart Stone Sullivan "
        "Taylor Thompson Turner Walker Walsh Ward Watson Webb Wells West White Williams Wilson Wood Wright "
        "Young"
    ),
)

OTHERS: Final = (
    Background(
        _names("Linh Mai Thi Ngoc Hoa"),
        _names("Minh Tuan Duc Long Huy"),
        _names("Nguyen Tran Pham Le Vo"),
        "vi",
        "Vietnamese",
    ),
    Background(
        _names("Fatima Layla Noor Rania"),
        _names("Ahmed Hassan Omar Yousef"),
        _names("Haddad Khoury Saleh Nasser"),
        "ar",
        "Arabic",
    ),
    Background(
        _names("Li Mei Xiu Yan"),
        _names("Wei Jun Hao Ming"),
        _names("Chen Wang Zhang Liu Huang"),
        "zh",
        "Mandarin",
    ),
    Background(
        _names("Eleni Sofia Despina"),
        _names("Nikos Kostas Dimitri"),
        _names("Papadopoulos Georgiou Pappas"),
        "el",
        "Greek",
    ),
    Background(
        _names("Rosa Lucia Carmela"),
        _names("Giuseppe Antonio Salvatore"),
        _names("Russo Romano Conti Greco"),
        "it",
        "Italian",
    ),
    Background(
        _names("Priya Anjali Meera"),
        _names("Arjun Rahul Vikram"),
        _names("Sharma Patel Singh Kaur"),
        "hi",
        "Hindi",
    ),
    Background(
        _names("Zahra Parisa Shirin"), _names("Reza Farid Ali"), _names("Ahmadi Karimi Rahimi"), "fa", "Dari"
    ),
    Background(
        _names("Ana Marisol Elena"),
        _names("Carlos Diego Luis"),
        _names("Garcia Rojas Morales"),
        "es",
        "Spanish",
    ),
    Background(
        _names("Kirra Jedda Marlee Allira"),
        _names("Jarrah Koa Marlon"),
        _names("Roberts Simpson Williams Cooper"),
    ),
)

REPRESENTATIVES: Final = (
    "Riverbend Financial Counselling",
    "Wattle Community Legal Centre",
    "Public Trustee",
    "Harbour Care Services",
    "Sunrise Aged Care",
)

MOBILES: Final = tuple(
    "0491 57" + rest
    for rest in (
        "0 006",
        "0 156",
        "0 157",
        "0 158",
        "0 159",
        "0 110",
        "0 313",
        "0 737",
        "1 266",
        "1 491",
        "1 804",
        "2 549",
        "2 665",
        "2 983",
        "3 770",
        "3 087",
        "4 118",
        "4 632",
        "5 254",
        "5 789",
        "6 398",
        "6 801",
        "7 426",
        "7 644",
        "8 957",
        "8 148",
        "8 888",
        "9 212",
        "9 760",
        "9 455",
    )
)
"""Numbers that the regulator keeps free for invented people: they ring nowhere."""
