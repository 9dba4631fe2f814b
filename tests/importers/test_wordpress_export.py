"""An export of WordPress (WXR), as a real one wrote it, and as nobody should."""

import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadSource
from feeds.importers.source import Source
from feeds.importers.wordpress.export import Export
from feeds.importers.wordpress.post import Terms, read_category, read_post
from feeds.importers.wordpress.typography import paragraphed, typographic
from feeds.intake.draft import Draft, Drafter
from feeds.model import Record, Rejection
from tests.live.server import ROOT
from tests.wordpress.recorded import DATA, recorded

HEAD = (
    '<?xml version="1.0"?>\n{}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
)


def read(text: str | bytes, *, parents: bool = False) -> list[Record | Rejection]:
    raw = text.encode() if isinstance(text, str) else text
    return list(Export(Source.of("export.xml", io.BytesIO(raw)), parents=parents).records())


def item(number: int = 1, *, content: str = "<p>نص</p>", meta: str = "", more: str = "", type: str = "post") -> str:
    return (
        f"<item><title><![CDATA[خبر]]></title><link>http://w/{number}/</link><guid>http://w/?p={number}</guid>"
        f"<dc:creator>a</dc:creator><content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<excerpt:encoded></excerpt:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_date>2026-11-10 09:00:00</wp:post_date><wp:post_date_gmt>2026-11-10 07:00:00</wp:post_date_gmt>"
        f"<wp:status>publish</wp:status><wp:post_type>{type}</wp:post_type>{meta}{more}</item>"
    )


def one(text: str) -> Record:
    (record,) = read(HEAD.format("") + text + "</channel></rss>")
    assert isinstance(record, Record)
    return record


def drafts(records: list[Record | Rejection]) -> dict[str, Draft]:
    drafter = Drafter(base="http://w/", zone=ZoneInfo("UTC"))
    now = datetime(2026, 11, 25, tzinfo=UTC)
    made = [drafter.draft(record, now) for record in records if isinstance(record, Record)]
    return {draft.article.guid: draft for draft in made}


@pytest.mark.parametrize("parents", [False, True])
def test_the_same_as_by_rest(parents: bool) -> None:
    """REST and export of one site give the same articles: guids, titles, texts, pictures, times, sections."""
    categories = {found.number: found for raw in recorded("categories.json") if (found := read_category(raw))}
    terms = Terms(categories=categories, parents=parents)
    posts = [post for raw in recorded("posts.json") if (post := read_post(raw, "s", terms)) and post.record]
    by_rest = drafts([post.record for post in posts if post.record])
    by_export = drafts(read((DATA / "export.xml").read_bytes(), parents=parents))
    assert by_rest.keys() == by_export.keys()
    for guid, draft in by_rest.items():
        assert draft.article == by_export[guid].article
        assert set(draft.names or ()) == set(by_export[guid].names or ())
    export = Export(Source.of("x", io.BytesIO((DATA / "export.xml").read_bytes())))
    assert {each.number: each.slug for each in export.categories} == {n: each.slug for n, each in categories.items()}


def test_what_is_not_published() -> None:
    """Drafts, private articles, those with a password, and pages are passed over."""
    hidden = [
        item(2).replace(">publish<", ">draft<"),
        item(3).replace(">publish<", ">private<"),
        item(4, more="<wp:post_password><![CDATA[x]]></wp:post_password>"),
        item(5, type="page"),
    ]
    assert one("".join(hidden) + item(1)).item["id"] == "http://w/?p=1"


def test_a_picture_behind_the_article() -> None:
    """A picture may stand behind the article that shows it; one that never comes keeps no article back."""
    thumbnail = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta>"
    url = "<wp:attachment_url>http://w/a.jpg</wp:attachment_url>"
    text = item(1, meta=thumbnail.format(9)) + item(2, meta=thumbnail.format(8)) + item(3)
    found = read(HEAD.format("") + text + item(9, type="attachment", more=url) + "</channel></rss>")
    items = [record.item for record in found if isinstance(record, Record)]
    assert [(each["id"][-1], each.get("image")) for each in items] == [
        ("3", None),
        ("1", "http://w/a.jpg"),
        ("2", None),
    ]


def test_characters_that_xml_forbids() -> None:
    """WordPress writes them all the same; they go, and nothing else does."""
    assert one(item(1, content="<p>a\x0b\x08b</p>")).item["content_html"] == "<p>ab</p>"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "x">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    ],
)
def test_entities(doctype: str) -> None:
    """An export that declares a DTD or entities is refused, and nothing of it is fetched or made larger."""
    with pytest.raises(BadSource, match="declares a DTD or entities"):
        read(HEAD.format(doctype) + item(1, more="<title>&a;</title>") + "</channel></rss>")


def test_cut_off() -> None:
    """What stands before the place where an export breaks comes in, and the place is told."""
    found = read(HEAD.format("") + item(1) + item(2)[:80])
    assert isinstance(found[0], Record) and isinstance(found[1], Rejection)
    assert str(found[1]).startswith("export.xml:2: is no whole XML from here on")
    assert isinstance(read(b"no xml")[0], Rejection)
    assert isinstance(read(HEAD.format("") + "<item>" + "<a>" * 100_000)[0], Rejection)


def test_flat_memory() -> None:
    """Memory does not grow with an export."""

    left = 6000

    class Long(io.RawIOBase):
        rest = HEAD.format("").encode()

        def read(self, size: int = -1, /) -> bytes:
            nonlocal left
            while len(self.rest) < size and left:
                self.rest += item(left).encode()
                left -= 1
            piece, self.rest = self.rest[:size], self.rest[size:]
            return piece

    records: Iterator[Record | Rejection] = Export(Source.of("x", Long())).records()
    tracemalloc.start()
    try:
        count = sum(1 for _ in records)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    # The last one ends in the middle.
    assert count == 6001


@pytest.mark.parametrize(
    ("piece", "end"),
    [
        ("<a>x" * 100 + "x" * 100_000, "</a>" * 40_000),
        ("<title>" + "x" * 100_000 + "</title>", ""),
        ("<title/>" * 200, ""),
        (f"<content:encoded>{'x' * 100_000}", "</content:encoded>" * 400),
    ],
    ids=["deep", "long", "many", "within each other"],
)
def test_flat_memory_of_one_item(piece: str, end: str) -> None:
    """Nor with one item, however deep it goes and however much stands in it; the items around it come in."""

    class Long(io.RawIOBase):
        rest = (HEAD.format("") + item(1) + "<item><wp:post_id>2</wp:post_id>").encode()
        more = iter([*[piece.encode()] * 400, f"{end}</item>{item(3)}</channel></rss>".encode()])

        def read(self, size: int = -1, /) -> bytes:
            while len(self.rest) < size and (following := next(self.more, b"")):
                self.rest += following
            taken, self.rest = self.rest[:size], self.rest[size:]
            return taken

    tracemalloc.start()
    try:
        first, *between, last = Export(Source.of("x", Long())).records()
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(first, Record) and isinstance(last, Record)
    # What is only deep is a draft without a text.
    too_large = ["x:post 2: is longer than 33554432 characters; split the article"]
    assert list(map(str, between)) == (too_large if "<a>" not in piece and not end else [])


@given(st.text(alphabet="<>/[]!-\"'ab &;\n`.", max_size=60))
def test_anything(content: str) -> None:
    """Whatever an editor wrote, it makes a record."""
    text = content.replace("]]>", "")
    assert "content_html" in one(item(1, content=text)).item


@given(st.binary(max_size=200))
def test_noise(noise: bytes) -> None:
    """Whatever stands in the middle, what stands before it comes in, or it is refused as a whole."""
    raw = HEAD.format("").encode() + item(1).encode() + noise + item(2).encode() + b"</channel></rss>"
    try:
        found = read(raw)
    except BadSource:
        return
    assert isinstance(found[0], Record)


@pytest.mark.parametrize(
    ("given_text", "right"),
    [
        ('قال: "نعم" ... ثم', "قال: “نعم” … ثم"),
        ("it's 'so' -- a - b", "it’s ‘so’ — a – b"),
        ('<a title="x">"y"</a>.', '<a title="x">“y”</a>.'),
        ('<pre>"x" --</pre> 3x4 (tm)', '<pre>"x" --</pre> 3×4 ™'),
        ("", ""),
    ],
)
def test_typographic(given_text: str, right: str) -> None:
    assert typographic(given_text) == right


def test_paragraphs() -> None:
    """Empty lines part paragraphs, single ones break lines; blocks stay as they are."""
    text = "a\nb\r\n\r\nc\n\n<ul>\n<li>d</li>\n</ul>\n\n<blockquote>e</blockquote>[gallery ids='1']"
    assert paragraphed(text).split("\n") == (
        "<p>a<br>|b</p>|<p>c</p>|<ul>|<li>d</li>|</ul>|<blockquote>|<p>e</p>|</blockquote>|[gallery ids='1']".split("|")
    )
    assert paragraphed("<!-- wp:p --><p>a</p>\n\nb") == "<!-- wp:p --><p>a</p>\n\nb"


def test_expected() -> None:
    """The recorded export gives just these records."""
    expected = json.loads((DATA / "export.expected.json").read_text(encoding="utf-8"))
    found = [record.item for record in read((DATA / "export.xml").read_bytes()) if isinstance(record, Record)]
    assert found == expected


THREADS = """
import gc, io, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from feeds.importers.source import Source
from feeds.importers.wordpress.export import Export

raw = Path(sys.argv[1]).read_bytes()
for _ in range(10):
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        export = one.submit(lambda: Export(Source.of("x", io.BytesIO(raw)))).result()
        assert other.submit(lambda: len(list(export.records()))).result() == 11
        assert one.submit(lambda: len(list(Export(Source.of("x", io.BytesIO(raw))).records()))).result() == 11
        other.submit(gc.collect).result()
"""


def test_whatever_thread_goes_on_reading() -> None:
    """An import reads each batch in whatever thread is free; a parser of lxml's brought the process down."""
    command = [sys.executable, "-c", THREADS, str(DATA / "export.xml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
