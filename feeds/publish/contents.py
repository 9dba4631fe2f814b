"""What there is to publish, and what of it stands otherwise since it was published last.

Not what there is no end of: searches, several sections together, `limit` and `content`.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import unquote

from feeds.addresses import FILES, NEWS_PARTS, PageAddress, partner_file, path_of
from feeds.model import Selection, Topic, TopicKind
from feeds.render.pages import STATIC_FILES
from feeds.render.profiles import profiles
from feeds.settings import Settings
from feeds.store.contract import Store
from feeds.store.inventory import Standing

INDEX = "index.html"
_LISTED = (INDEX, *FILES.values())
# What may stand at the top; what the service does not answer is left out.
_TOPMOST = (*_LISTED, "robots.txt", "opml.xml", "news-sitemap.xml")
_PARTS = tuple(f"news-sitemap-{number}.xml" for number in range(1, NEWS_PARTS + 1))
# Rows that are read at a time.
_PAGE = 500
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)

_KINDS: Mapping[str, TopicKind] = {"tags": "tag", "authors": "author"}

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A folder of addresses that change together: its path, percent-encoded, with a slash at either end, and what may
    stand in it; of a `series` each name only behind the one before. Where it is one of a `chain`, others name it:
    whether it is there at all changes them. What is not `expected` may only have been there until now. What there may
    be any number of `may_wait` for what changes meanwhile, but for what is withdrawn."""

    path: str
    names: tuple[str, ...] = _LISTED
    series: tuple[str, ...] = ()
    expected: bool = True
    chain: tuple[str, date] | None = None
    may_wait: bool = False

    @property
    def folder(self) -> str:
        """What the folder is called (Outlet)."""
        return unquote(self.path).strip("/")

    def address(self, name: str) -> str:
        """The path of what stands in it."""
        return self.path + ("" if name == INDEX else name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far everything is published: the version of the whole desk, the second (`State.changed`) in which or after
    which whatever is newer changes, up to when embargoes had ended, and by what configuration and software."""

    version: int
    second: int
    at: datetime
    software: str


class Contents:
    """Reads from the store what there is, a page at a time."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._zone = settings.site.zone
        self._store = store
        self._inventory = store.inventory

    async def everything(self, now: datetime) -> AsyncIterator[Unit]:
        """All that there is, what is polled most first."""
        for unit in self.always():
            yield unit
        sections = [slug for slug in await self._store.states() if slug]
        for slug in sections:
            yield section_unit(slug)
        for unit in static_units():
            yield unit
        async for unit in self._topics(0, now):
            yield unit
        async for unit in self._articles([(_FIRST, _LAST)], now):
            yield unit
        for slug in ("", *sections):
            async for unit in self._days(slug, now):
                yield unit

    async def since(self, mark: Mark, now: datetime) -> AsyncIterator[Unit]:
        """What stands otherwise. Not for where everything changed at once (`is_all_new`)."""
        quarters = await self._inventory.quarters("", mark.second) or []
        spans = [*_joined(quarters), (mark.at, now)]
        async for unit in self._articles(spans, now, only_withdrawn=True):
            yield unit
        arrived = await self._inventory.arrived(mark.at, now)
        changed = await self._inventory.sections(mark.version)
        sections = list(dict.fromkeys([*changed, *(slug for kind, slug in arrived if kind == "section")]))
        for slug in sections:
            yield section_unit(slug)
        # Sitemaps of two busy days take as long as all the rest.
        for unit in self.always():
            yield unit
        async for topic in self._changed_topics(mark.version, now):
            yield topic_unit(topic)
        for kind, slug in arrived:
            if kind == "tag" or kind == "author":
                yield topic_unit(Topic(kind, slug))
        async for unit in self._articles(spans, now):
            yield unit
        for slug in ("", *(await self._sections_with_days(sections, mark, now))):
            for day in sorted(await self._changed_days(slug, mark, now), reverse=True):
                yield day_unit(slug, day)

    async def is_all_new(self, mark: Mark) -> bool:
        """Whether something changed that everything depends on."""
        return await self._inventory.quarters("", mark.second) is None

    async def neighbours(self, chain: tuple[str, date], now: datetime) -> Collection[Unit]:
        """The days on either side of one that has come to be there, or is there no more."""
        slug, day = chain
        begin, end = self._span(day)
        shelf = await self._store.day(slug, begin, end, now)
        beside = [moment.astimezone(self._zone).date() for moment in (shelf.older, shelf.newer) if moment]
        return [day_unit(slug, each) for each in beside]

    async def next_change(self, now: datetime) -> datetime:
        """When something changes without a write: an embargo ends, or a day does."""
        midnight = self._span(now.astimezone(self._zone).date())[1]
        end = await self._inventory.next_end(now)
        return min(end, midnight) if end else midnight

    async def groups(self) -> Sequence[str]:
        """The folders that folders of one kind lie in, of which there may be any number."""
        sections = [slug for slug in await self._store.states() if slug]
        return ["articles", "tags", "authors", "archive", *(f"{slug}/archive" for slug in sections)]

    async def is_there(self, group: str, name: str, now: datetime) -> bool:
        """Whether what a folder of a group was published of is still there."""
        if group == "articles":
            return await self._store.find(name) is not None
        if group in _KINDS:
            topic = Topic(_KINDS[group], name)
            return topic in await self._store.topic_states([topic])
        try:
            begin, end = self._span(date.fromisoformat(name))
        except ValueError:
            return False
        stands = await self._inventory.next_stand(group.rpartition("/")[0], begin, now)
        return stands is not None and stands < end

    def always(self) -> Iterable[Unit]:
        """What shows the whole desk, or time itself."""
        return (Unit(path="/", names=_TOPMOST, series=_PARTS), Unit(path="/about/", names=(INDEX,)))

    async def _topics(self, version: int, now: datetime) -> AsyncIterator[Unit]:
        async for topic in self._changed_topics(version, now):
            yield topic_unit(topic)

    async def _changed_topics(self, version: int, now: datetime) -> AsyncIterator[Topic]:
        last: Topic | None = None
        while found := await self._inventory.topics(after=last, limit=_PAGE, version=version, now=now):
            for last in found:
                yield last

    async def _articles(
        self, spans: Iterable[Span], now: datetime, *, only_withdrawn: bool = False
    ) -> AsyncIterator[Unit]:
        """The pages that articles of some stretches of history have here, or had."""
        for begin, end in spans:
            for withdrawn in (True, False)[: 1 if only_withdrawn else 2]:
                last: Standing | None = None
                until = min(end, now + timedelta(microseconds=1))
                while found := await self._inventory.standings(
                    begin, until, withdrawn=withdrawn, after=last, limit=_PAGE
                ):
                    for last in found:
                        yield article_unit(last.key, expected=not last.addressed, may_wait=not only_withdrawn)

    async def _days(self, slug: str, now: datetime) -> AsyncIterator[Unit]:
        moment: datetime | None = _FIRST
        while moment and (moment := await self._inventory.next_stand(slug, moment, now)):
            day = moment.astimezone(self._zone).date()
            yield day_unit(slug, day)
            moment = self._span(day)[1] if day < date.max else None

    async def _sections_with_days(self, changed: Iterable[str], mark: Mark, now: datetime) -> Collection[str]:
        """Where a day has ended, every section's; otherwise those that have changed."""
        if self._day(mark.at) == self._day(now):
            return list(changed)
        return [slug for slug in await self._store.states() if slug]

    async def _changed_days(self, slug: str, mark: Mark, now: datetime) -> Collection[date]:
        quarters = await self._inventory.quarters(slug, mark.second) or []
        days = {self._day(quarter) for quarter in quarters}
        moment: datetime | None = mark.at
        # What has come to stand there since, without a write; and where a day was not over and is now.
        while moment and (moment := await self._inventory.next_stand(slug, moment, now)):
            days.add(self._day(moment))
            moment = self._span(self._day(moment))[1]
        if self._day(mark.at) != self._day(now):
            days.add(self._day(mark.at))
        return days

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _span(self, day: date) -> Span:
        following = day + timedelta(days=1) if day < date.max else day
        begin, end = (datetime(each.year, each.month, each.day, tzinfo=self._zone) for each in (day, following))
        return begin, end


def section_unit(slug: str) -> Unit:
    partners = (partner_file(name) for name in profiles())
    return Unit(path=path_of(PageAddress(selection=Selection(sections=(slug,)))), names=(*_LISTED, *partners))


def topic_unit(topic: Topic) -> Unit:
    return Unit(path=path_of(PageAddress(selection=Selection(topic=topic))), may_wait=True)


def article_unit(key: str, *, expected: bool, may_wait: bool) -> Unit:
    return Unit(path=path_of(PageAddress(article=key)), names=(INDEX,), expected=expected, may_wait=may_wait)


def day_unit(slug: str, day: date) -> Unit:
    selection = Selection(sections=(slug,), day=day) if slug else Selection(day=day)
    return Unit(path=path_of(PageAddress(selection=selection)), chain=(slug, day), may_wait=True)


def static_units() -> Iterable[Unit]:
    """The files that pages and feeds are shown with."""
    paths = [PurePosixPath("/static", name) for name in sorted(STATIC_FILES)]
    for folder in sorted({path.parent for path in paths}):
        yield Unit(path=f"{folder}/", names=tuple(path.name for path in paths if path.parent == folder))


def _joined(quarters: Iterable[datetime]) -> Iterable[Span]:
    """Quarters of an hour as stretches without a gap."""
    spans: list[Span] = []
    for quarter in sorted(quarters):
        if spans and spans[-1][1] == quarter:
            spans[-1] = (spans[-1][0], quarter + _QUARTER)
        else:
            spans.append((quarter, quarter + _QUARTER))
    return spans
