"""The schema: what a caller can say. Types that show records; no logic."""

from schema.build import build, sdl
from schema.problems import PROBLEMS, Problem

__all__ = ["PROBLEMS", "Problem", "build", "sdl"]
