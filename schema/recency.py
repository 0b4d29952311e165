"""How long ago something was."""

from resolvers import recency
from resolvers.recency import Emphasis
from schema.shown import shows, told, words

words(Emphasis)


@shows(recency.Recency)
class Recency:
    """The age of something of the last seven days. Older things, and things to come, have none."""

    label: str = told("The age in words, such as `Just now` or `3 days ago`.")
    days: int = told("How many local days ago, 0 to 7.")
    is_recent: bool = told("Always true: what is not recent has no recency.")
    emphasis: Emphasis = told("How strongly to show it; the words always stand beside the colour.")
