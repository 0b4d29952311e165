"""A story that is told once more to the caller who was told it before: in one pass, and without loaders.

Going through a story at the loader entry (`story.py`) comes to the same decisions where everything is the same that
they are made by: who asks, why and under which rules; who is close to the caller; what the systems said, the
restriction among it; and the local day. Only that is looked at here. What a decision leaves behind is left behind:
whoever opens many customers is counted. Where it has to be asked each time, as for broken glass, nothing is retold.
"""

from datetime import UTC, datetime

from msgspec import Struct

from cache import Known
from resolvers.asking import Asking
from resolvers.grants import may_hold
from resolvers.kinship import Kin
from resolvers.neighbours import Neighbours
from resolvers.scope import Scope
from resolvers.story import Story


class Retold(Struct, frozen=True):
    """A story, who was told it, who was close to them, and where its values are kept.

    It can be told again from `since` on, before `until`, in UTC: what is compared all day is compared fastest there.
    """

    story: Story
    asking: Asking
    kin: Kin
    known: Known
    since: datetime
    until: datetime


def retold_of(story: Story, scope: Scope, neighbours: Neighbours) -> Retold | None:
    """Return a story that held for a request just now, as its caller may be told it again; None where that is to be
    asked each time, or where the request did more than to look at what is kept."""
    asking, had = scope.loaders.asking, scope.loaders.loading.had
    neighbours = neighbours.of(asking.asker)
    kin = neighbours.kinship.known(asking.caller.own_crns, asking.now)
    found = [had[part][crn] for part, values in story.values.items() for crn in values]
    straight = scope.loaders.seen.keys() == story.decisions.keys()  # no number led on to another
    if kin is None or may_hold(neighbours.grants, asking.caller) or not straight:
        return None
    if not found or any(one.fetched for one in found):
        return None
    known = neighbours.cache.known(
        (part, neighbours.sources[part].system, neighbours.group(part), values)
        for part, values in story.values.items()
    )
    if known is None:
        return None
    since = max(
        story.since, *(one.value.read_at for one in found)
    )  # what is read after now would be told otherwise
    return Retold(story, asking, kin, known, since.astimezone(UTC), story.until.astimezone(UTC))


def tells(retold: Retold, neighbours: Neighbours, now: datetime) -> bool:
    """Tell whether the same caller, who asks in the same way under the same rules, is told the same now.

    If so, every customer of the story counts as opened.
    """
    asking = retold.asking
    caller, interaction, rules = asking.caller, asking.interaction, asking.rules
    if not retold.since <= now < retold.until:
        return False
    if neighbours.kinship.known(caller.own_crns, now) is not retold.kin:
        return False
    if not neighbours.cache.gives(retold.known):
        return False
    browsing = neighbours.browsing
    return all(browsing.admits(caller, crn, interaction, now, rules) for crn in retold.story.decisions)
