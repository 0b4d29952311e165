"""The timeline: everything that happened, on every channel and whoever told it, page by page."""

from resolvers.timeline.asked import Asked
from resolvers.timeline.entry import Entry, Person, TimelineKind
from resolvers.timeline.page import Timeline, TimelineDay
from resolvers.timeline.related import FEEDING
from resolvers.timeline.sections import TimelineSection
from resolvers.timeline.timeline import TIMELINE_PARTS, timeline

__all__ = [
    "FEEDING",
    "TIMELINE_PARTS",
    "Asked",
    "Entry",
    "Person",
    "Timeline",
    "TimelineDay",
    "TimelineKind",
    "TimelineSection",
    "timeline",
]
