"""What partners published of the feeds that they take, written down again: a reader of each, beside our profiles.

Each rule is called as in the table of docs/partners.md, where it stands who says so.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from lxml import etree

# A partner that wants little, as the documents show it.
ACME = (
    (Path(__file__).parents[2] / "docs" / "partners.md")
    .read_text("utf-8")
    .partition("```python\n")[2]
    .partition("```")[0]
)

Element = etree._Element
Rules = Callable[[bytes], list[Element]]
Rule = Callable[["Feed"], None]

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
STATUS = "{http://search.yahoo.com/mrss/}status"
MEDIA = "{http://search.yahoo.com/mrss/}content"
THUMBNAIL = "{http://search.yahoo.com/mrss/}thumbnail"
LOGO = "{http://www.smartnews.be/snf}logo"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
KEYWORDS = "{http://search.yahoo.com/mrss/}keywords"
SHORT_TITLE = "{http://schemas.ingestion.microsoft.com/common/}shortTitle"
EXPIRES = "{http://schemas.ingestion.microsoft.com/common/}expirationDate"
MODIFIED = "{http://purl.org/dc/terms/}modified"
MARKUP = re.compile("<[a-z/!]", re.IGNORECASE)
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed as a partner reads it."""

    body: bytes
    channel: Element
    items: list[Element]

    def each(self, name: str, *, required: bool = True) -> list[str]:
        """What an element of every item says, which has one such element, or none unless it is required."""
        found = []
        for item in self.items:
            texts = [each.text or "" for each in item.findall(name)]
            assert len(texts) == 1 or (not texts and not required), (name, texts)
            assert all(texts), name
            found += texts
        return found

    def texts(self) -> list[str]:
        """The HTML of every item's text, which says something."""
        found = self.each(CONTENT)
        assert all(plain(text).strip() for text in found), "there is no text"
        return found


def read(body: bytes) -> Feed:
    """The channel and its items; what all partners want of both, and no direction mark anywhere."""
    assert not DIRECTIONS.search(html.unescape(body.decode("utf-8")))
    root = etree.fromstring(body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    feed = Feed(body=body, channel=channel, items=channel.findall("item"))
    for name in ("title", "link", "description", "language"):
        assert channel.findtext(name), name
    for name in ("title", "link", "guid", "pubDate"):
        feed.each(name)
    for item in feed.items:
        assert item.findtext("link", "").startswith(("https://", "http://"))
        moment(item)
    assert len({item.findtext("guid") for item in feed.items}) == len(feed.items)
    return feed


def moment(item: Element) -> datetime:
    """RFC 822 with all digits of the year, as all three want it."""
    said = item.findtext("pubDate", "")
    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", said), said
    when = parsedate_to_datetime(said)
    assert when.tzinfo
    return when


def plain(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", markup))


def elements(markup: str) -> set[str]:
    return set(re.findall(r"<([a-z][a-z0-9]*)", markup))


def addresses(markup: str, attribute: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(rf' {attribute}="([^"]*)"', markup)]


# SmartNews


def _utf8(feed: Feed) -> None:
    assert b"encoding='UTF-8'" in feed.body.partition(b"\n")[0]


def _megabyte(feed: Feed) -> None:
    assert len(feed.body) <= 1_000_000


def _plain_channel(feed: Feed) -> None:
    assert not MARKUP.search(feed.channel.findtext("title", ""))


def _thirty(feed: Feed) -> None:
    assert len(feed.channel.findtext("description", "")) <= 30


def _dated_channel(feed: Feed) -> None:
    moment(feed.channel)


def _lives(feed: Feed) -> None:
    assert int(feed.channel.findtext("ttl", "")) > 0


def _logo(feed: Feed) -> None:
    assert [len(logo.findtext("url", "")) > 0 for logo in feed.channel.findall(LOGO)] in ([], [True])


def _untracked(feed: Feed) -> None:
    assert not any("utm_" in link.lower() for link in feed.each("link"))


def _whole(feed: Feed) -> None:
    feed.texts()


def _silent(feed: Feed) -> None:
    for text in feed.texts():
        assert not elements(text) & {"audio", "script", "style", "iframe"}
        assert " style=" not in text


def _thumbnail(feed: Feed) -> None:
    for item in feed.items:
        found = item.findall(THUMBNAIL)
        assert len(found) < 2
        assert all(each.get("url", "").startswith(("https://", "http://")) for each in found)


def _status(feed: Feed) -> None:
    assert set(feed.each(STATUS)) <= {"active", "deleted"}


def _item_language(feed: Feed) -> None:
    # Of what was withdrawn nothing stands there.
    assert all(item.findtext(LANGUAGE) or item.findtext(STATUS) == "deleted" for item in feed.items)


# Flipboard


def _fifty(feed: Feed) -> None:
    assert len(feed.items) <= 50


def _enclosed(feed: Feed) -> None:
    for item in feed.items:
        (enclosure,) = item.findall("enclosure")
        assert enclosure.get("url") and enclosure.get("length", "").isdigit()
        assert enclosure.get("type", "").startswith("image/")
        (media,) = item.findall(MEDIA)
        assert (media.get("url"), media.get("medium")) == (enclosure.get("url"), "image")


def _four_hundred(feed: Feed) -> None:
    for item in feed.items:
        (media,) = item.findall(MEDIA)
        assert all(int(media.get(name, "400")) >= 400 for name in ("width", "height"))


def _sorted(feed: Feed) -> None:
    assert all(item.findtext("category") for item in feed.items)


def _described(feed: Feed) -> None:
    # As RSS has it: escaped once as HTML, and there is no element in it.
    assert not any(MARKUP.search(text) for text in feed.each("description", required=False))


# MSN

MSN_TAGS = set(
    "b i em strong sub sup small h1 h2 h3 h4 h5 a img table thead tbody tfoot tr td th col caption colgroup ul ol li p"
    " div span br blockquote".split()
)


def _titled(feed: Feed) -> None:
    for item in feed.items:
        title, short = item.findtext("title", ""), item.findtext(SHORT_TITLE)
        assert len(title) > 20
        assert len(title) <= 150 or short
        assert not MARKUP.search(title)


def _short(feed: Feed) -> None:
    assert all(0 < len(title) <= 54 for title in feed.each(SHORT_TITLE, required=False))


def _abstract(feed: Feed) -> None:
    assert not any(MARKUP.search(text) for text in feed.each("description", required=False))


def _labels(feed: Feed) -> None:
    names = [each.text or "" for item in feed.items for each in (*item.findall(CREATOR), *item.findall("category"))]
    assert all(name and not MARKUP.search(name) for name in names)


def _elements(feed: Feed) -> None:
    for text in feed.texts():
        assert elements(text) <= MSN_TAGS, elements(text) - MSN_TAGS
        assert " style=" not in text


def _links(feed: Feed) -> None:
    for text in feed.texts():
        # A link may lead elsewhere on the same page.
        assert all(each.startswith(("https://", "http://", "mailto:", "#")) for each in addresses(text, "href")), text
        assert all(each.startswith(("https://", "http://")) for each in addresses(text, "src"))


def _modified(feed: Feed) -> None:
    for said in feed.each(MODIFIED):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said)


def _picture(feed: Feed) -> None:
    for item in feed.items:
        for media in item.findall(MEDIA):
            assert media.get("url", "").startswith(("https://", "http://"))
            assert (media.get("medium"), len(item.findall(MEDIA))) == ("image", 1)
            assert media.get("type") in {"image/png", "image/jpeg", "image/gif", "image/webp"}


def _keywords(feed: Feed) -> None:
    for item in feed.items:
        categories = [each.text for each in item.findall("category")]
        assert all(word in categories for word in (item.findtext(KEYWORDS) or "").split(",") if word)


def _anonymous(feed: Feed) -> None:
    assert not any("@" in link.split("/")[2] for link in feed.each("link"))


def _expires(feed: Feed) -> None:
    for item in feed.items:
        assert item.findtext(EXPIRES) in (None, item.findtext(MODIFIED))


def _any(feed: Feed) -> None:
    """What all partners want, and `read` has looked at."""


TABLE: dict[str, dict[str, Rule]] = {
    "smartnews": {
        "encoding": _utf8, "size of the file": _megabyte, "channel `title`": _plain_channel, "channel `link`": _any,
        "channel `description`": _thirty, "channel `pubDate`": _dated_channel, "channel `language`": _any,
        "channel `ttl`": _lives, "channel `snf:logo`": _logo, "`title`": _any, "`link`": _untracked, "`guid`": _any,
        "`pubDate`": _any, "`content:encoded`": _whole, "its elements": _silent, "`media:thumbnail`": _thumbnail,
        "`media:status`": _status, "`dc:language`": _item_language,
    },
    "flipboard": {
        "channel `title` `link` `description` `language`": _any, "number of items": _fifty, "`title`": _any,
        "`link`": _any, "`guid`": _any, "`pubDate`": _any, "`content:encoded`": _whole, "`description`": _described,
        "`enclosure`": _enclosed, "its sides": _four_hundred, "`category`": _sorted,
    },
    "msn": {
        "`guid`": _any, "`title`": _titled, "`mi:shortTitle`": _short, "`content:encoded`": _whole,
        "its elements": _elements, "its addresses": _links, "`pubDate`": _any, "`link`": _anonymous,
        "`description`": _abstract, "`dc:creator` `category`": _labels, "`dcterms:modified`": _modified,
        "`media:content`": _picture, "`media:keywords`": _keywords, "`mi:expirationDate`": _expires,
    },
}  # fmt: skip


def _reader(name: str) -> Rules:
    def items(body: bytes) -> list[Element]:
        feed = read(body)
        for rule in TABLE[name].values():
            rule(feed)
        return feed.items

    return items


RULES: dict[str, Rules] = {name: _reader(name) for name in TABLE}
