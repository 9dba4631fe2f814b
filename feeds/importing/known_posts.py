"""What is known of a WordPress site's posts from one import to the next."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from feeds.store.contract import Store, Writing

# Posts whose numbers are kept in one piece.
PIECE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPost:
    """A post as it was met last: its guid (empty where it was left out), its time of modification in GMT, and whether
    it was withdrawn because it was gone."""

    guid: str
    modified: str
    gone: bool = False


@dataclass(slots=True, kw_only=True)
class KnownPosts:
    """What is known of a site's posts by number, in pieces, and how far the reading of changes has come."""

    source: str
    cursor: str | None = None
    pieces: dict[int, dict[int, KnownPost]] = field(default_factory=dict)

    @classmethod
    async def of(cls, store: Store, source: str) -> "KnownPosts":
        memory = cls(source=source)
        text = await store.recall(source)
        if text is not None:
            memory.cursor, numbers = json.loads(text)
            for number in numbers:
                piece = json.loads(await store.recall(f"{source} {number}") or "{}")
                memory.pieces[number] = {
                    int(post): KnownPost(guid=guid, modified=modified, gone=bool(gone))
                    for post, (guid, modified, gone) in piece.items()
                }
        return memory

    def __iter__(self) -> Iterator[tuple[int, KnownPost]]:
        for piece in self.pieces.values():
            yield from piece.items()

    def get(self, number: int) -> KnownPost | None:
        return self.pieces.get(number // PIECE, {}).get(number)

    async def note(self, writing: Writing, known: Mapping[int, KnownPost | None]) -> None:
        """Keeps what is known of some posts; None is forgotten."""
        touched = set()
        for number, each in known.items():
            if self.get(number) == each:
                continue
            piece = self.pieces.setdefault(number // PIECE, {})
            touched.add(number // PIECE)
            if each is None:
                piece.pop(number, None)
            else:
                piece[number] = each
        for number in touched:
            rows = {post: [each.guid, each.modified, int(each.gone)] for post, each in self.pieces[number].items()}
            await writing.remember(f"{self.source} {number}", json.dumps(rows, ensure_ascii=False))
        await writing.remember(self.source, json.dumps([self.cursor, sorted(self.pieces)]))
