"""Officers who hold too few scopes: what they may not see is null, and what stands beside it is there."""

from tests.attacks.attack import Attack
from tests.attacks.callers import bearer, officer, token
from tests.attacks.town import (
    ANNE,
    BORIS,
    CAN,
    DOUBLE,
    EARLIER,
    NAME,
    OWED,
    PHONE,
    POST,
    STREET,
    TALK,
    WARNING,
)
from tests.attacks.ways import by, customer, customers, node, quick

NO, NO_FIELD, VIEW = "FORBIDDEN", "FORBIDDEN_FIELD", "view:free"
PERSON = (
    "profile { names { family } contactPoints { value } addresses { lines } sensitiveIndicators { kind } }"
)
WHOLE = f"""crn {PERSON} identifiers {{ kind value }} relationships {{ crn }}
    interactions {{ edges {{ node {{ title }} }} }} correspondence {{ edges {{ node {{ title }} }} }}
    debts {{ outstanding {{ amount }} }} entitlements {{ issuesOnFile }} ownership {{ cases {{ number }} }}"""
CARDS = "profile { names { family } } overview { cards { edges { node { title } } } }"
ALL = customer(ANNE, WHOLE)
IN_CARDS, ITEM, FOUND = customer(ANNE, CARDS), node("Interaction", ANNE, "talk"), f"{VIEW} search:search"
PHONES = customers(ANNE, fields="profile { contactPoints { value } }")


def less(*words: str) -> tuple[str, ...]:
    """All that an officer with every scope sees of the customer, less some words."""
    every = (ANNE, DOUBLE, BORIS, CAN, NAME, PHONE, STREET, WARNING, TALK, EARLIER, POST, OWED)
    return tuple(word for word in every if word not in words)


NONE, FEW = officer("customer:read"), officer("timeline:read debts:read ownership:read")
ATTACKS = [
    Attack("no customer:read", NONE, ALL, 403, NO, 0, "deny:scope"),
    Attack("no customer:read, by CAN", NONE, by(can=CAN), 403, NO, 0, "deny:scope"),
    Attack("no customer:read, by node", NONE, node("Customer", ANNE), 403, NO, 0, "deny:scope"),
    Attack("no customer:search", officer("customer:search"), quick(NAME), 403, NO, 0, "deny:scope"),
    Attack("no scope at all", officer(scope=""), ALL, 403, NO, 0, "deny:scope"),
    Attack("no overview:read", officer("overview:read"), IN_CARDS, 200, NO_FIELD, 7, VIEW, (NAME,)),
    Attack("no timeline:read", officer("timeline:read"), ALL, 200, NO_FIELD, 6, VIEW, less(TALK, EARLIER)),
    Attack("no correspondence:read", officer("correspondence:read"), ALL, 200, NO_FIELD, 6, VIEW, less(POST)),
    Attack("no debts:read", officer("debts:read"), ALL, 200, NO_FIELD, 6, VIEW, less(OWED)),
    Attack("three sections too many", FEW, ALL, 200, NO_FIELD, 4, VIEW, less(TALK, EARLIER, OWED)),
    Attack("cards of a section without scope", FEW, IN_CARDS, 200, None, 4, VIEW, (NAME, POST)),
    Attack("an item of a section without scope", FEW, ITEM, 403, NO_FIELD, 2, VIEW),
    Attack("no crn:read", officer("crn:read"), ALL, 200, None, 7, VIEW, less(ANNE, DOUBLE, BORIS)),
    Attack("no contact:read", officer("contact:read"), ALL, 200, NO_FIELD, 7, VIEW, less(PHONE, STREET)),
    Attack("no contact:read, in a list", officer("contact:read"), PHONES, 200, NO_FIELD, 2, VIEW),
    Attack("no sensitive:read", officer("sensitive:read"), ALL, 200, NO_FIELD, 7, VIEW, less(WARNING)),
    Attack("a search without crn:read", officer("crn:read"), quick(ANNE), 200, None, 3, FOUND, (NAME,)),
    Attack("no reason", bearer(token(), None), ALL, 403, "REASON_REQUIRED", 0, "deny:purpose"),
]
