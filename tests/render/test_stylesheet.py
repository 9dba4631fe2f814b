"""A browser that opens a feed: RTL.md R15."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from feeds.model import FeedFormat
from feeds.render.pages import Pages
from feeds.render.pages.colours import accent
from feeds.render.templates import TEMPLATES
from feeds.render.xml import rss
from tests.render.articles import SITE, article, configured, document, rendered

# The example's colour, and one that can't be read on light pages.
OURS, THEIRS = "#0b6e69", "#ffcc00"
# Firefox and Windows look for a feed so far.
SNIFFED = 512


@pytest.mark.parametrize(("format", "root"), [("rss", b"<rss "), ("atom", b"<feed ")])
@pytest.mark.parametrize("path", ["", "/a&b", "/" + "news/" * 50])
def test_the_style_sheet_is_named_right_after_the_declaration(format: FeedFormat, root: bytes, path: str) -> None:
    settings = configured(site={"url": SITE + path})
    body = rendered([article()], format, settings=settings)
    href = f"{path.rstrip('/')}/static/{format}.css".replace("&", "&amp;")
    start = f"<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet type=\"text/css\" href=\"{href}\"?>\n"
    assert body.startswith(start.encode() + root)
    assert body.index(root) < SNIFFED


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_the_address_of_the_style_sheet_is_on_the_same_origin(format: FeedFormat) -> None:
    """It names neither scheme nor host: the feed's policy takes styles from `self` alone."""
    tree = etree.ElementTree(etree.fromstring(rendered((), format)))
    instruction = tree.getroot().getprevious()
    assert isinstance(instruction, etree._ProcessingInstruction)
    assert instruction.target == "xml-stylesheet"
    assert dict(instruction.attrib) == {"type": "text/css", "href": f"/static/{format}.css"}


def test_json_has_none() -> None:
    assert b"stylesheet" not in rendered((), "json")


def test_a_document_without_style_sheets_is_a_feed_all_the_same() -> None:
    body = rss(replace(document(), stylesheets={}))
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<rss ")


@pytest.mark.parametrize("name", ["rss.css", "atom.css"])
def test_style_sheets_of_feeds_turn_right_to_left_and_load_nothing(name: str) -> None:
    sheet = Pages(configured()).assets[name].decode()
    assert "direction: rtl" in sheet
    assert "unicode-bidi: plaintext" in sheet
    assert "url(" not in sheet
    assert "@import" not in sheet


@pytest.mark.parametrize("name", ["rss.css", "atom.css"])
def test_style_sheets_of_feeds_speak_as_pages_do(name: str) -> None:
    """In the language of `[site] display_locale`, which may run otherwise than the feed."""
    ours, english, all_english = (
        Pages(configured(site=site)).assets[name].decode()
        for site in ({}, {"display_locale": "en"}, {"display_locale": "en", "language": "en"})
    )
    file = name.replace(".css", ".xml")
    assert f"احذف {file} من آخر العنوان." in ours
    assert "ltr; unicode-bidi: isolate" not in ours
    for sheet, direction in ((english, "rtl"), (all_english, "ltr")):
        assert f'"To read the news here: take {file} off the end of the address."' in sheet
        assert f"display: block; direction: {direction}; box-sizing" in sheet
        assert "direction: ltr; unicode-bidi: isolate" in sheet
        assert re.search("[ا-ي]", sheet) is None


@pytest.mark.parametrize("name", ["rss.css", "atom.css", "page.css"])
def test_style_sheets_are_of_the_newsrooms_colour(name: str) -> None:
    """As it can be read, by day and by night; no other is left of ours."""
    ours, theirs = (Pages(configured(site={"accent": colour})).assets[name].decode() for colour in (OURS, THEIRS))
    of_ours, of_theirs = accent(OURS), accent(THEIRS)
    assert of_theirs.light != THEIRS
    for was, now in ((of_ours.light, of_theirs.light), (of_ours.dark, of_theirs.dark)):
        assert was in ours
        assert was not in theirs
        assert now in theirs


# What names a side of the screen: `left`, `right`, corners, and four values of which two are sides.
_SIDES = "text-align|float|clear|caption-side|justify-content|transform-origin|background-position"
_VALUE = r"[^\s;{}()]+"
PHYSICAL = re.compile(
    r"[-\w]*-(?:left|right)\b[-\w]*|(?<![-\w])(?:left|right)\s*:"
    rf"|(?:{_SIDES})\s*:[^;}}]*\b(?:left|right)\b"
    rf"|(?:margin|padding|inset|border-width)\s*:\s*{_VALUE} +(?P<end>{_VALUE}) +{_VALUE} +(?!(?P=end)\s*[;}}]){_VALUE}"
)


@pytest.mark.parametrize("sheet", sorted(TEMPLATES.glob("*.css")), ids=lambda sheet: sheet.name)
def test_style_sheets_have_logical_properties_alone(sheet: Path) -> None:
    """RTL.md R8: the same sheet serves both directions."""
    assert [found[0] for found in PHYSICAL.finditer(sheet.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "rule",
    """margin-left: 0; padding-right:1rem; border-left-color: red; border-top-right-radius: 0; left: 0; right :0;
    text-align: left; text-align:right; float: left; float :right; clear: right; scroll-margin-left: 1px;
    margin: 0 1rem 0 2rem; padding: 1px 2px 3px 4px; inset: 0 1px 0 auto;""".split(";")[:-1],
)
def test_a_side_of_the_screen_would_be_seen(rule: str) -> None:
    assert PHYSICAL.search(f"p {{ {rule.strip()}; }}")


@pytest.mark.parametrize(
    "rule",
    """margin-inline-start: 0; text-align: start; float: inline-end; inset-inline-start: 0; margin: 0 1rem 0 1rem;
    margin: 0 auto; padding: 1rem; border-start-start-radius: 0; content: "left: it"; border-radius: 1px""".split(";")[
        :-2
    ],
)
def test_logical_properties_may_stand(rule: str) -> None:
    assert PHYSICAL.search(f"p {{ {rule.strip()}; }}") is None
