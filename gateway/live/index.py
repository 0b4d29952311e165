"""Which feeds a topic concerns, so that a change is no work for the others."""

from collections.abc import Collection
from typing import Generic, TypeVar

_Feed = TypeVar("_Feed")


class Index(Generic[_Feed]):
    """Feeds by topic. One of which nobody knows yet what it may change with is concerned by every topic."""

    def __init__(self) -> None:
        self._topics: dict[_Feed, frozenset[str] | None] = {}
        self._feeds: dict[str | None, set[_Feed]] = {}

    def __len__(self) -> int:
        """How many feeds there are."""
        return len(self._topics)

    def put(self, feed: _Feed, topics: frozenset[str] | None) -> None:
        """Have a feed concerned by these topics and no others, by all for None."""
        self.remove(feed)
        self._topics[feed] = topics
        for topic in _places(topics):
            self._feeds.setdefault(topic, set()).add(feed)

    def remove(self, feed: _Feed) -> None:
        """Forget a feed."""
        if feed not in self._topics:
            return
        for topic in _places(self._topics.pop(feed)):
            self._feeds[topic].discard(feed)
            if not self._feeds[topic]:
                del self._feeds[topic]

    def of(self, topic: str | None) -> Collection[_Feed]:
        """Return the feeds that a topic concerns, all of them for None."""
        if topic is None:
            return list(self._topics)
        return self._feeds.get(topic, set()) | self._feeds.get(None, set())


def _places(topics: frozenset[str] | None) -> Collection[str | None]:
    return (None,) if topics is None else topics
