"""Whom a change concerns, and when a call that failed is made again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.settings import Settings
from feeds.store.outbox import Announcement, Delivery, Scope
from feeds.websub.notices import again, deliveries, pings_of, topics
from tests.newsroom import CULTURE, SITE, configure

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FILES = ("rss.xml", "atom.xml", "feed.json")
PING = Delivery(kind="ping", target="https://h.example/", topic="t", subject="world", since=NOW, due=NOW)


def settings(folder: Path, *hubs: str, purge: str = "") -> Settings:
    listed = ", ".join(f'"{hub}"' for hub in hubs)
    return configure(folder, WEBSUB__HUBS=f"[{listed}]", CDN__PURGE_URL=purge)


def said(kind: str, slug: str, *, since: datetime = NOW) -> Announcement:
    return Announcement(scope=Scope(kind, slug), version=1, since=since)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scope", "path"),
    [(Scope("all", ""), ""), (Scope("section", "world"), "/world"), (Scope("section", "ثقافة"), f"/{CULTURE}")],
)
def test_the_topics_are_the_self_addresses_in_three_formats(scope: Scope, path: str) -> None:
    """Exactly those feeds that announce hubs."""
    assert list(topics(scope, SITE)) == [f"{SITE}{path}/{file}" for file in FILES]
    assert list(topics(Scope("tag", "x"), SITE)) == list(topics(Scope("author", "x"), SITE)) == []


def test_each_hub_is_told_of_each_topic_and_the_cache_of_each_tag(tmp_path: Path) -> None:
    """Purges first; tags and authors are no topics, but they are purged."""
    known = settings(tmp_path, "https://a.example/", "https://b.example/", purge="http://c.example/{tag}")
    found = deliveries([said("section", "ثقافة"), said("tag", "a b"), said("all", "")], known, NOW)
    assert [each.topic for each in found if each.kind == "purge"] == [CULTURE, "tag:a%20b", "desk:all"]
    pings = [(each.target, each.topic) for each in found if each.kind == "ping"]
    assert len(pings) == len(set(pings)) == 12
    assert {each.subject for each in found if each.kind == "ping"} == {CULTURE, "desk:all"}
    assert {each.due for each in found} == {NOW}


def test_nobody_to_tell(tmp_path: Path) -> None:
    assert deliveries([said("all", "")], settings(tmp_path), NOW) == []


def test_what_nobody_was_told_for_a_day_is_no_news(tmp_path: Path) -> None:
    """A hub that is named only now is not told of last year."""
    known = settings(tmp_path, "https://a.example/")
    assert deliveries([said("all", "", since=NOW - timedelta(hours=24))], known, NOW) == []
    assert len(deliveries([said("all", "", since=NOW - timedelta(hours=23))], known, NOW)) == 3


def test_after_a_late_purge_hubs_are_told_again(tmp_path: Path) -> None:
    """Of what they may have been given out of the cache."""
    known = settings(tmp_path, "https://a.example/", purge="http://c.example/{tag}")
    for subject, first in ((CULTURE, f"{SITE}/{CULTURE}/rss.xml"), ("desk:all", f"{SITE}/rss.xml")):
        purged = Delivery(kind="purge", target="x", topic=subject, subject=subject, since=NOW, due=NOW, tries=2)
        found = pings_of(purged, known, NOW)
        assert found[0].topic == first
        assert len(found) == 3
    purged = Delivery(kind="purge", target="x", topic="tag:x", subject="tag:x", since=NOW, due=NOW, tries=2)
    assert pings_of(purged, known, NOW) == []


def test_calls_are_made_again_later_each_time_for_a_day() -> None:
    """After 1, 2, 4 seconds, and never after more than five minutes; an hour's silence is caught up within those."""
    now, pauses, last = NOW, [], PING
    while next_one := again(last, now):
        pauses.append((next_one.due - now).total_seconds())
        now, last = next_one.due, next_one
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses) == 300
    assert timedelta(hours=24) <= now - NOW < timedelta(hours=24, minutes=6)
    assert last.tries == len(pauses)


def test_who_asks_us_to_wait_is_waited_for() -> None:
    """But not for ever."""
    asked = again(PING, NOW, asked=60)
    assert asked and asked.due - NOW == timedelta(seconds=60)
    asked = again(PING, NOW, asked=86400)
    assert asked and asked.due - NOW == timedelta(seconds=300)
