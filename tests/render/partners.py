"""What partners published of the feeds that they take, written down again: a reader of each, beside our profiles."""

import html
import re
from collections.abc import Callable
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

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
STATUS = "{http://search.yahoo.com/mrss/}status"
MEDIA = "{http://search.yahoo.com/mrss/}content"
THUMBNAIL = "{http://search.yahoo.com/mrss/}thumbnail"
LOGO = "{http://www.smartnews.be/snf}logo"
SHORT_TITLE = "{http://schemas.ingestion.microsoft.com/common/}shortTitle"
EXPIRES = "{http://schemas.ingestion.microsoft.com/common/}expirationDate"
MODIFIED = "{http://purl.org/dc/terms/}modified"
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def read(body: bytes) -> tuple[Element, list[Element]]:
    """The channel and its items; what all partners want of both, and no direction mark anywhere."""
    assert not DIRECTIONS.search(html.unescape(body.decode("utf-8")))
    root = etree.fromstring(body)
    (channel,) = root
    for name in ("title", "link", "description", "language"):
        assert channel.findtext(name), name
    items = channel.findall("item")
    for item in items:
        for name in ("title", "link", "guid", "pubDate"):
            assert len(item.findall(name)) == 1 and item.findtext(name), name
        assert item.findtext("link", "").startswith(("https://", "http://"))
        moment(item)
    assert len({item.findtext("guid") for item in items}) == len(items)
    return channel, items


def moment(item: Element) -> datetime:
    """RFC 822, as all three want it."""
    when = parsedate_to_datetime(item.findtext("pubDate", ""))
    assert when.tzinfo
    return when


def text_of(item: Element) -> str:
    found = html.unescape(re.sub("<[^>]*>", "", item.findtext(CONTENT, "")))
    assert found.strip(), "there is no text"
    return found


def smartnews(body: bytes) -> list[Element]:
    """SmartFormat 2.1: "UTF-8"; title, link, description ("30 characters or less"), pubDate and language of the
    channel; title, link, guid, pubDate and content of an item; its status; 1 MB at most."""
    assert len(body) <= 1_000_000
    assert b"encoding='UTF-8'" in body.partition(b"\n")[0]
    channel, items = read(body)
    assert parsedate_to_datetime(channel.findtext("pubDate", ""))
    assert len(channel.findtext("description", "")) <= 30
    assert [len(logo.findtext("url", "")) > 0 for logo in channel.findall(LOGO)] in ([], [True])
    for item in items:
        text_of(item)
        assert item.findtext(STATUS) in ("active", "deleted")
        assert all(thumbnail.get("url") for thumbnail in item.findall(THUMBNAIL))
    return items


def flipboard(body: bytes) -> list[Element]:
    """ "The entire body copy"; "at least one image per article, no less than 400px in the smallest dimension", as an
    enclosure."""
    _, items = read(body)
    assert len(items) <= 50
    for item in items:
        text_of(item)
        (enclosure,) = item.findall("enclosure")
        assert enclosure.get("url") and enclosure.get("length", "").isdigit()
        assert enclosure.get("type", "").startswith("image/")
        (media,) = item.findall(MEDIA)
        assert media.get("url") == enclosure.get("url")
        assert all(int(media.get(name, "400")) >= 400 for name in ("width", "height"))
    return items


MSN_TAGS = set(
    "b i em strong sub sup small h1 h2 h3 h4 h5 a img table thead tbody tfoot tr td th col caption colgroup ul ol li p"
    " div span br blockquote".split()
)


def msn(body: bytes) -> list[Element]:
    """ "Content item title must be more than 20 characters but not exceed 150 characters unless a short title is also
    provided. No HTML tags allowed"; dates in UTC; the elements that a body may hold; one language."""
    _, items = read(body)
    for item in items:
        title = item.findtext("title", "")
        assert len(title) > 20
        assert not re.search("<[a-z/!]", title, re.IGNORECASE)
        assert not re.search("<[a-z/!]", item.findtext("description", ""), re.IGNORECASE)
        short = item.findtext(SHORT_TITLE)
        assert len(title) <= 150 or (short and len(short) <= 54)
        text_of(item)
        tags = set(re.findall(r"<([a-z][a-z0-9]*)", item.findtext(CONTENT, "")))
        assert tags <= MSN_TAGS, tags - MSN_TAGS
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item.findtext(MODIFIED, ""))
        kinds = {media.get("type") for media in item.findall(MEDIA)}
        assert kinds <= {"image/png", "image/jpeg", "image/gif", "image/webp"}
        assert "@" not in item.findtext("link", "").split("/")[2]
    return items


RULES: dict[str, Rules] = {"flipboard": flipboard, "msn": msn, "smartnews": smartnews}
