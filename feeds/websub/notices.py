"""Whom a change concerns: announcements -> the calls that are to be made, and when those that failed are made again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import unquote

from feeds.addresses import FeedAddress, path_of
from feeds.heads import WHOLE, tag_of
from feeds.model import EVERYTHING, FEED_FORMATS, Selection
from feeds.settings import Settings
from feeds.store.outbox import Announcement, Delivery, Scope

# What nobody took for so long is no news any more.
LONGEST = timedelta(days=1)
# After so many seconds the first time, twice as many each time after, and these at most.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0


def topics(scope: Scope, site_url: str) -> Iterator[str]:
    """The feeds whose hubs are told of a scope (WebSub §2: the topic is a feed's self address)."""
    if scope.kind in ("all", "section"):
        selection = Selection(sections=(scope.slug,)) if scope.slug else EVERYTHING
        for format in FEED_FORMATS:
            yield site_url + path_of(FeedAddress(selection=selection, format=format))


def deliveries(announcements: Iterable[Announcement], settings: Settings, now: datetime) -> list[Delivery]:
    """The calls for announcements, purges first."""
    found = []
    for each in announcements:
        if now - each.since >= LONGEST:
            continue
        subject = tag_of(each.scope.kind, each.scope.slug)
        if settings.cdn.purge_url:
            target = settings.cdn.purge_url
            found.append(
                Delivery(kind="purge", target=target, topic=subject, subject=subject, since=each.since, due=now)
            )
        found += pings(each.scope, settings, since=each.since, now=now)
    return found


def pings(scope: Scope, settings: Settings, *, since: datetime, now: datetime) -> list[Delivery]:
    """What every hub is told of a scope."""
    return [
        Delivery(kind="ping", target=hub, topic=topic, subject=tag_of(*scope), since=since, due=now)
        for topic in topics(scope, settings.site.url)
        for hub in settings.websub.hubs
    ]


def pings_of(purged: Delivery, settings: Settings, now: datetime) -> list[Delivery]:
    """What hubs are told once a purge was taken late: before it, whoever asked was given what the cache still had."""
    if purged.subject == WHOLE:
        return pings(Scope("all", ""), settings, since=now, now=now)
    if ":" in purged.subject:
        # A tag's or an author's.
        return []
    return pings(Scope("section", unquote(purged.subject)), settings, since=now, now=now)


def again(failed: Delivery, now: datetime, *, asked: float = 0.0) -> Delivery | None:
    """A call that failed, with the time of its next try, not before the `asked` seconds that the other side wants to
    wait; None where it was tried for long enough."""
    if now - failed.since >= LONGEST:
        return None
    backoff = _FIRST_PAUSE * 2.0 ** min(failed.tries, 20)
    pause = min(max(backoff, asked), _LONGEST_PAUSE)
    return replace(failed, tries=failed.tries + 1, due=now + timedelta(seconds=pause))
