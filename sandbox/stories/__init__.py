"""The named people of the town, at its lowest numbers: one line each, and what happens to them."""

from typing import Final

from sandbox.cast import Story
from sandbox.stories.dealings import CALLERS, DEALINGS
from sandbox.stories.examples import EXAMPLES
from sandbox.stories.identities import IDENTITIES, NAMESAKES

__all__ = ["HEADLINES", "STORIES"]

STORIES: Final[tuple[Story, ...]] = (*EXAMPLES, *IDENTITIES, *DEALINGS, *NAMESAKES, *CALLERS)
HEADLINES: Final = tuple(story for story in STORIES if story.headline)
