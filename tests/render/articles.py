"""Articles as intake would have them, made of made items by the real Drafter, and the feeds that hold them."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from feeds.addresses import FeedAddress
from feeds.edition import Edition
from feeds.intake.draft import Drafter
from feeds.model import Article, ContentLevel, Document, FeedFormat, Place, Record, Selection, State, Tombstone
from feeds.render.jsonfeed import json_feed
from feeds.render.xml import atom, rss
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Shelf
from tests.rtl import strings

# Explaining takes minutes where articles are large.
SOME = settings(max_examples=40, deadline=None, phases=set(Phase) - {Phase.explain})

SITE = "https://news.example"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HUBS = ("https://hub.example/", "https://push.example/hub?topic=1&mode=2")
RENDERERS = {"rss": rss, "atom": atom, "json": json_feed}
SECTIONS = {
    "culture": "ثقافة وفنون",
    "economy": "اقتصاد",
    "sports": "رياضة",
    "world": "دولي",
    "محلي": "محلي",
}


def configured(**tables: Any) -> Settings:
    """A newsroom's settings; `tables` add to it."""
    raw: dict[str, Any] = {
        "site": {
            "title": "صحيفة المثال",
            "description": "أخبار ليبيا والعالم",
            "url": SITE,
            "publisher": "غرفة الأخبار",
            "copyright": "© صحيفة المثال & شركاؤها",
            "icon": "static/icon.png",
            "logo": "static/logo.png",
        },
        "sections": [{"slug": slug, "title": title} for slug, title in SECTIONS.items()],
    }
    for name, table in tables.items():
        raw[name] = {**raw.get(name, {}), **table} if isinstance(table, Mapping) else table
    return Settings.model_validate_json(json.dumps(raw))


def edition(settings: Settings) -> Edition:
    return Edition(settings, SectionNames(settings.section_list(), ()))


def article(**item: Any) -> Article:
    """The article that intake makes of an item; `sections` are slugs."""
    raw = {
        "id": "https://news.example/1",
        "url": "https://news.example/1",
        "title": "خبر أول",
        "content_html": "<p>نص الخبر</p>",
        "date_published": "2026-11-23T09:30:00+02:00",
        "sections": ["world"],
        **item,
    }
    drafter = Drafter(base=SITE, zone=UTC)
    draft = drafter.draft(Record(place=Place(source="made"), item=raw), NOW)
    return replace(draft.article, sections=tuple(draft.names or ()))


def shelf(articles: Sequence[Article], tombstones: Sequence[Tombstone] = ()) -> Shelf:
    """The articles in the order in which a store gives them."""
    ordered = sorted(articles, key=lambda each: each.guid)
    return Shelf(
        state=State(version=1, changed=0),
        articles=sorted(ordered, key=lambda each: each.listed_at, reverse=True),
        tombstones=tombstones,
        changes_at=None,
        since=NOW - timedelta(days=400),
    )


def document(
    articles: Sequence[Article] = (),
    format: FeedFormat = "rss",
    *,
    settings: Settings | None = None,
    sections: tuple[str, ...] = (),
    limit: int | None = None,
    content: ContentLevel | None = None,
    tombstones: Sequence[Tombstone] = (),
) -> Document:
    """The document that holds these articles."""
    address = FeedAddress(selection=Selection(sections=sections), format=format, limit=limit, content=content)
    return edition(settings or configured()).document(address, shelf(articles, tombstones))


def rendered(articles: Sequence[Article] = (), format: FeedFormat = "rss", **rest: Any) -> bytes:
    return RENDERERS[format](document(articles, format, **rest))


# Made items

_HOSTS = st.sampled_from(["news.example", "www.wakala.example", "xn--mgbh0fb.example", "أخبار.example"])
_SEGMENTS = st.sampled_from(["1", "world", "2026/11/23", "خبر عاجل", "a%20b", "ليبيا-2026", "n(1)", "~x", "a&b", "ç"])
_QUERIES = st.sampled_from(["", "", "", "?p=12", "?a=1&b=%D9%8A", "?q=خبر"])
_TROUBLE = ["a < b", "AT&T", "<b>", "&amp;", "&lt;i&gt;", "]]>", '"q"', "'", "<!--", "\\u0041", "{{ x }}", "&nbsp;"]


def addresses() -> st.SearchStrategy[str]:
    path = st.lists(_SEGMENTS, min_size=1, max_size=3).map("/".join)
    return st.builds("https://{}/{}{}".format, _HOSTS, path, _QUERIES)


def texts(*, trouble: bool = True) -> st.SearchStrategy[str]:
    """Plain text as it comes in; with `trouble`, such as breaks bad HTML and XML too."""
    odd = st.lists(st.sampled_from(_TROUBLE), min_size=1, max_size=2)
    words = st.one_of(strings.headlines(), strings.strings()).map(_admitted)
    if not trouble:
        return words
    mixed = st.builds(lambda a, b, c: " ".join([a, *b, c]), strings.headlines(), odd, strings.headlines())
    return st.one_of(words, words, mixed)


def _admitted(text: str) -> str:
    """Without lone surrogates, which are refused at the door, and U+FFFD, which says that a source is broken."""
    return text.encode("utf-8", "ignore").decode().replace("\ufffd", "")


def _nonempty(alternative: str, *, trouble: bool = True) -> st.SearchStrategy[str]:
    """Text of which something is left when it is clean."""
    return texts(trouble=trouble).map(lambda text: f"{alternative} {text}")


def guids() -> st.SearchStrategy[str]:
    number = st.integers(1, 10**9)
    return st.one_of(
        st.builds("https://news.example/?p={}".format, number),
        st.builds("tag:news.example,2026:{}".format, number),
        st.builds("urn:uuid:2f0e6b0a-0c62-5c39-9d0c-{:012d}".format, number),
        st.builds("خبر رقم {} <&>".format, number),
        st.builds("wp-{}".format, number),
    )


def _blocks() -> st.SearchStrategy[str]:
    # Isolates stay until intake balances them (RTL.md R5), and in an attribute NUL is U+FFFD to HTML.
    text = _nonempty("نص").map(lambda found: html.escape(re.sub("[\0\u2066-\u2069]", "", found), quote=False))
    return st.one_of(
        text.map("<p>{}</p>".format),
        st.builds('<p dir="ltr">{} <strong>{}</strong></p>'.format, text, text),
        st.builds("<ul><li>{}</li><li>{}</li></ul>".format, text, text),
        st.builds('<h2 lang="en">{}</h2><blockquote><p>{}</p></blockquote>'.format, text, text),
        st.builds("<table><tr><td>{}</td><td>15:30</td></tr></table>".format, text),
        st.builds('<p><a href="{}">{}</a></p>'.format, addresses().map(html.escape), text),
        st.builds(
            '<figure><img src="{}" alt="{}"></figure>'.format, addresses().map(html.escape), text.map(html.escape)
        ),
        st.sampled_from(["<p>&nbsp;</p>", "<script>alert(1)</script>", "<p onclick=x>", "<hr>", "<p>\r\n\t‎</p>", "x"]),
    )


def _times() -> st.SearchStrategy[datetime]:
    offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    seconds = st.integers(int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()), int(NOW.timestamp()))
    parts = st.sampled_from([0, 0, 0, 500_000, 1])
    return st.builds(
        lambda second, part, zone: datetime.fromtimestamp(second, zone).replace(microsecond=part),
        seconds,
        parts,
        offsets,
    )


def _sizes() -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.integers(0, 10**12))


def _image_details() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "mime_type": st.sampled_from(["image/jpeg", "image/webp", "image/svg+xml"]),
            "size_in_bytes": st.integers(0, 10**9),
            "width": st.integers(0, 5000),
            "height": st.integers(0, 5000),
            "description": texts(),
            "credit": texts(),
        },
    )


def _attachments() -> st.SearchStrategy[list[dict[str, Any]]]:
    kinds = st.sampled_from(["audio/mpeg", "video/mp4", "application/pdf", "image/png", "AUDIO/OGG; codecs=opus"])
    one = st.fixed_dictionaries(
        {"url": addresses(), "mime_type": kinds},
        optional={
            "title": texts(),
            "size_in_bytes": _sizes(),
            "duration_in_seconds": st.one_of(st.none(), st.floats(0, 10**6), st.integers(0, 10**6)),
        },
    )
    return st.lists(one, max_size=3, unique_by=lambda file: file["url"])


def _extensions() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "correction": st.booleans(),
            "image": _image_details(),
            "source": st.fixed_dictionaries({"title": texts(), "url": addresses()}),
        },
    )


def _authors() -> st.SearchStrategy[list[dict[str, Any]]]:
    # Readers take an e-mail address out of a name.
    names = _nonempty("سالم", trouble=False).map(lambda name: name.replace("@", " "))
    one = st.fixed_dictionaries({"name": names}, optional={"url": addresses()})
    return st.lists(one, max_size=3, unique_by=lambda author: author["name"])


def _items() -> st.SearchStrategy[dict[str, Any]]:
    changes = st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(hours=5), timedelta(days=-3)])
    return st.fixed_dictionaries(
        {
            "id": guids(),
            "title": st.one_of(_nonempty("خبر"), _nonempty("FIFA"), st.just("")),
            "summary": st.one_of(st.just(""), _nonempty("ملخص")),
            # The rule has no text that a summary could be made from.
            "content_html": st.one_of(st.lists(_blocks(), max_size=4).map("\n".join), st.just("<hr>")),
            "published": _times(),
            "change": changes,
            "authors": _authors(),
            "tags": st.lists(_nonempty("وسم"), max_size=3),
            "sections": st.lists(st.sampled_from(sorted(SECTIONS)), min_size=1, max_size=3, unique=True),
            "attachments": _attachments(),
            "_feeds": _extensions(),
        },
        optional={
            "url": addresses(),
            "image": addresses(),
            "language": st.sampled_from(["ar", "ar-LY", "en", "en-GB", "fa", "he", "zh-Hant-TW"]),
        },
    )


# Made once; and composites are short to print, where a test fails.
_ITEMS = _items()


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """One article, with anything that an article can have."""
    item = draw(_ITEMS)
    published, change = item.pop("published"), item.pop("change")
    times = {"date_published": published.isoformat(), "date_modified": (published + change).isoformat()}
    if not item["title"]:
        # Without a title something has to make one.
        item["content_html"] = f"<p>نص بلا عنوان</p>{item['content_html']}"
    return article(**{"url": None, **item, **times})


@st.composite
def several(draw: st.DrawFn, *, max_size: int = 4) -> list[Article]:
    """Articles of one newsroom: each guid once."""
    return draw(st.lists(articles(), max_size=max_size, unique_by=lambda each: each.guid))
