"""What `feeds publish` promises of a folder: the very bytes of the live service, and only what changed is written."""

import asyncio
import gzip
import json
from datetime import datetime, timedelta
from email.utils import formatdate
from urllib.parse import quote

import brotli
import pytest

from feeds.errors import PublishError
from feeds.model import Section
from feeds.publish.contents import static_units
from feeds.publish.folder import Folder
from feeds.publish.running import TICK, publish_once, publishing
from feeds.text.guid import article_key
from tests.newsroom import CountingStore, ask, configure, until
from tests.publish.conftest import DAY, Press, live, news, stock

pytestmark = pytest.mark.anyio

CODINGS = {"": "identity", ".br": "br", ".gz": "gzip"}


def files(press: Press) -> list[str]:
    return [name for name in press.state() if not name.endswith((".br", ".gz"))]


async def test_every_file_has_the_bytes_and_the_date_of_the_live_service(press: Press) -> None:
    """In each coding, of each address, and there is none besides."""
    await stock(press)
    await press.publish()
    published = press.state()
    async with live(press) as app:
        for name in files(press):
            path = quote("/" + name.removesuffix("index.html"))
            for suffix, coding in CODINGS.items():
                answer = await ask(app, path.encode(), "GET", [("host", "x"), ("accept-encoding", coding)])
                assert answer.status == 200, path
                if suffix and answer.get("content-encoding") is None:
                    # Style sheets and pictures, which the live service does not compress.
                    assert name + suffix not in published
                    continue
                assert (press.out / (name + suffix)).read_bytes() == answer.body, (path, coding)
                if modified := answer.get("last-modified"):
                    assert formatdate(published[name + suffix][2] // 10**9, usegmt=True) == modified, path


async def test_everything_that_there_is_has_its_file(press: Press) -> None:
    """Feeds and pages of all, of sections, tags, authors and days, articles' pages, and what belongs to them."""
    await stock(press)
    await press.publish()
    zone = press.settings.site.zone
    days = {minutes: (press.clock() - timedelta(minutes=minutes)).astimezone(zone).date() for minutes in (10, 2 * DAY)}
    wanted = {
        *(f"{folder}{file}" for folder in ("", "world/", "sports/", "ثقافة/") for file in FILES),
        *(f"{folder}/{file}" for folder in ("tags/طرابلس", "tags/sea", "authors/سالم") for file in FILES),
        *(f"{section}archive/{days[10]}/{file}" for section in ("", "world/") for file in FILES[1:]),
        *(f"{section}archive/{days[2 * DAY]}/{file}" for section in ("", "sports/") for file in FILES[1:]),
        f"articles/{article_key('one')}/index.html",
        "robots.txt",
        "opml.xml",
        "news-sitemap.xml",
        *(f"{unit.folder}/{name}" for unit in static_units() for name in unit.names),
    }
    found = set(files(press))
    assert wanted <= found
    # What has an address of its own, was withdrawn, or is not there yet, has no page.
    for guid in ("two", "gone", "later"):
        assert f"articles/{article_key(guid)}/index.html" not in found
    assert not (press.out / "tags" / "coming").exists()


FILES = ("index.html", "rss.xml", "atom.xml", "feed.json")


async def test_a_second_run_writes_nothing(press: Press) -> None:
    await stock(press)
    first = await press.publish()
    assert (first.written > 50, first.removed, first.failed) == (True, 0, {})
    before = press.state()
    second = await press.publish()
    assert (second.written, second.removed) == (0, 0)
    assert press.state() == before


async def test_after_a_loss_of_its_notes_nothing_that_is_right_is_written(press: Press) -> None:
    await stock(press)
    await press.publish()
    before = press.state()
    (press.out / ".published").write_text("what is this?", "utf-8")
    assert (await press.publish()).written == 0
    assert press.state() == before


async def test_a_change_writes_what_it_changes(press: Press) -> None:
    """Of other sections, tags and days not one file; of its own every variant, and none is dated as before."""
    await stock(press)
    await press.publish()
    before = press.state()
    await press.write(news("new", sections=["sports"], tags=("sea",)))
    tally = await press.publish()
    after = press.state()
    changed = {name for name, what in after.items() if before.get(name) != what}
    for folder in ("", "sports/", "tags/sea/"):
        for file in FILES:
            for suffix in CODINGS:
                assert f"{folder}{file}{suffix}" in changed
                assert after[f"{folder}{file}{suffix}"][2] > before[f"{folder}{file}{suffix}"][2]
    assert f"articles/{article_key('new')}/index.html" in changed
    assert not [
        name for name in changed if name.startswith(("world/", "ثقافة/", "tags/طرابلس/", "authors/", "static/"))
    ]
    assert tally.written <= 30
    assert "new" in press.text("sports/rss.xml")


async def test_what_is_withdrawn_goes_at_once(press: Press) -> None:
    """Its page; what it stood in shows it no more. A page that was withdrawn says so to the web server."""
    await stock(press)
    await press.publish()
    page = press.out / "articles" / article_key("one")
    assert (page / "index.html").exists()
    await press.withdraw("one")
    await press.publish()
    assert not (page / "index.html").exists()
    assert not (page / "index.html.br").exists()
    assert (page / ".now" / ".mark-gone").exists()
    # Restored, it is there again.
    assert "<p>one</p>" not in press.text("world/feed.json")
    async with press.store.writing() as writing:
        assert await writing.restore("one", press.clock())
    await press.publish()
    assert "one" in (page / "index.html").read_text("utf-8")
    assert not (page / ".now" / ".mark-gone").exists()


async def test_an_article_that_gets_an_address_of_its_own_has_no_page_any_more(press: Press) -> None:
    await stock(press)
    await press.publish()
    page = press.out / "articles" / article_key("one")
    assert page.exists()
    await press.write(news("one", url="https://elsewhere.example/one"))
    await press.publish()
    assert not page.exists()
    # The author that it had stands there, with an empty feed.
    assert json.loads(press.text("authors/سالم/feed.json"))["items"] == []


async def test_a_renamed_section_leaves_nothing_under_its_old_slug(press: Press) -> None:
    await stock(press)
    await press.publish()
    assert (press.out / "sports" / "rss.xml").exists()
    async with press.store.writing() as writing:
        await writing.rename_section("sports", Section(slug="games", title="ألعاب"))
    text = (press.folder / "config.toml").read_text("utf-8").replace('slug = "sports"', 'slug = "games"')
    press.settings = configure(press.folder, text)
    await press.publish()
    assert not (press.out / "sports").exists()
    assert "two" in press.text("games/rss.xml")


async def test_days_that_come_and_go_change_their_neighbours(press: Press) -> None:
    """An archive names those on either side."""
    zone = press.settings.site.zone

    def day(number: int) -> str:
        return (press.clock() - timedelta(days=number)).astimezone(zone).date().isoformat()

    await press.write(news("a", minutes=6 * DAY), news("b", minutes=2 * DAY))
    await press.publish()
    assert f"archive/{day(6)}/atom.xml" in press.text(f"world/archive/{day(2)}/atom.xml")
    await press.write(news("between", minutes=4 * DAY))
    await press.publish()
    assert f"archive/{day(4)}/atom.xml" in press.text(f"world/archive/{day(2)}/atom.xml")
    assert f"archive/{day(4)}/atom.xml" in press.text(f"world/archive/{day(6)}/atom.xml")
    await press.write(news("between", minutes=3 * DAY))
    await press.publish()
    assert not (press.out / "world" / "archive" / day(4)).exists()
    assert f"archive/{day(3)}/atom.xml" in press.text(f"archive/{day(6)}/atom.xml")


async def test_what_is_pruned_goes(press: Press) -> None:
    """Days, and the pages of articles that stood in them."""
    await stock(press)
    await press.publish()
    page = press.out / "articles" / article_key("three")
    assert page.exists()
    zone = press.settings.site.zone
    before = (press.clock() - timedelta(days=2)).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    async with press.store.writing() as writing:
        assert await writing.prune(before, 100)
    await press.publish()
    assert not page.exists()
    assert not (press.out / "archive" / (before - timedelta(days=1)).date().isoformat()).exists()
    assert (press.out / "articles" / article_key("one") / "index.html").exists()


async def test_an_embargo_that_ends_and_a_day_that_is_over_show_without_a_write(press: Press) -> None:
    """At the next run; the archive of what was today says to caches that it lasts."""
    await stock(press)
    await press.publish()
    today = press.clock().astimezone(press.settings.site.zone).date().isoformat()
    assert (press.out / "archive" / today / ".now" / ".mark-today").exists()
    assert "later" not in press.text("world/rss.xml")
    press.ahead += timedelta(days=1)
    await press.publish()
    assert "later" in press.text("world/rss.xml")
    assert "later" in press.text("tags/coming/rss.xml")
    assert (press.out / "articles" / article_key("later") / "index.html").exists()
    assert not (press.out / "archive" / today / ".now" / ".mark-today").exists()


async def test_another_store_in_the_place_of_the_published_one_is_published_whole(press: Press) -> None:
    """As after the restoring of a backup: pages of articles that it does not have go, and tags, and days."""
    await press.write(news("kept"))
    await press.store.close()
    backup = press.settings.store_path.read_bytes()
    await press.store.open()
    await stock(press)
    await press.publish()
    await press.store.close()
    for left in press.folder.glob("articles.db*"):
        left.unlink()
    press.settings.store_path.write_bytes(backup)
    await press.store.open()
    await press.publish()
    found = files(press)
    assert f"articles/{article_key('kept')}/index.html" in found
    assert f"articles/{article_key('one')}/index.html" not in found
    assert not [name for name in found if name.startswith(("tags/sea", "authors/"))]
    assert len(list((press.out / "archive").iterdir())) == 1


async def test_watching_shows_a_change_within_a_second(press: Press) -> None:
    """And an end of an embargo; compressed forms with it, and what the whole desk shows. It looks often enough for
    that; how long the rest takes is the machine's matter."""
    assert TICK < 0.5
    await stock(press)
    async with press.publishing() as publisher:
        watching = asyncio.create_task(publisher.watch())
        rss = press.out / "world" / "rss.xml"
        await until((press.out / ".published").exists)
        await press.write(news("fresh"), news("soon", minutes=-0.03))
        await until(lambda: "fresh" in rss.read_text("utf-8"))
        assert "fresh" in gzip.decompress((press.out / "world" / "rss.xml.gz").read_bytes()).decode()
        await until(lambda: "fresh" in press.text("atom.xml"))
        await until(lambda: "soon" in rss.read_text("utf-8"))
        assert "soon" in brotli.decompress((press.out / "world" / "rss.xml.br").read_bytes()).decode()
        await press.withdraw("fresh")
        await until(lambda: "<p>fresh</p>" not in press.text("world/feed.json"))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_an_embargo_that_ends_while_it_is_published_is_seen(press: Press) -> None:
    """Also in what was made before the end."""
    await press.write(news("now"), news("soon", minutes=-1))
    rss = press.out / "world" / "rss.xml"
    ends: list[datetime] = []

    def progress(_: object) -> None:
        if rss.exists() and not ends:
            assert "soon" not in rss.read_text("utf-8")
            press.ahead += timedelta(minutes=1)
            ends.append(press.clock())

    publisher = publishing(press.settings, press.reader(), Folder(press.out), progress, clock=press.clock)
    async with publisher as running:
        watching = asyncio.create_task(running.watch())
        await until(lambda: ends and "soon" in rss.read_text("utf-8"))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_clock_that_is_set_back_keeps_nothing_from_being_published(press: Press) -> None:
    """Neither the pass nor a file waits until it is as late again; each state has a later date for all that."""
    await stock(press)
    await press.publish()
    before = press.state()
    press.ahead -= timedelta(hours=1)
    await press.withdraw("one")
    async with press.publishing() as publisher:
        watching = asyncio.create_task(publisher.watch())
        await until(lambda: "<p>one</p>" not in press.text("world/feed.json"))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert press.state()["world/rss.xml"][2] > before["world/rss.xml"][2]


async def test_what_can_not_be_made_stays_as_it_was_and_is_made_later(press: Press) -> None:
    """A fault of ours in one feed is told, and keeps nothing else back."""
    await stock(press)
    await press.publish()
    before = press.text("world/rss.xml")
    await press.write(news("new", tags=("sea",)))
    store = CountingStore(press.settings.store_path, clock=lambda: press.clock().timestamp())
    store.bug = RuntimeError("a bug of ours")
    press.ahead += timedelta(seconds=2)
    tally = await publish_once(press.settings, store, Folder(press.out, grace=0), clock=press.clock)
    assert "/world/" in tally.failed.values()
    assert press.text("world/rss.xml") == before
    # Pages of articles and archives are made of other things.
    assert (press.out / "articles" / article_key("new") / "index.html").exists()
    assert not (await press.publish()).failed
    assert "new" in press.text("world/rss.xml")


async def test_a_fault_of_ours_is_mended_while_it_watches(press: Press) -> None:
    await stock(press)
    store = CountingStore(press.settings.store_path, clock=lambda: press.clock().timestamp())
    async with publishing(press.settings, store, Folder(press.out), clock=press.clock) as publisher:
        watching = asyncio.create_task(publisher.watch())
        await until((press.out / ".published").exists)
        store.bug = RuntimeError("a bug of ours")
        await press.write(news("new"))
        await until(lambda: publisher.tally.failed)
        store.bug = None
        await press.write(news("newer"))
        await until(lambda: "newer" in press.text("world/rss.xml") and "newer" in press.text("rss.xml"))
        await publisher.visit()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_old_versions_are_cleared_away_after_those_who_read_them(press: Press) -> None:
    """At the end of a run nothing is there twice, and nothing waits to be removed."""
    await stock(press)
    await press.publish()
    for number in range(3):
        await press.write(news(f"more-{number}"))
        await press.publish()
    assert len(list((press.out / "world").glob(".v*"))) == 1
    assert list((press.out / ".trash").iterdir()) == []


async def test_files_of_others_are_not_touched(press: Press) -> None:
    """A folder that holds any is refused; what comes later stays."""
    press.out.mkdir()
    (press.out / "index.html").write_text("mine")
    with pytest.raises(PublishError, match="holds files that are not ours; name an empty folder"):
        await press.publish()
    (press.out / "index.html").unlink()
    await press.publish()
    (press.out / ".well-known").mkdir()
    (press.out / "mine").mkdir()
    (press.out / "mine" / "page.html").write_text("mine")
    await stock(press)
    await press.publish()
    assert (press.out / "mine" / "page.html").read_text() == "mine"
    assert (press.out / ".well-known").exists()


async def test_two_do_not_publish_into_one_folder(press: Press) -> None:
    async with press.publishing():
        with pytest.raises(PublishError, match="another process publishes here; end it, or wait for it"):
            await press.publish()
    await press.publish()


async def test_what_a_killed_run_left_does_not_stand_in_the_way(press: Press) -> None:
    await stock(press)
    await press.publish()
    half = press.out / "world" / ".v9"
    half.mkdir()
    (half / "rss.xml").write_text("<rss")
    (press.out / "world" / ".next").symlink_to(".v9")
    (press.out / "world" / "new.xml").symlink_to(".now/new.xml")
    (press.out / ".trash" / "7").mkdir()
    await press.write(news("after"))
    await press.publish()
    assert "after" in press.text("world/rss.xml")
    assert not half.exists()
    assert not (press.out / "world" / "new.xml").is_symlink()
    assert list((press.out / ".trash").iterdir()) == []
