"""Callers who try one number after the other, however they dress it up. Four customers an hour are an officer's."""

from tests.attacks.attack import Attack, Who
from tests.attacks.callers import key as with_key
from tests.attacks.callers import officer, partner
from tests.attacks.scene import Scene
from tests.attacks.ways import asks, customers
from tests.sources.specimens import crn

ONE = "query($crn: CRN!) { customer(crn: $crn) { id } }"
CODE, FOUND, DENIED = "STEP_UP_REQUIRED", "search:unknown", "deny:browsing"
MANY, LIMITED = "TOO_MANY_CUSTOMERS", "RATE_LIMITED"
FIFTH = " ".join([*[FOUND] * 4, DENIED])


def strangers(line: int, count: int) -> list[str]:
    """Numbers that nobody has and no other line asks for."""
    return [crn(5_000_000 + 100 * line + number) for number in range(count)]


def other(number: int) -> Who:
    """An officer who did nothing else within the hour."""
    return officer(sub=f"officer-b{number}")


def aliases(line: int, count: int) -> str:
    fields = [f'a{at}: customer(crn: "{owner}") {{ id }}' for at, owner in enumerate(strangers(line, count))]
    return f"{{ {' '.join(fields)} }}"


async def one_by_one(scene: Scene) -> None:
    *most, last = strangers(1, 5)
    for number in most:
        await scene.ask(ONE, crn=number)
    await scene.mark()
    await scene.ask(ONE, crn=last)


async def until_nothing_is_left(scene: Scene) -> None:
    """Each number that nobody has costs two of twenty units."""
    *most, last = strangers(2, 11)
    for number in most:
        await scene.ask(ONE, crn=number)
    await scene.mark()
    await scene.ask(ONE, crn=last)


async def with_made_up_interactions(scene: Scene) -> None:
    """Two interactions an hour excuse one customer each; the numbers of others are made up."""
    for place, number in enumerate(strangers(3, 7)):
        await scene.mark()
        linked = ("x-interaction-id", f"call-{place}")
        await scene.post({"query": ONE, "variables": {"crn": number}}, None, linked)


async def by_another_token(scene: Scene) -> None:
    """Get a new token in the same log-in: it is the same officer, who did not log in anew."""
    for number in strangers(4, 5):
        await scene.mark()
        await scene.ask(ONE, officer(sub="officer-b4", sid=f"session-{number[-4:]}"), crn=number)


ATTACKS = [
    Attack("a fifth customer within an hour", other(1), one_by_one, 403, CODE, 2, DENIED),
    Attack("more customers by aliases", other(2), asks(aliases(5, 5)), 403, CODE, 2, FIFTH),
    Attack("more customers in a list", other(3), customers(*strangers(6, 5)), 403, CODE, 2, FIFTH),
    Attack("another token of the same log-in", other(4), by_another_token, 403, CODE, 2, DENIED),
    Attack("made-up interactions", other(5), with_made_up_interactions, 403, CODE, 2, DENIED),
    Attack("26 customers at once", other(6), customers(*strangers(7, 26)), 400, MANY, 0, ""),
    Attack("two customers of a partner", partner(), customers(*strangers(8, 2)), 400, MANY, 0, ""),
    Attack("two customers of a partner, by aliases", partner(), asks(aliases(9, 2)), 400, MANY, 4, FOUND),
    Attack("a partner who tries numbers", with_key("thrifty"), until_nothing_is_left, 429, LIMITED, 0, ""),
]
