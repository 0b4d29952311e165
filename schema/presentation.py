"""Where an overview is looked at."""

from typing import Annotated

from resolvers.caller import Presentation
from schema.shown import argument, words

words(Presentation)

PresentationArgument = Annotated[
    Presentation | None,
    argument(
        "Where the overview is looked at: the same data, some of it shown in one place only. Without it, the "
        "viewer's own."
    ),
]
