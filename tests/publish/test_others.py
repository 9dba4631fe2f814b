"""What somebody else has put into a published folder is never touched; what a killed run left there goes."""

import asyncio
from pathlib import Path

import pytest

from feeds.errors import PublishError
from feeds.model import Section
from feeds.publish.folder import Folder
from feeds.publish.running import publish_once
from feeds.text.guid import article_key
from tests.newsroom import configure
from tests.publish.conftest import Press, news, stock

pytestmark = pytest.mark.anyio


async def rename(press: Press, old: str, new: str) -> None:
    async with press.store.writing() as writing:
        await writing.rename_section(old, Section(slug=new, title="ألعاب"))
    text = (press.folder / "config.toml").read_text("utf-8").replace(f'slug = "{old}"', f'slug = "{new}"')
    press.settings = configure(press.folder, text)


async def test_files_and_links_of_others_stay_where_they_are(press: Press) -> None:
    """Through every change, and where what they stand in is taken away."""
    await stock(press)
    await press.publish()
    mine = press.folder / "mine.txt"
    mine.write_text("mine", "utf-8")
    page = press.out / "articles" / article_key("one")
    places = [press.out, press.out / "sports", press.out / "sports" / "archive", page]
    for place in places:
        (place / "file.txt").write_text("mine", "utf-8")
        (place / "link.txt").symlink_to(mine)
        (place / "deeper").mkdir()
    await press.write(news("new", sections=["sports"]))
    await press.publish()
    await rename(press, "sports", "games")
    await press.withdraw("one")
    await press.publish()
    for place in places:
        assert {each.name for each in place.iterdir()} >= {"file.txt", "link.txt", "deeper"}
        assert (place / "link.txt").read_text("utf-8") == "mine"
    # Of ours nothing is left beside them.
    assert {each.name for each in (press.out / "sports").iterdir()} == {"file.txt", "link.txt", "deeper", "archive"}
    assert not (page / "index.html").exists()
    assert list((press.out / ".trash").iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
async def test_what_stands_in_the_way_is_named(press: Press, kind: str) -> None:
    """Nothing of what is shown changes, and what stands there stays."""
    await press.publish()
    await rename(press, "sports", "games")
    place = press.out / "games" / "rss.xml"
    place.parent.mkdir()
    if kind == "file":
        place.write_text("mine", "utf-8")
    elif kind == "link":
        place.symlink_to(press.folder / "config.toml")
    else:
        place.mkdir()
    with pytest.raises(PublishError, match=r"games/rss\.xml: is not ours, and stands in the way; move it away"):
        await press.publish()
    assert [each.name for each in place.parent.iterdir()] == ["rss.xml"]
    place.rmdir() if kind == "folder" else place.unlink()
    await press.publish()
    assert "<rss" in press.text("games/rss.xml")


async def test_a_desk_that_is_published_below_another_one_stays(press: Press) -> None:
    below = Folder(press.out / "other", grace=0)
    await press.publish()
    await publish_once(press.settings, press.reader(), below, clock=press.clock)
    await stock(press)
    await rename(press, "sports", "games")
    await press.publish()
    assert "<rss" in press.text("other/world/rss.xml")


async def test_the_top_of_a_file_system_may_be_published_to(press: Press) -> None:
    """Where `mkfs` has put a folder of its own."""
    (press.out / "lost+found").mkdir(parents=True)
    await press.publish()
    assert (press.out / "lost+found").exists()


async def test_a_version_that_a_killed_run_left_goes(press: Press) -> None:
    """It may hold what was withdrawn, though nothing in its folder changes any more."""
    await stock(press)
    await press.publish()
    left = press.out / "world" / ".v9"
    await asyncio.to_thread(_leave, left)
    await press.write(news("one", title="بعد"))
    await press.publish()
    assert [each.name for each in left.parent.glob(".v*")] == [str((left.parent / ".now").readlink())]
    # A folder that is looked at, and in which nothing changes.
    left = press.out / "ثقافة" / ".v9"
    await asyncio.to_thread(_leave, left)
    (press.out / ".published").unlink()
    assert (await press.publish()).written == 0
    assert not left.exists()


def _leave(version: Path) -> None:
    version.mkdir()
    (version / "rss.xml").write_text("withdrawn", "utf-8")
