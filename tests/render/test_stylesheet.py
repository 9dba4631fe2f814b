"""A browser that opens a feed: RTL.md R15."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from feeds.model import FeedFormat
from feeds.render.pages import STATIC
from feeds.render.xml import rss
from tests.render.articles import SITE, article, configured, document, rendered

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
    sheet = (STATIC / name).read_text("utf-8")
    assert "direction: rtl" in sheet
    assert "unicode-bidi: plaintext" in sheet
    assert "url(" not in sheet
    assert "@import" not in sheet


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda sheet: sheet.name)
def test_style_sheets_have_logical_properties_alone(sheet: Path) -> None:
    """RTL.md R8: the same sheet serves both directions."""
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|(?:align|float): (?:left|right)"
    )
    assert physical.findall(sheet.read_text("utf-8")) == []
