"""Knowledge: the articles that help with what stands in an overview, for specific items only (BR-CO-25)."""

from collections.abc import Iterable

from resolvers.cards.activity import Activity
from resolvers.policy import KnowledgeLink, Policy


def knowledge_of(activities: Iterable[Activity], policy: Policy) -> tuple[KnowledgeLink, ...]:
    """Return the articles of a card's activities, in their order, then that of its kind; each once."""
    told, links = tuple(activities), policy.knowledge
    codes = [one.key for one in told] + [one.kind.value for one in told]
    return once([links[code] for code in codes if code in links])


def once(links: Iterable[KnowledgeLink]) -> tuple[KnowledgeLink, ...]:
    """Return links in their order, each once."""
    return tuple(dict.fromkeys(links))
