"""A foreign country: invented people and their histories, to run and try the gateway with."""

from sandbox.cast import Story
from sandbox.crn import crn
from sandbox.stories import STORIES
from sandbox.town import Town

__all__ = ["STORIES", "Story", "Town", "crn"]
