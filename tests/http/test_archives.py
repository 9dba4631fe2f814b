"""Archives (RFC 5005 §4): every day of a section's and of the whole desk's history, in the three formats."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from feeds.check import check_feed
from feeds.model import FEED_FORMATS, Article
from tests.newsroom import SITE, Answer, Newsroom, WallClock, opened
from tests.render.test_valid import SCHEMA
from tests.store.articles import NOW, article, put, restore, withdraw

pytestmark = pytest.mark.anyio

FILES = ("rss.xml", "atom.xml", "feed.json")
DAY = timedelta(days=1)
# The newsroom's day begins two hours before UTC's.
MIDNIGHT = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """An article at noon of today and of each of some days before, the third of them without any; three entries."""
    async with opened(tmp_path, FEEDS__ENTRIES="3") as newsroom:
        days = (0, 1, 2, 4, 5)
        await newsroom.write(
            *(article(f"day-{n}", at=NOW - n * DAY, url=f"https://elsewhere.example/{n}") for n in days)
        )
        newsroom.clock.go(minutes=1)
        yield newsroom


def links(answer: Answer) -> dict[str, str]:
    """The links of a feed's head, by relation."""
    found = feedparser.parse(answer.body).feed.links
    return {link["rel"]: link["href"] for link in found}


def entries(answer: Answer) -> list[str]:
    """The guids of what it holds, in order."""
    if answer["content-type"].startswith("application/feed+json"):
        return [item["id"] for item in json.loads(answer.body)["items"]]
    return [entry.link.rpartition("/")[2] for entry in feedparser.parse(answer.body).entries]


async def test_the_current_feed_leads_to_the_newest_day_that_is_not_wholly_shown(history: Newsroom) -> None:
    """RFC 5005 §4: in Atom and RSS by `prev-archive`, in JSON Feed by `next_url`."""
    for prefix in ("", "/world"):
        for file in ("rss.xml", "atom.xml"):
            answer = await history.ask(f"{prefix}/{file}")
            assert links(answer)["prev-archive"] == f"{SITE}{prefix}/archive/2026-11-19/{file}"
            assert "current" not in links(answer)
        feed = json.loads((await history.ask(f"{prefix}/feed.json")).body)
        assert feed["next_url"] == f"{SITE}{prefix}/archive/2026-11-19/feed.json"


async def test_where_nothing_older_is_stored_nothing_is_named(history: Newsroom) -> None:
    """Nor with `limit`, and not in feeds that have no archives."""
    targets = ("/world/atom.xml?limit=2", "/sports/atom.xml", "/sports+world/atom.xml", "/search/atom.xml?q=x")
    for target in targets:
        assert "prev-archive" not in links(await history.ask(target))
    history.clock.go(minutes=1)
    await put(history.store, article("one", sections=("sports",)))
    await history.seen()
    assert "prev-archive" not in links(await history.ask("/sports/atom.xml"))


@pytest.mark.parametrize("file", ["rss.xml", "atom.xml"])
async def test_an_archive_names_its_neighbours_and_the_current_feed(history: Newsroom, file: str) -> None:
    """Days without articles are passed over; the first day has none before it, the last none behind it."""
    answer = await history.ask(f"/world/archive/2026-11-21/{file}")
    assert entries(answer) == ["2"]
    assert {rel: href for rel, href in links(answer).items() if rel != "alternate"} == {
        "self": f"{SITE}/world/archive/2026-11-21/{file}",
        "current": f"{SITE}/world/{file}",
        "prev-archive": f"{SITE}/world/archive/2026-11-19/{file}",
        "next-archive": f"{SITE}/world/archive/2026-11-22/{file}",
    }
    assert b'xmlns:fh="http://purl.org/syndication/history/1.0"' in answer.body
    assert answer.body.count(b"<fh:archive/>") == 1
    assert "prev-archive" not in links(await history.ask(f"/archive/2026-11-18/{file}"))
    assert "next-archive" not in links(await history.ask(f"/archive/2026-11-23/{file}"))


async def test_an_archive_has_the_id_of_its_feed(history: Newsroom) -> None:
    """In JSON Feed, whose pages are one feed, its address too."""
    current = feedparser.parse((await history.ask("/world/atom.xml")).body).feed.id
    archive = await history.ask("/world/archive/2026-11-21/atom.xml")
    assert feedparser.parse(archive.body).feed.id == current
    feed = json.loads((await history.ask("/world/archive/2026-11-21/feed.json")).body)
    assert feed["feed_url"] == f"{SITE}/world/feed.json"
    assert feed["next_url"] == f"{SITE}/world/archive/2026-11-19/feed.json"


async def test_days_that_are_over_live_an_hour_in_caches(history: Newsroom) -> None:
    """Today's lives as long as the feed; at midnight, in the site's time zone, that changes by itself."""
    past, today = "/archive/2026-11-22/rss.xml", "/archive/2026-11-23/rss.xml"
    answer = await history.ask(past)
    assert "max-age=3600" in answer["cache-control"]
    assert "immutable" not in answer["cache-control"]
    assert b"<ttl>60</ttl>" in answer.body
    before = await history.ask(today)
    assert "max-age=300" in before["cache-control"]
    assert b"<ttl>5</ttl>" in before.body
    history.clock.now = MIDNIGHT + DAY
    after = await history.ask(today)
    assert "max-age=3600" in after["cache-control"]
    history.clock.go(seconds=10)
    after = await history.ask(today)
    assert after["last-modified"] == "Mon, 23 Nov 2026 22:00:01 GMT"


async def test_a_day_begins_at_midnight_of_the_newsroom(history: Newsroom) -> None:
    await put(
        history.store, article("last", at=MIDNIGHT - timedelta(seconds=1)), article("first", at=MIDNIGHT + timedelta(0))
    )
    await history.seen()
    assert "last" in str((await history.ask("/archive/2026-11-22/feed.json")).body)
    assert "first" in str((await history.ask("/archive/2026-11-23/feed.json")).body)


async def test_a_change_in_an_old_article_changes_its_days_tag_alone(history: Newsroom) -> None:
    """Neither the other days', nor the current feed's; nor does a new article change a day that is over."""
    targets = [f"/world/archive/2026-11-{day}/atom.xml" for day in (18, 19, 21, 22)] + ["/world/atom.xml"]
    before = {target: (await history.ask(target)).head for target in targets}
    history.clock.go(minutes=5)
    await put(history.store, article("day-5", at=NOW - 5 * DAY, title="عنوان آخر"))
    await history.seen()
    history.clock.go(minutes=1)
    changed = {target for target in targets if (await history.ask(target))["etag"] != before[target]["etag"]}
    assert changed == {"/world/archive/2026-11-18/atom.xml"}
    head = (await history.ask("/world/archive/2026-11-22/atom.xml")).head
    assert head["last-modified"] == before["/world/archive/2026-11-22/atom.xml"]["last-modified"]


async def test_a_correction_shows_again(history: Newsroom) -> None:
    """In the current feed and in the archive of its day, with the guid that it had, and a later `updated`."""
    corrected = article("day-5", at=NOW - 5 * DAY, correction=True, url="https://elsewhere.example/5")
    await put(history.store, replace(corrected, modified=NOW + timedelta(minutes=1)))
    await history.seen()
    history.clock.go(minutes=2)
    feed = await history.ask("/world/atom.xml")
    assert entries(feed)[0] == "5"
    assert feedparser.parse(feed.body).entries[0].updated == "2026-11-23T12:01:00+00:00"


async def test_a_withdrawn_article_stays_as_a_tombstone_in_its_day(history: Newsroom) -> None:
    """For good, however many are withdrawn; the day stays even where nothing else stood in it. Restored, it is gone."""
    assert await withdraw(history.store, "day-5", NOW, "خطأ")
    await history.seen()
    day = await history.ask("/world/archive/2026-11-18/atom.xml")
    assert (day.status, entries(day)) == (200, [])
    assert b"deleted-entry" in day.body
    assert "خطأ".encode() in day.body
    assert links(await history.ask("/world/archive/2026-11-19/atom.xml"))["prev-archive"].endswith("18/atom.xml")
    assert entries(await history.ask("/world/archive/2026-11-18/rss.xml")) == []
    assert await restore(history.store, "day-5", NOW)
    await history.seen()
    day = await history.ask("/world/archive/2026-11-18/atom.xml")
    assert entries(day) == ["5"]
    assert b"deleted-entry" not in day.body


async def test_an_embargo_ends_in_the_archive_too(history: Newsroom) -> None:
    await put(history.store, article("later", at=NOW + timedelta(hours=1)))
    await history.seen()
    assert b"later" not in (await history.ask("/world/archive/2026-11-23/atom.xml")).body
    history.clock.go(hours=2)
    assert b"later" in (await history.ask("/world/archive/2026-11-23/atom.xml")).body


@pytest.mark.parametrize(
    "target",
    [
        "/archive/2026-11-20/rss.xml",
        "/archive/2026-12-01/rss.xml",
        "/sports/archive/2026-11-22/rss.xml",
        "/archive/2026-11-31/rss.xml",
        "/archive/2026-1-1/rss.xml",
        "/archive/today/rss.xml",
        "/world+sports/archive/2026-11-22/rss.xml",
        "/tags/x/archive/2026-11-22/rss.xml",
        "/nowhere/archive/2026-11-22/rss.xml",
        "/archive/9999-12-31/rss.xml",
        "/archive/0001-01-01/rss.xml",
    ],
)
async def test_where_nothing_stands_is_404(history: Newsroom, target: str) -> None:
    """A day without articles, one to come, what is no day, what has no archives."""
    assert (await history.ask(target)).status == 404


async def test_other_spellings_lead_to_the_right_address(history: Newsroom) -> None:
    for target in ("/World/Archive/2026-11-22/RSS.xml", "/international/archive/2026-11-22/rss.xml"):
        answer = await history.ask(target)
        assert (answer.status, answer["location"]) == (301, f"{SITE}/world/archive/2026-11-22/rss.xml")


async def test_content_and_limit_of_an_archive(history: Newsroom) -> None:
    """A day is whole: `limit` means nothing there."""
    plain = await history.ask("/archive/2026-11-22/atom.xml")
    assert (await history.ask("/archive/2026-11-22/atom.xml?limit=1"))["etag"] == plain["etag"]
    summary = await history.ask("/archive/2026-11-22/atom.xml?content=summary")
    assert links(summary)["self"].endswith("/archive/2026-11-22/atom.xml?content=summary")


async def test_no_hub_is_announced_in_an_archive(tmp_path: Path) -> None:
    """Nobody pings for them (DESIGN, what a feed holds)."""
    async with opened(tmp_path, WEBSUB__HUBS='["https://hub.example/"]') as newsroom:
        await newsroom.write(article("a"))
        for file in FILES:
            answer = await newsroom.ask(f"/archive/2026-11-23/{file}")
            assert answer.status == 200
            assert b"hub.example" not in answer.body
            assert 'rel="hub"' not in answer["link"]


@pytest.mark.parametrize("format", FEED_FORMATS)
async def test_who_walks_the_links_gets_every_article_once(tmp_path: Path, format: str) -> None:
    """Three years of them, some days with many, some with none; each document is valid, tombstones among them."""
    file = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}[format]
    clock = WallClock()
    wanted = [f"n-{day}-{number}" for day in range(0, 3 * 365, 9) for number in range(1 + day % 4)]
    gone = wanted[40::40]
    async with opened(tmp_path, clock=clock, FEEDS__ENTRIES="5") as newsroom:
        await newsroom.write(*(_dated(name) for name in wanted))
        for name in gone:
            assert await withdraw(newsroom.store, name, NOW, "خطأ")
        await newsroom.seen()
        answer = await newsroom.ask(f"/world/{file}")
        found, graves = set(entries(answer)), 0
        in_archives: list[str] = []
        while (following := _previous(answer)) is not None:
            answer = await newsroom.ask(following.removeprefix(SITE))
            assert answer.status == 200
            in_archives += entries(answer)
            graves += answer.body.count(b"<at:deleted-entry")
            # In JSON Feed, pages are of one feed.
            own = f"{SITE}/world/{file}" if format == "json" else following
            assert [each for each in check_feed(answer.body, self_url=own) if each.level == "error"] == []
            if format == "atom":
                SCHEMA.assertValid(etree.fromstring(answer.body))
    assert len(in_archives) == len(set(in_archives))
    assert found | set(in_archives) == set(wanted) - set(gone)
    assert graves == (len(gone) if format == "atom" else 0)


def _dated(name: str) -> Article:
    _, day, number = name.split("-")
    at = NOW - int(day) * DAY - int(number) * timedelta(minutes=7)
    return article(name, at=at, url=f"https://elsewhere.example/{name}")


def _previous(answer: Answer) -> str | None:
    if answer["content-type"].startswith("application/feed+json"):
        found = json.loads(answer.body).get("next_url")
        return None if found is None else str(found)
    return links(answer).get("prev-archive")


async def test_after_pruning_the_links_lead_to_what_is_left_and_no_further(history: Newsroom) -> None:
    """Whoever walks from the current feed gets every article that there is; before the first day there is none."""
    gone = "/world/archive/2026-11-19/atom.xml"
    tag = (await history.ask("/world/archive/2026-11-21/atom.xml"))["etag"]
    assert entries(await history.ask(gone)) == ["4"]
    async with history.store.writing() as writing:
        assert await writing.prune(NOW - 3 * DAY, 100) == 2
    await history.seen()
    assert "prev-archive" not in links(await history.ask("/world/atom.xml"))
    assert entries(await history.ask("/world/atom.xml")) == ["0", "1", "2"]
    first = await history.ask("/world/archive/2026-11-21/atom.xml")
    assert (entries(first), "prev-archive" in links(first), first["etag"] == tag) == (["2"], False, False)
    assert (await history.ask(gone)).status == 404
