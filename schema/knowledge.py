"""Knowledge: where an officer reads more."""

from resolvers import policy
from schema.shown import shows, told


@shows(policy.KnowledgeLink)
class KnowledgeLink:
    """An article or a site, as the policy names it."""

    title: str = told("What it is called.")
    article_id: str | None = told("The number of the article; null for what is none.")
    url: str = told("Where it is: https, and a host that the policy names.")
