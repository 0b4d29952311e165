"""Documents and variables that are to cost much: deep, wide, circular, many times over, or long."""

from collections.abc import Iterable
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.bodies import told
from tests.attacks.callers import OFFICER, key, partner
from tests.attacks.town import ANNE, NAME
from tests.attacks.ways import Sends
from tests.sources.specimens import crn

LARGE, DEEP, MANY, COSTLY = "QUERY_TOO_LARGE", "QUERY_TOO_DEEP", "QUERY_TOO_COMPLEX", "QUERY_TOO_COSTLY"
MISFIT, BAD, CROWD, NOT = "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "TOO_MANY_CUSTOMERS", "BAD_REQUEST"
PARTNER, SYSTEM, VIEW = partner(), key("system", "CASE_WORK"), "view:free"
START = f'customer(crn: "{ANNE}")'
PEOPLE = [crn(6_000_000 + number) for number in range(1_000)]
LISTED = "query($crns: [CRN!]!) { customers(crns: $crns) { crn } }"
ROWS = "query($n: Int) { " + START + " { interactions(first: $n) { totalCount } } }"
CARDS = "overview { cards(first: %s) { edges { node { knowledge { title } source { nativeId } } } } }"
PAGE = "query($n: Int%s, $crns: [CRN!]!) { customers(crns: $crns) { " + CARDS % "$n" + " } }"
SEARCH = (
    "query($n: Int!, $name: String) { searchCustomers(quick: $name, first: $n) { pageInfo { endCursor } } }"
)
EVERY = "@include(if: true) @skip(if: false) "


def run(document: str, **variables: Any) -> Sends:
    return told(query=document, variables=variables)


def within(*words: str, start: str = START) -> Sends:
    """Ask for these of a customer."""
    return run(f"{{ {start} {{ {' '.join(words)} }} }}")


def times(count: int, text: str) -> Iterable[str]:
    return (text.format(number) for number in range(count))


def nested(levels: int, inner: str = "id", outer: str = "customer {") -> str:
    return outer * levels + inner + "}" * levels


def doubled(levels: int, spread: str = "...F{0} ...F{0}") -> str:
    """Fragments of which each spreads the next one twice."""
    told = (f"fragment F{at} on Customer {{ {spread.format(at + 1)} }}" for at in range(levels))
    return f"{{ {START} {{ ...F0 }} }} {' '.join(told)} fragment F{levels} on Customer {{ id }}"


def circular(size: int) -> str:
    """Fragments that lead from each to the next, and from the last to the first."""
    told = (f"fragment C{at} on Customer {{ id ...C{(at + 1) % size} }}" for at in range(size))
    return f"{{ {START} {{ ...C0 }} }} {' '.join(told)}"


TYPES = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
OF_TYPE = "{ __schema { types { " + nested(30, "name", "ofType {") + " } } }"
FRAMED = f"{{ {START} {{ {nested(40, 'id', '... on Customer {')} }} }}"
NAMELESS = f"{{ {START} {{ {nested(90, 'id', '... {')} }} }}"
FARTHEST = f"{{ {START} {{ {nested(101, 'id', '... {')} }} }}"
SPREADS = f"{{ {START} {{ {'...A ' * 600} }} }} fragment A on Customer {{ id }}"
CROSSED = f"{{ {START} {{ {' '.join(times(99, 'profile {{ title }}'))} }} }}"
MIXED = within(*times(14, "profile {{ a{0}: title }}"), *times(17, "b{0}: crn"))
CIRCLES = "fragment A on Customer { ...B ...B } fragment B on Customer { ...A ...A }"
UNUSED = "{ viewer { id } } " + " ".join(times(100, "fragment U{0} on Customer {{ id }}"))
LONG_LIST = "{ customers(crns: [" + ", ".join(f'"{one}"' for one in PEOPLE) + "]) { crn } }"
FLOOD = "query(" + " ".join(times(400, "$v{0}: Int = {0}")) + ") { viewer { id } }"
OBJECTS = "{ searchCustomers(advanced: {" + " ".join(times(600, "a{0}: 1")) + "}) { __typename } }"
SMALLER = "{ searchCustomers(advanced: {" + " ".join(times(50, "a{0}: 1")) + "}) { __typename } }"
LISTS = "{ customers(crns: " + "[" * 300 + f'"{ANNE}"' + "]" * 300 + ") { crn } }"
FAR = "{ searchCustomers(quick: " + "{a: " * 300 + "1" + "}" * 300 + ") { totalCount } }"
NAMES = "query " + "Q" * 20_000 + " { viewer { id } }"
SIX = " ".join(times(6, "query Q{0} {{ viewer {{ id }} }}"))
TWO = " ".join(times(2, "query Q{0} {{ viewer {{ id }} }}"))
CHANGES = "mutation { " + " ".join(times(11, "a{0}: breakGlass(input: {{}}) {{ __typename }}")) + " }"
FOLLOWS = "subscription { " + " ".join(times(11, "a{0}: sourceHealthChanged {{ id }}")) + " }"
DEPTHS = [
    Attack("600 levels", OFFICER, run("{ " + nested(600) + " }"), 400, DEEP, 0, ""),
    Attack("16 levels", OFFICER, run("{ " + nested(16) + " }"), 400, DEEP, 0, ""),
    Attack("13 levels, for a partner", PARTNER, run("{ " + nested(13) + " }"), 400, DEEP, 0, ""),
    Attack("levels of fragments in place", OFFICER, run(FRAMED), 200, None, 2, VIEW),
    Attack("levels of fragments without a type", OFFICER, run(NAMELESS), 200, None, 2, VIEW),
    Attack("a hundred levels of fragments", OFFICER, run(FARTHEST), 400, DEEP, 0, ""),
    Attack("a value of 300 lists", OFFICER, run(LISTS), 400, DEEP, 0, ""),
    Attack("a value of 300 objects", OFFICER, run(FAR), 400, DEEP, 0, ""),
    Attack("types of types", OFFICER, run(TYPES), 400, MISFIT, 0, ""),
    Attack("types within 30 types", OFFICER, run(OF_TYPE), 400, DEEP, 0, ""),
]
FRAGMENTS = [
    Attack("a fragment in itself", OFFICER, run(circular(1)), 400, MISFIT, 0, ""),
    Attack("a circle of 50 fragments", OFFICER, run(circular(50)), 400, MISFIT, 0, ""),
    Attack("two circles at once", OFFICER, run(f"{{ {START} {{ ...A }} }} {CIRCLES}"), 400, MISFIT, 0, ""),
    Attack("fragments that double 20 times", OFFICER, run(doubled(20)), 400, MANY, 0, ""),
    Attack("fragments that double 90 times", OFFICER, run(doubled(90)), 400, MANY, 0, ""),
    Attack(
        "fragments that double in others",
        OFFICER,
        run(doubled(20, "... {{ ...F{0} }} ...F{0}")),
        400,
        MANY,
        0,
        "",
    ),
    Attack("one fragment 600 times", OFFICER, run(SPREADS), 400, MANY, 0, ""),
    Attack("a hundred fragments for nothing", OFFICER, run(UNUSED), 400, MISFIT, 0, ""),
    Attack("a fragment of a fragment that is not", OFFICER, within("...Nowhere"), 400, MISFIT, 0, ""),
]
FLOODS = [
    Attack("31 aliases", OFFICER, within(*times(31, "a{0}: crn")), 400, MANY, 0, ""),
    Attack("aliases in many places", OFFICER, MIXED, 400, MANY, 0, ""),
    Attack("16 aliases, for a partner", PARTNER, within(*times(16, "a{0}: crn")), 400, MANY, 0, ""),
    Attack(
        "16 aliases, behind a fragment",
        PARTNER,
        within("... {", *times(16, "a{0}: crn"), "}"),
        400,
        MANY,
        0,
        "",
    ),
    Attack("one field 600 times", OFFICER, within("crn " * 600), 400, MANY, 0, ""),
    Attack("one field 301 times, for a partner", PARTNER, within("crn " * 301), 400, MANY, 0, ""),
    Attack("one object a hundred times", OFFICER, run(CROSSED), 400, MANY, 0, ""),
    Attack("its type 600 times", OFFICER, within("__typename " * 600), 400, MANY, 0, ""),
    Attack("the query's type 600 times", OFFICER, run("{ " + "__typename " * 600 + "}"), 400, MANY, 0, ""),
    Attack(
        "11 fields on top",
        OFFICER,
        run("{ " + " ".join(times(11, "a{0}: __typename")) + " }"),
        400,
        MANY,
        0,
        "",
    ),
    Attack(
        "six fields on top, for a partner", PARTNER, run("{ " + "viewer { id } " * 6 + "}"), 400, MANY, 0, ""
    ),
    Attack("60 directives", OFFICER, within("crn " + "@include(if: true) " * 60), 400, MANY, 0, ""),
    Attack("21 directives, for a partner", PARTNER, within("crn " + EVERY * 11), 400, MANY, 0, ""),
    Attack("directives that are not", OFFICER, within("crn " + "@nothing " * 60), 400, MANY, 0, ""),
    Attack(
        "one directive twice", OFFICER, within("crn @skip(if: false) @skip(if: false)"), 400, MISFIT, 0, ""
    ),
    Attack(
        "what is left out counts", OFFICER, within(*times(31, "a{0}: crn @skip(if: true)")), 400, MANY, 0, ""
    ),
    Attack("six operations", OFFICER, told(query=SIX, operationName="Q0"), 400, NOT, 0, ""),
    Attack("six operations, of which none", OFFICER, run(SIX), 400, NOT, 0, ""),
    Attack("two operations, for a partner", PARTNER, told(query=TWO, operationName="Q0"), 400, NOT, 0, ""),
    Attack("11 changes at once", OFFICER, run(CHANGES), 400, MANY, 0, ""),
    Attack("3,000 tokens", OFFICER, run("{ " + "a " * 3_000 + "}"), 400, LARGE, 0, ""),
    Attack(
        "1,001 tokens, for a partner", PARTNER, run(f"{{ {'# a ' * 9}\n{'a ' * 1_000} }}"), 400, LARGE, 0, ""
    ),
    Attack("a list of a thousand in the text", OFFICER, run(LONG_LIST), 400, CROWD, 0, ""),
    Attack("an object of 600 fields", OFFICER, run(OBJECTS), 400, MANY, 0, ""),
    Attack("an object of 50 fields", OFFICER, run(SMALLER), 400, MISFIT, 0, ""),
    Attack("400 variables", OFFICER, run(FLOOD), 400, LARGE, 0, ""),
    Attack(
        "a comment of 200,000 signs", OFFICER, run("{ viewer { id } } #" + "x" * 200_000), 200, None, 0, ""
    ),
    Attack("a name of 20,000 signs", OFFICER, run(NAMES), 200, None, 0, ""),
]
HALF = [*PEOPLE[:24], ANNE]
SAME, MORE = run(LISTED, crns=[ANNE] * 1_000), run(LISTED, crns=[ANNE] * 1_001)
VALUES = [
    Attack("a page of billions", OFFICER, run(ROWS, n=2**31 - 1), 200, BAD, 3, VIEW),
    Attack("a page beyond every number", OFFICER, run(ROWS, n=2**31), 400, BAD, 0, ""),
    Attack("a page below nothing", OFFICER, run(ROWS, n=-1), 200, BAD, 3, VIEW),
    Attack("a page of 101", OFFICER, run(ROWS, n=101), 200, BAD, 3, VIEW),
    Attack("a page of half a row", OFFICER, run(ROWS, n=0.5), 400, BAD, 0, ""),
    Attack("a page as a text", OFFICER, run(ROWS, n="5"), 400, BAD, 0, ""),
    Attack("a page as a list", OFFICER, run(ROWS, n=[5]), 400, BAD, 0, ""),
    Attack("large pages of many people", OFFICER, run(PAGE % "", n=100, crns=HALF), 400, COSTLY, 0, ""),
    Attack("pages of no number said", OFFICER, run(PAGE % " = 100", crns=HALF), 400, COSTLY, 0, ""),
    Attack("pages below nothing, of many", OFFICER, run(PAGE % "", n=-5, crns=HALF), 400, COSTLY, 0, ""),
    Attack("pages that are a text, of many", OFFICER, run(PAGE % "", n="1", crns=HALF), 400, COSTLY, 0, ""),
    Attack("a search of 26", OFFICER, run(SEARCH, n=26, name=NAME), 400, CROWD, 0, ""),
    Attack("a search of none", OFFICER, run(SEARCH, n=0, name=NAME), 400, BAD, 0, ""),
    Attack("a search of 9,000 letters", OFFICER, run(SEARCH, n=1, name="q" * 9_000), 400, BAD, 0, ""),
    Attack("a search of 9,000 words", OFFICER, run(SEARCH, n=1, name="q " * 9_000), 400, BAD, 0, ""),
    Attack("a list of a thousand", OFFICER, run(LISTED, crns=PEOPLE), 400, CROWD, 0, ""),
    Attack("a list of a thousand, for a partner", PARTNER, run(LISTED, crns=PEOPLE), 400, CROWD, 0, ""),
    Attack("a list of a thousand, for a system", SYSTEM, run(LISTED, crns=PEOPLE), 400, CROWD, 0, ""),
    Attack("a list of two, for a partner", PARTNER, run(LISTED, crns=PEOPLE[:2]), 400, CROWD, 0, ""),
    Attack("a thousand times the same", PARTNER, SAME, 200, None, 2, VIEW),
    Attack("more than a thousand times the same", PARTNER, MORE, 400, COSTLY, 0, ""),
    Attack("a list in a list", OFFICER, run(LISTED, crns=[PEOPLE]), 400, BAD, 0, ""),
    Attack(
        "a thousand numbers that are none", OFFICER, run(LISTED, crns=["x" * 200] * 1_000), 400, BAD, 0, ""
    ),
    Attack("a CRN of 200,000 signs", OFFICER, run(LISTED, crns=["2" * 200_000]), 400, BAD, 0, ""),
    Attack(
        "a thousand variables for nothing",
        OFFICER,
        run("{ viewer { id } }", **{f"v{at}": PEOPLE[at] for at in range(999)}),
        200,
        None,
        0,
        "",
    ),
]
ATTACKS = [*DEPTHS, *FRAGMENTS, *FLOODS, *VALUES]
