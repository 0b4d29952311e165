"""Officers who look for themselves and for people close to them, by every number and every way."""

from tests.attacks.attack import Attack
from tests.attacks.callers import officer
from tests.attacks.town import ANNE, CHILD, FRIEND, LISTED, MATE, ME, ME_TOO, MINE, MY_CAN, NAME, PARENT
from tests.attacks.ways import advanced, by, customer, customers, node, quick

BAD = "BAD_USER_INPUT"
NO, DENIED = "CONFLICT_OF_INTEREST", "deny:conflict-of-interest"
AMONG = f"{DENIED} view:free {DENIED}"
FOUND = f"{DENIED} search:search"
CLOSE = officer(own=[ME], close=[FRIEND])
RESTRICTED = officer(sub="officer-ra", own=[ME], close=[LISTED])
SPACED = f"{ME[:3]} {ME[3:6]}-{ME[6:9]} {ME[9]}".lower()
WIDE = "".join(chr(ord(one) + 0xFEE0) for one in ME)
WRONG = ME[:9] + ("A" if ME[9] != "A" else "B")
LOOSE = officer(own=[SPACED])

ATTACKS = [
    Attack("one's own number", CLOSE, customer(ME), 403, NO, 0, DENIED),
    Attack("one's own number, written otherwise", CLOSE, customer(SPACED), 403, NO, 0, DENIED),
    Attack("one's own number, which the token writes otherwise", LOOSE, customer(ME), 403, NO, 0, DENIED),
    Attack("one's own number in wide digits", CLOSE, customer(WIDE), 400, BAD, 0, ""),
    Attack("one's own number with another letter", CLOSE, customer(WRONG), 200, None, 2, "search:unknown"),
    Attack("another number of one's own", CLOSE, customer(ME_TOO), 403, NO, 2, DENIED),
    Attack("one's own access number", CLOSE, by(can=MY_CAN), 403, NO, 1, DENIED),
    Attack("one's own name", CLOSE, quick(MINE), 200, None, 1, FOUND),
    Attack("one's own name, field by field", CLOSE, advanced(familyName=MINE), 200, None, 1, FOUND),
    Attack("one's own node id", CLOSE, node("Customer", ME), 403, NO, 0, DENIED),
    Attack("an item of one's own", CLOSE, node("Interaction", ME, "talk"), 403, NO, 0, DENIED),
    Attack("a declared friend", CLOSE, customer(FRIEND), 403, NO, 0, DENIED),
    Attack("a child of one's own record", CLOSE, customer(CHILD), 403, NO, 2, DENIED),
    Attack("a parent whose record names one", CLOSE, customer(PARENT), 403, NO, 2, DENIED),
    Attack("somebody of one's own home", CLOSE, customer(MATE), 403, NO, 2, DENIED),
    Attack("a friend among others", CLOSE, customers(FRIEND, ANNE, MATE), 200, NO, 2, AMONG, (ANNE, NAME)),
    Attack("a friend whom one is listed for", RESTRICTED, customer(LISTED), 403, NO, 0, DENIED),
]
