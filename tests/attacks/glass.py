"""Glass that is broken by somebody who may not, for somebody who may not be opened, or for longer than is said."""

from typing import Any

from sources.parts import Restriction
from tests.attacks.attack import Attack
from tests.attacks.callers import key, officer, partner
from tests.attacks.scene import Scene
from tests.attacks.town import ANNE, BORIS, CHILD, FRIEND, GHOST, LATER, LOCKED, ME
from tests.attacks.ways import Sends, asks
from tests.sources.specimens import crn

BREAK = """mutation($input: BreakGlassInput!) { breakGlass(input: $input) {
    __typename ... on GlassBroken { grantId until replayed } ... on RuleViolation { code message } } }"""
OWED = "query($crn: CRN!) { customer(crn: $crn) { debts { outstanding { amount } } } }"
WHY = "The caller says that somebody is at her door."
NO, BAD, CLOSE = "FORBIDDEN", "BAD_USER_INPUT", "deny:conflict-of-interest"
CONFLICT, NO_FIELD, STEP_UP = "CONFLICT_OF_INTEREST", "FORBIDDEN_FIELD", "STEP_UP_REQUIRED"
SHUT, REUSED, VIEW = "RESTRICTED_RECORD", "IDEMPOTENCY_KEY_REUSED", "view:free"
BROKEN = "break_glass:glass-broken"


def breaking(**told: Any) -> Sends:
    usual = {"idempotencyKey": "k" * 16, "crn": ANNE, "reason": WHY, "interactionId": "I-1", "minutes": 30}

    async def send(scene: Scene) -> None:
        usual["idempotencyKey"] = f"the-one-of-{scene.now.timestamp():.0f}"
        await scene.ask(BREAK, input=usual | told)

    return send


def someone(number: int, **claims: Any) -> Any:
    """An officer who may break the glass and may see no debts without."""
    return officer(
        "debts:read", "breakglass:use", sub=f"officer-g{number}", own=[ME], close=[FRIEND], **claims
    )


async def with_a_used_key(scene: Scene) -> None:
    used = {"idempotencyKey": "one-for-everything"}
    await breaking(**used)(scene)
    await scene.mark()
    await breaking(crn=BORIS, **used)(scene)


async def of_a_colleague(scene: Scene) -> None:
    who, scene.who = scene.who, someone(90)
    await breaking()(scene)
    scene.who = who
    await scene.mark()
    await scene.ask(OWED, crn=ANNE)


async def after_its_end(scene: Scene) -> None:
    await breaking()(scene)
    scene.wait(minutes=30)
    await scene.mark()
    await scene.ask(OWED, crn=ANNE)


async def of_somebody_else(scene: Scene) -> None:
    await breaking()(scene)
    await scene.mark()
    await scene.ask(OWED, crn=BORIS)


async def restricted_since(scene: Scene) -> None:
    await scene.gate.tell(Restriction(LATER, restricted=False))
    await scene.mark()
    await breaking(crn=LATER)(scene)
    await scene.gate.tell(Restriction(LATER, restricted=True, manager="officer-9"))
    await scene.mark()
    await scene.ask(OWED, crn=LATER)


async def by_get(scene: Scene) -> None:
    document = f'mutation {{ breakGlass(input: {{crn: "{ANNE}"}}) {{ __typename }} }}'
    await scene.send("GET", f"/graphql?query={document}", b"", scene.headers())


LATE = someone(2, auth_time=-301)
ONE = 'a{0}: breakGlass(input: {{crn: "{1}", reason: "{2}", interactionId: "i", idempotencyKey: "{0:016}"}})'
MANY = [
    ONE.format(at, crn(6_000_000 + at), WHY) + "{ __typename ... on RuleViolation { code } }"
    for at in range(26)
]
EVERY = f"mutation {{ {' '.join(MANY)} }}"
MAY, PARTNER, SYSTEM = someone(1), partner(plus="breakglass:use"), key("system", "CASE_WORK")
ATTACKS = [
    Attack("glass without the scope", officer(), breaking(), 403, NO, 0, "deny:scope"),
    Attack("glass, as a partner", PARTNER, breaking(), 403, NO, 0, "deny:scope"),
    Attack("glass, as a system", SYSTEM, breaking(), 403, NO, 0, "deny:scope"),
    Attack("glass after an old log-in", LATE, breaking(), 403, STEP_UP, 0, "deny:log-in"),
    Attack("glass after no log-in", someone(3, auth_time=None), breaking(), 403, STEP_UP, 0, "deny:log-in"),
    Attack("glass for oneself", MAY, breaking(crn=ME), 403, CONFLICT, 0, CLOSE),
    Attack("glass for a relative", MAY, breaking(crn=CHILD), 403, CONFLICT, 2, CLOSE),
    Attack("glass for a restricted record", MAY, breaking(crn=LOCKED), 200, SHUT, 2, "deny:restricted"),
    Attack("glass for nobody", MAY, breaking(crn=GHOST), 200, "NOT_FOUND", 2, "search:unknown"),
    Attack("glass without much of a reason", MAY, breaking(reason="because I can"), 400, BAD, 0, ""),
    Attack("glass for 61 minutes", MAY, breaking(minutes=61), 400, BAD, 0, ""),
    Attack("a used key for another customer", someone(4), with_a_used_key, 200, REUSED, 2, BROKEN),
    Attack("a colleague's glass", someone(5), of_a_colleague, 200, NO_FIELD, 2, VIEW),
    Attack("glass after its end", someone(6), after_its_end, 200, NO_FIELD, 2, VIEW),
    Attack("glass of another customer", someone(7), of_somebody_else, 200, NO_FIELD, 2, VIEW),
    Attack("glass before a restriction", someone(8), restricted_since, 200, SHUT, 3, "deny:restricted"),
    Attack("26 glasses at once", someone(9), asks(EVERY), 400, "QUERY_TOO_COMPLEX", 0, ""),
    Attack("glass by GET", MAY, by_get, 405, "METHOD_NOT_ALLOWED", 0, ""),
]
