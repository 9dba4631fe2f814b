"""A newsroom's own templates take the place of ours, whole or a block of them."""

import re
from pathlib import Path

import pytest

from feeds.desk import Desk
from feeds.errors import ConfigurationError
from feeds.render.pages import Pages, try_out
from feeds.render.pages.environment import PREFIX
from feeds.render.templates import TEMPLATES, Own, own_templates
from feeds.settings import Settings, load
from tests.newsroom import CONFIG, configure, opened, story
from tests.render.pages import KINDS, page

DOCUMENT = (Path(__file__).parents[2] / "docs" / "pages.md").read_text("utf-8")


def with_templates(folder: Path, **files: str) -> Settings:
    """A newsroom with templates of these names, a dot written as two underscores."""
    (folder / "own").mkdir()
    for name, text in files.items():
        (folder / "own" / name.replace("__", ".")).write_text(text, "utf-8")
    return configure(folder, CONFIG, SITE__TEMPLATES="own")


def example(language: str) -> str:
    """An example of the document."""
    return str(re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.S)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_the_documents_example_stands_under_every_page(kind: str, tmp_path: Path) -> None:
    """A block of ours is replaced, what it held is still there, and all else is as it was."""
    settings = with_templates(tmp_path, base__html=example("html"))
    shown, before = page(kind, (), settings), page(kind, (), configure(tmp_path))
    added = '<p><a href="https://example.org/letter/">النشرة البريدية</a></p>'
    assert shown.replace(added, "").split() == before.split()
    assert shown.count(added) == 1


def test_the_documents_example_adds_to_the_style_sheet(tmp_path: Path) -> None:
    """Ours, in the newsroom's colour, and its own rules behind; under another address."""
    settings = with_templates(tmp_path, page__css=example("css"))
    ours, own = (Pages(each).assets["page.css"].decode() for each in (configure(tmp_path), settings))
    assert own.startswith(ours.rstrip())
    assert own.rstrip().endswith(example("css").partition("\n")[2].rstrip())
    version = re.compile(r"page\.css\?v=\w+")
    assert version.findall(page("landing", (), settings)) != version.findall(page("landing", (), configure(tmp_path)))


def test_a_file_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    """Strings of the store are escaped there, too; a script stays as it is written."""
    script = "document.title = `${1}{{ x }}{% y %}`;"
    settings = with_templates(
        tmp_path, error__html="<!doctype html><p>{{ site.title }}</p>{{ '<b>' }}", page__js=script
    )
    pages = Pages(settings)
    assert pages.error(404).decode() == "<!doctype html><p>خُلاصات</p>&lt;b&gt;"
    assert pages.assets["page.js"].decode() == script


def test_the_document_names_every_template_and_block() -> None:
    for path in TEMPLATES.iterdir():
        assert f"`{path.name}`" in DOCUMENT
    for name in ("base", "landing", "selection", "article", "about"):
        source = (TEMPLATES / f"{name}.html").read_text("utf-8")
        row = re.findall(rf"^\| `{name}\.html` \| (.*) \|$", DOCUMENT, re.M)[0]
        own = set(re.findall(r"{% block (\w+) %}", source))
        if name != "base":
            own -= set(re.findall(r"{% block (\w+) %}", (TEMPLATES / "base.html").read_text("utf-8")))
        assert set(re.findall(r"`(\w+)`", row)) == own


def test_a_mistake_is_named_before_anything_starts(tmp_path: Path) -> None:
    """With its file and line; all of them at once."""
    settings = with_templates(
        tmp_path, base__html="{% extends 'khulasat/base.html' %}\n{% block %}", about__html="{{ a"
    )
    with pytest.raises(ConfigurationError) as fault:
        Pages(settings)
    first, second = fault.value.complaints
    assert first.startswith(f"{tmp_path}/own/about.html:1: ")
    assert second.startswith(f"{tmp_path}/own/base.html:2: ")
    assert "docs/pages.md" in first
    (tmp_path / "own" / "about.html").write_bytes(b"\xff")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "about.html").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match=r"about.html: is not UTF-8; save it as UTF-8"):
        Pages(configure(tmp_path, CONFIG, SITE__TEMPLATES="other"))


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("page.css", b"body { color: {{ nowhere }} }", "page.css: 'nowhere' is undefined"),
        ("page.js", b"\xff", "page.js: is not UTF-8"),
        ("error.html", b'{% extends "nothing.html" %}', "error.html: nothing.html"),
        ("base.html", b"{{ nowhere }}", "error.html: 'nowhere' is undefined"),
        (
            "landing.html",
            b"{% for card in cards %}{{ card.nothing.there }}{% endfor %}",
            "landing.html: 'feeds.render.pages.subscribing.Card object' has no attribute 'nothing'",
        ),
        ("selection.html", b"{% if search == '' %}{{ nowhere }}{% endif %}", "selection.html: 'nowhere' is undefined"),
        (
            "article.html",
            b"{{ entry.image.nowhere.url }}",
            "article.html: 'feeds.model.Image object' has no attribute 'nowhere'",
        ),
        ("about.html", b"{{ nowhere }}", "about.html: 'nowhere' is undefined"),
    ],
)
def test_what_every_desk_begins_with_is_made_before_anything_starts(
    tmp_path: Path, name: str, body: bytes, complaint: str
) -> None:
    """Style sheet, script and every page, whatever is wrong with them: what a desk served goes on being served."""
    settings = with_templates(tmp_path, error__html="before")
    serving = Pages(settings)
    (tmp_path / "own" / "error.html").unlink()
    (tmp_path / "own" / name).write_bytes(body)
    with pytest.raises(ConfigurationError) as fault:
        try_out(Pages(settings))
    assert fault.value.complaints == (f"{tmp_path}/own: {complaint}; see docs/pages.md",)
    assert serving.error(404) == b"before"


def test_a_folder_that_is_not_there_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.replace("[site]", '[site]\ntemplates = "nowhere"', 1), "utf-8")
    with pytest.raises(ConfigurationError) as fault:
        load(path, {})
    assert fault.value.complaints == (f'{path}: [site] templates: "nowhere" is no folder; name one that is there',)
    with pytest.raises(ConfigurationError, match=r"environment: FEEDS_SITE__TEMPLATES"):
        load(path, {"FEEDS_SITE__TEMPLATES": "elsewhere"})


def test_what_pages_are_made_of_tells_one_state_from_another(tmp_path: Path) -> None:
    """A changed template is a change of everything: pages are made anew, and their dates say so."""
    before = with_templates(tmp_path, base__html="a")
    own = own_templates(before.templates_path)
    first = own.digest
    assert first != Own().digest
    (tmp_path / "own" / "base.html").write_text("b", "utf-8")
    assert own_templates(before.templates_path).digest != first == own.digest
    (tmp_path / "own" / "base.html").rename(tmp_path / "own" / "parts.html")
    (tmp_path / "own" / "parts.html").write_text("a", "utf-8")
    assert own_templates(before.templates_path).digest != first
    assert PREFIX == "khulasat"


@pytest.mark.anyio
async def test_a_template_that_fails_is_no_end_of_feeds(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A page that can't be made is a 500 with its reason in the log; feeds and other pages are as ever."""
    with_templates(tmp_path, landing__html="{% if not document.entries %}{{ nothing.there }}{% endif %}")
    async with opened(tmp_path, SITE__TEMPLATES="own") as newsroom:
        assert (await newsroom.ask("/")).status == 500
        assert "event=production_failed path=/" in caplog.text
        for target in ("/world/", "/about/", "/world/rss.xml"):
            assert (await newsroom.ask(target)).status == 200


@pytest.mark.anyio
async def test_each_desk_renders_by_its_own_templates(tmp_path: Path) -> None:
    """Two in one process, of one folder as it stood at two times: each keeps those that it began with, also for pages
    that are made first when the folder has others, or wrong ones."""
    settings = with_templates(tmp_path, error__html="before", landing__html="{% include 'line.html' %}", line__html="1")
    async with opened(tmp_path, SITE__TEMPLATES="own") as one:
        for name, text in (("error", "after"), ("line", "2")):
            (tmp_path / "own" / f"{name}.html").write_text(text, "utf-8")
        async with opened(tmp_path, SITE__TEMPLATES="own", STORE__URL="sqlite:other.db") as other:
            (tmp_path / "own" / "landing.html").write_text("{% block %}", "utf-8")
            with pytest.raises(ConfigurationError):
                Desk(settings, other.store, clock=other.clock)
            for newsroom, error, landing in ((one, b"before", b"1"), (other, b"after", b"2"), (one, b"before", b"1")):
                assert (await newsroom.ask("/x/")).body == error
                assert (await newsroom.ask("/")).body == landing
                # A page that is made now.
                await newsroom.write(story(f"{newsroom is one}{error!r}{len(newsroom.store.shelves)}"))
                assert (await newsroom.ask("/")).body == landing
        assert one.desk.software != other.desk.software


NAMES = (
    "about.html, article.html, atom.css, base.html, error.html, landing.html, page.css, page.js, parts.html, rss.css"
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("artcle.html", 'did you mean "article.html"? '),
        ("Landing.html", 'did you mean "landing.html"? '),
        ("article.htm", 'did you mean "article.html"? '),
        ("pages.css", 'did you mean "page.css"? '),
        ("parts/article.html", 'did you mean "article.html"? '),
        ("footer.html", ""),
        ("analytics.js", ""),
    ],
)
def test_a_file_that_no_page_is_made_of_is_named(tmp_path: Path, name: str, meant: str) -> None:
    """Its name is probably misspelt: with the one that is like it, and all that there are. What others keep there, or a
    newsroom's own templates take in, is left alone."""
    settings = with_templates(
        tmp_path,
        base__html="{% extends 'khulasat/base.html' %}{% from 'macros/lines.html' import line %}",
        page__css="{% include 'colours.css' %}",
        colours__css="",
        README__md="",
    )
    (tmp_path / "own" / "macros").mkdir()
    (tmp_path / "own" / "macros" / "lines.html").write_text("{% macro line() %}{% endmacro %}", "utf-8")
    for kept in ("._base.html", "base.html~", "notes.txt"):
        (tmp_path / "own" / kept).write_bytes(b"\xff")
    Pages(settings)
    (tmp_path / "own" / name).parent.mkdir(exist_ok=True)
    # Whoever names itself is used by no other.
    (tmp_path / "own" / name).write_text(f"{{% include '{name}' %}}", "utf-8")
    with pytest.raises(ConfigurationError) as fault:
        Pages(settings)
    said = f"{tmp_path}/own/{name}: no page is made of it, and no other template uses it; {meant}"
    assert fault.value.complaints == (f"{said}Ours are {NAMES}, selection.html; see docs/pages.md",)
    # Where one is chosen as a page is made, any may be.
    (tmp_path / "own" / "article.html").write_text("{% include entry.guid %}", "utf-8")
    Pages(settings)


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = with_templates(tmp_path, base__html="a")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ConfigurationError) as fault:
        Pages(settings)
    assert fault.value.complaints == (f"{tmp_path}/own/base.html: Permission denied",)


def test_what_editors_of_other_systems_write_is_read(tmp_path: Path) -> None:
    """A byte order mark is no letter of a page, and lines may end as they do there."""
    settings = with_templates(tmp_path, page__js="a\nb\n")
    (tmp_path / "own" / "error.html").write_bytes(b"\xef\xbb\xbf{% if 1 %}\r\na\r\n{% endif %}")
    (tmp_path / "own" / "page.js").write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    assert Pages(settings).error(404) == b"a\n"
    assert Pages(settings).assets["page.js"] == b"a\nb\n"
