"""A WordPress site and the store in step (feeds/importing/in_step.py), with what a real one answered."""

from typing import Any

import pytest

from feeds.errors import BadSource, Unreachable
from feeds.importing.in_step import Wanted
from feeds.model import Article, Tombstone
from tests.fetch.servers import answer
from tests.intake.wordpress import HARBOUR, OPEN, Editor, editor, wordpress
from tests.wordpress.recorded import HOME

__all__ = ["editor", "wordpress"]
pytestmark = pytest.mark.anyio


async def test_everything_and_nothing_again(editor: Editor) -> None:
    """What is published comes in, whole; imported again, nothing is new and nothing changes."""
    assert await editor.bring() == f"{OPEN}/0/0/0"
    article = await editor.article(HARBOUR)
    assert isinstance(article, Article)
    assert article.title == "ميناء طرابلس يستقبل “أولى” السفن & يستعد لموسم 2027"
    assert article.summary == "استقبل الميناء أولى السفن، في موسم يبدأ مبكرا."
    assert article.sections == ("world",)
    assert article.tags == ("طرابلس & ضواحيها",)
    assert [author.name for author in article.authors] == ["هدى المختار"]
    assert article.published.isoformat() == "2026-11-10T09:30:00+02:00"
    assert article.modified.isoformat() == "2026-11-10T11:00:00+02:00"
    assert article.image
    assert (article.image.width, article.image.height, article.image.mime_type) == (640, 400, "image/png")
    assert article.image.description == "سفينة ترسو في ميناء طرابلس. تصوير: هيئة الميناء"
    before = await editor.door.store.states()
    # What was modified in the last second is asked for again, and no more than that.
    assert await editor.bring() == "0/0/1/0"
    assert await editor.door.store.states() == before


async def test_sections_are_the_categories(editor: Editor) -> None:
    """A new section has its category's slug and name, and is found by its number; an unused one is not made."""
    await editor.bring()
    sections = {section.slug: section for section in await editor.door.store.sections()}
    assert sections["football"].title == "كرة القدم"
    # It is configured, by another slug.
    assert "wp-category-5" in sections["ثقافة"].aliases
    assert "wp-category-4" in sections["football"].aliases
    assert "wp-category-2" in sections["world"].aliases
    assert "uncategorized" not in sections


async def test_parents(editor: Editor) -> None:
    """With --parents an article stands in the categories above its own, too."""
    guid = editor.wordpress.post("classic")["guid"]["rendered"].replace("&#038;", "&")
    await editor.bring()
    article = await editor.article(guid)
    assert isinstance(article, Article) and set(article.sections) == {"world", "football"}
    await editor.bring(wanted=Wanted(parents=True))
    article = await editor.article(guid)
    assert isinstance(article, Article) and set(article.sections) == {"world", "football", "sports"}


async def test_one_changed_title(editor: Editor) -> None:
    """A changed title updates one article and moves its section alone."""
    await editor.bring()
    before = await editor.door.store.states()
    editor.wordpress.edit("classic", title={"rendered": "عنوان &amp; آخر"})
    assert await editor.bring() == "0/1/1/0"
    after = await editor.door.store.states()
    assert {slug for slug in after if after[slug] != before.get(slug)} == {"", "world", "football"}


async def test_a_dry_run_writes_nothing(editor: Editor) -> None:
    before = await editor.door.store.states()
    assert await editor.bring(dry_run=True, wanted=Wanted(reconcile=True)) == f"{2 * OPEN}/0/0/0"
    assert await editor.door.store.states() == before
    assert await editor.bring() == f"{OPEN}/0/0/0"


async def test_the_newest_alone(editor: Editor) -> None:
    """A limit is of the newest by publication, and does not keep the others from coming later."""
    assert await editor.bring(limit=2) == "2/0/0/0"
    assert isinstance(await editor.article(HARBOUR), Tombstone | None)
    assert await editor.bring() == f"{OPEN - 2}/0/2/0"


async def test_stopped_and_gone_on(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle, what was read is kept, and the next run goes on from there."""
    monkeypatch.setattr("feeds.importers.wordpress.site._PER_PAGE", 3)
    asked = editor.wordpress.server.asked
    reply = editor.wordpress.server.otherwise
    assert callable(reply)
    count = 0

    def break_off(request: Any, connection: Any) -> bytes | None:
        nonlocal count
        count += "/posts" in request.target
        return answer(b"{}", status="403 Forbidden") if count > 2 else reply(request, connection)

    editor.wordpress.server.otherwise = break_off
    with pytest.raises(Unreachable, match="answers 403 Forbidden"):
        await editor.bring()
    assert isinstance(await editor.article(f"{HOME}/?post_type=post&p=16"), Article | None)
    editor.wordpress.server.otherwise = reply
    asked.clear()
    await editor.bring()
    assert "modified_after" in next(request.target for request in asked if "/posts" in request.target)
    assert await editor.bring(wanted=Wanted(reconcile=True)) == "0/0/1/0"


async def test_many_in_one_second(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """More posts of one second than a page holds are all read: a migration leaves thousands."""
    for post in editor.wordpress.posts:
        post["modified"] = "2026-11-13T00:10:00"
    monkeypatch.setattr("feeds.importers.wordpress.site._PER_PAGE", 3)
    assert await editor.bring() == f"{OPEN}/0/0/0"


async def test_an_old_wordpress(editor: Editor) -> None:
    """Before 5.7 there is no `modified_after`: the latest changes are read from the end."""
    editor.wordpress.old = True
    assert await editor.bring() == f"{OPEN}/0/0/0"
    editor.wordpress.edit("classic", title={"rendered": "آخر"})
    assert await editor.bring() == "0/1/1/0"
    assert await editor.bring() == "0/0/1/0"


async def test_closed_users(editor: Editor) -> None:
    """Where nobody may see the users, an author's name is in the author's own feed, asked for once."""
    editor.wordpress.closed.add("author")
    await editor.bring()
    article = await editor.article(HARBOUR)
    assert isinstance(article, Article)
    assert [author.name for author in article.authors] == ["هدى المختار"]
    assert sum("author=" in target for target in editor.wordpress.server.targets) == 1


async def test_languages(editor: Editor) -> None:
    """Languages that Polylang or WPML tells apart are told apart here; elsewhere it is said that there are none."""
    with pytest.raises(BadSource, match="tells no languages apart"):
        await editor.bring(language="ar")
    editor.wordpress.index["namespaces"] = ["wp/v2", "pll/v1"]
    for post in editor.wordpress.posts:
        post["lang"] = "ar" if post["link"].endswith(("harbour/", "classic/")) else "en"
    assert await editor.bring(language="ar") == "2/0/0/0"
    article = await editor.article(HARBOUR)
    assert isinstance(article, Article) and article.language == "ar"
    assert await editor.bring(language="ar", wanted=Wanted(reconcile=True)) == "0/0/1/0"
    assert await editor.bring() == f"{OPEN - 2}/0/2/0"


async def test_another_base(editor: Editor) -> None:
    """Where addresses of categories or tags begin otherwise, that is said once: their feeds have to be led here."""
    site = editor.wordpress
    for category in site.categories:
        category["link"] = f"{site.home}/category/{category['slug']}/"
    await editor.bring(dry_run=True)
    assert editor.said == []
    for category in site.categories:
        above = "sports/" if category["parent"] else ""
        category["link"] = f"{site.home}/archives/%d9%85%d9%88%d8%a7%d8%b6%d9%8a%d8%b9/{above}{category['slug']}/"
    site.tags.append({"link": f"{site.home}/subjects/tripoli/"})
    await editor.bring()
    assert [line.removeprefix(f"{site.home}/: its addresses begin with ").split()[0] for line in editor.said] == [
        "/archives/مواضيع/",
        "/subjects/",
    ]
    assert "where others have /category/; docs/moving-from-wordpress.md" in editor.said[0]
    await editor.bring()
    assert len(editor.said) == 2


async def test_no_base(editor: Editor) -> None:
    """Some plug-ins leave it out; plain addresses have none, and a site may close its tags."""
    site = editor.wordpress
    site.closed.add("/wp/v2/tags")
    for links in ("{home}/{slug}/", "{home}/?cat={id}", "elsewhere"):
        for category in site.categories:
            above = "sports/" if category["parent"] else ""
            category["link"] = links.format(home=site.home, slug=f"{above}{category['slug']}", id=category["id"])
        await editor.bring(dry_run=True)
    assert editor.said == []


@pytest.mark.parametrize(
    "raw", [None, 5, {}, {"id": "4"}, {"id": 4}, {"id": 5, "guid": 3, "_embedded": [], "content": 1}]
)
async def test_strange_posts(editor: Editor, raw: object) -> None:
    """What is no post is passed over or refused with its place, and the others come in."""
    editor.wordpress.posts[:] = [post for post in editor.wordpress.posts if post["id"] != 4]
    good = await editor.bring(dry_run=True)
    rows: list[Any] = editor.wordpress.posts
    reply = editor.wordpress._chosen
    strange: Any = raw
    editor.wordpress._chosen = lambda rows, query: [strange, *reply(rows, query)]  # type: ignore[method-assign]
    assert rows
    brought = await editor.bring()
    assert brought.split("/")[:3] == good.split("/")[:3]
    assert all(":post " in line and "has no guid" in line for line in editor.rejected)
