"""The tags and authors that were asked for: their slugs by the names that they were asked for with."""

from collections.abc import Awaitable, Callable

from feeds.addresses import topic_named
from feeds.model import Topic, TopicKind
from feeds.store.turns import once_more

_MOST = 10_000
# Longer than any name; the store would have to fold it.
_LONGEST = 500


class TopicNames:
    """There may be more tags than memory should hold, so they are learned from the store when they are first named."""

    def __init__(self, find: Callable[[TopicKind, str], Awaitable[Topic | None]]) -> None:
        self._find = find
        self._slugs: dict[tuple[TopicKind, str], str] = {}

    async def learn(self, path: str) -> None:
        """Sees to it that `slug` knows the tag or the author that a path asks for. Raises StoreUnavailable."""
        named = topic_named(path)
        if named is None or named in self._slugs or len(named[1]) > _LONGEST:
            return
        topic = await once_more(lambda: self._find(*named))
        # What nobody ever had is not remembered: there is no end of it.
        if topic:
            if len(self._slugs) >= _MOST:
                self._slugs.clear()
            self._slugs[named] = topic.slug

    def slug(self, kind: TopicKind, name: str) -> str | None:
        """The slug of what is called so, if it was learned."""
        return self._slugs.get((kind, name))
