"""Partners who ask for more than their agreement names, before it begins, after it ends, and by another name."""

from tests.attacks.attack import Attack
from tests.attacks.callers import HONEST, key, partner
from tests.attacks.scene import Scene
from tests.attacks.town import ANNE, BORIS, NAME, OTHER, PHONE, PROTECTED, TALK
from tests.attacks.ways import PAGE, customer, node, quick

NO, NO_FIELD, REASON = "FORBIDDEN", "FORBIDDEN_FIELD", "REASON_REQUIRED"
VIEW, NONE = "view:free", "deny:agreement"
NAMED = "profile { names { family } contactPoints { value } }"
WITHHELD = "profile { names { family } dateOfBirth addresses { lines } }"
OTHERS = f"{NAMED} debts {{ outstanding {{ amount }} }} correspondence {{ edges {{ node {{ title }} }} }}"
TALKS = "interactions(first: 9) { edges { node { title } } pageInfo { hasNextPage } }"
SINCE = (
    'overview(since: "2025-01-01") { cards { edges { node { activities { edges { node { title } } } } } } }'
)
SEEKER = partner(plus="customer:search")
PARTNER, OTHER_REASON = partner(), partner(reason="CASE_WORK")
EARLY, UNKNOWN = node("Interaction", ANNE, "earlier"), node("Interaction", ANNE, "none")


async def beyond_the_last_page(scene: Scene) -> None:
    """Go on from an officer's cursor, at the last item that the agreement lets the partner see."""
    after = None
    for _ in range(2):
        page = await scene.ask(PAGE, HONEST, crn=ANNE, after=after)
        after = page.data["customer"]["interactions"]["pageInfo"]["endCursor"]
    await scene.mark()
    await scene.ask(PAGE, crn=ANNE, after=after)


ATTACKS = [
    Attack("no agreement", partner("stranger"), customer(ANNE), 403, NO, 0, NONE),
    Attack("an agreement that has ended", partner("lapsed"), customer(ANNE), 403, NO, 0, NONE),
    Attack("an agreement that has not begun", partner("early"), customer(ANNE), 403, NO, 0, NONE),
    Attack("a reason of another agreement", OTHER_REASON, customer(ANNE), 403, REASON, 0, "deny:purpose"),
    Attack("an agreement's organisation in capitals", partner("PROVIDER"), customer(ANNE), 403, NO, 0, NONE),
    Attack("a protected name", PARTNER, customer(BORIS, NAMED), 200, None, 2, VIEW, (OTHER,)),
    Attack("somebody by a protected name", SEEKER, quick(PROTECTED), 200, None, 3, "search:search"),
    Attack("other parts", PARTNER, customer(ANNE, OTHERS), 200, NO_FIELD, 2, VIEW, (NAME, PHONE)),
    Attack("withheld fields", PARTNER, customer(ANNE, WITHHELD), 200, NO_FIELD, 2, VIEW, (NAME,)),
    Attack("a part without its scope", key("good"), customer(ANNE, NAMED), 200, NO_FIELD, 2, VIEW, (NAME,)),
    Attack("before the first day, in a list", PARTNER, customer(ANNE, TALKS), 200, None, 3, VIEW, (TALK,)),
    Attack("before the first day, by its node", PARTNER, EARLY, 200, None, 4, VIEW, like=UNKNOWN),
    Attack("an item of another part", PARTNER, node("Debt", ANNE, "debt"), 403, NO_FIELD, 2, VIEW),
    Attack("before the first day, by paging on", PARTNER, beyond_the_last_page, 200, None, 3, VIEW),
    Attack("before the first day, in cards", PARTNER, customer(ANNE, SINCE), 200, None, 4, VIEW, (TALK,)),
]
