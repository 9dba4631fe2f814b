"""Feeds that were made to harm are refused or read without harm; others are read whatever is wrong with them."""

import io
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.errors import BadSource
from feeds.importers import syndication
from feeds.importers.source import Source
from feeds.model import Record, Rejection
from tests.fetch.servers import serving

ITEM = "<item><title>خبر</title><guid>1</guid><description>نص الخبر</description></item>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def read(raw: bytes | str) -> list[Record | Rejection]:
    data = raw.encode() if isinstance(raw, str) else raw
    return list(syndication.records(Source.of("in", io.BytesIO(data)), categories=False))


def refusal(raw: bytes | str) -> str:
    with pytest.raises(BadSource) as fault:
        read(raw)
    return str(fault.value)


def feed(inside: str, before: str = "") -> str:
    return f'{before}<rss version="2.0"><channel><title>x</title>{inside}</channel></rss>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1256"])
@pytest.mark.parametrize(
    "declarations",
    [
        f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]>',
        '<!doctype rss [<!entity x "y">]>',
        '<!-- <rss> --><!DOCTYPE rss [<!ENTITY x "y">]>',
        '<!DOCTYPE rss [<!ELEMENT rss ANY><!ATTLIST rss a CDATA "<b>"><!ENTITY x "y">]>',
    ],
)
def test_a_document_that_declares_entities_is_refused(declarations: str, encoding: str) -> None:
    """Billion laughs, XXE by file and by http."""
    raw = feed(ITEM.replace("نص", "&x;&l9;"), declarations).encode(encoding)
    assert refusal(raw) == "in: declares entities, which no feed needs; take the document type away"


def test_an_article_may_tell_of_entities() -> None:
    text = '<![CDATA[<p>كيف يكتب &lt;!ENTITY x> و<!ENTITY y "z"> في XML؟</p>]]>'
    (found,) = read(feed(f"<item><title>x</title><guid>1</guid><description>{text}</description></item>"))
    assert isinstance(found, Record) and "ENTITY" in found.item["content_html"]


def test_nothing_is_fetched_for_a_document_type() -> None:
    with serving() as server:
        read(feed(ITEM, f'<!DOCTYPE rss SYSTEM "{server.base}/x.dtd">'))
        read(feed(ITEM, f'<?xml-stylesheet href="{server.base}/x.xsl"?>'))
        assert server.targets == []


@pytest.mark.parametrize("inside", ["<a>" * 100_000, f"<item><description>{'<b>' * 100_000}</description></item>"])
def test_a_hundred_thousand_nested_elements_are_refused(inside: str) -> None:
    assert refusal(feed(inside)) == "in: nests elements deeper than 500; close each element"


class Endless:
    """A feed that never ends."""

    def __init__(self) -> None:
        self._pieces = self._made()
        self.given = 0

    def _made(self) -> Iterator[bytes]:
        yield b"<rss><channel>"
        while True:
            yield ITEM.encode() * 100

    def read(self, size: int = -1, /) -> bytes:
        piece = next(self._pieces)[:size]
        self.given += len(piece)
        return piece


def test_a_feed_that_never_ends_is_refused_and_memory_stays_flat() -> None:
    endless = Endless()
    tracemalloc.start()
    try:
        with pytest.raises(BadSource, match="in: is longer than 33554432 bytes, and nothing of it was taken"):
            list(syndication.records(Source.of("in", endless), categories=False))
        assert tracemalloc.get_traced_memory()[1] < 3 * syndication.MAX_FEED
    finally:
        tracemalloc.stop()
    assert endless.given < 2 * syndication.MAX_FEED


@pytest.mark.parametrize("raw", ["<rss/>", "<feed>", "<rss><channel></rss", "", "x", "<rss"])
def test_what_holds_nothing_is_refused_or_nothing(raw: str) -> None:
    try:
        assert all(isinstance(each, Rejection) for each in read(raw))
    except BadSource as fault:
        assert str(fault).startswith("in: is no feed that can be read: ")


def bounded(raw: bytes) -> None:
    """Reads noise: never an error of another kind, each record whole."""
    try:
        found = read(raw)
    except BadSource:
        return
    for each in found:
        assert each.place.source == "in" and each.place.position
        if isinstance(each, Record):
            assert all(isinstance(name, str) for name in each.item)


GOOD = feed(
    '<language>ar</language><item rdf:about="x"><title type="html">a &amp; b</title><link>http://e.example/1</link>'
    "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate><category>c</category><author>a@e.example (س)</author>"
    '<enclosure url="a.mp3" type="audio/mpeg" length="1"/><description><![CDATA[<p>x</p>]]></description></item>'
)
PIECES = st.sampled_from(
    "<item> </item> <entry> </entry> <title> </title> <![CDATA[ ]]> <!-- --> &amp; &#0; &#x110000; &nope; < > ' \" \0"
    " <?xml?> <!DOCTYPE <pubDate> 99999-99-99 <guid> <content:encoded> <media:content <link href= xml:base='http://['"
    " <div> </div> <enclosure length='9' <updated>0000</updated> \ufffe \ud7ff 999999999999999999999".split(" ")
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), PIECES, st.integers(0, 30)), max_size=6))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_is_put_into_a_feed_it_is_read_or_refused(spoiling: list[tuple[int, str, int]]) -> None:
    text = GOOD
    for at, piece, gone in spoiling:
        text = text[:at] + piece + text[at + gone :]
    bounded(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=300), st.sampled_from([b"", b"<rss><channel>", b"<?xml version='1.0'?><feed>", b"\xff\xfe"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(noise: bytes, before: bytes) -> None:
    bounded(before + noise)


def test_feeds_are_read_by_several_threads_at_a_time() -> None:
    """The parser's classes keep nothing of one feed for another."""
    found: list[int] = []

    def work(number: int) -> None:
        for _ in range(20):
            (each,) = read(feed(f"<item><title>{number}</title><guid>{number}</guid></item>"))
            assert isinstance(each, Record)
            found.append(int(each.item["id"]) - number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0] * 80


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("Mon, 23 Nov 2026 10:00:00 EET", "2026-11-23T10:00:00+02:00"),
        ("Mon, 23 Nov 2026 10:00:00 EEST", "2026-11-23T10:00:00+03:00"),
        ("Mon, 23 Nov 2026 10:00:00 CET", "2026-11-23T10:00:00+01:00"),
        ("Mon, 23 Nov 2026 10:00:00 GMT", "2026-11-23T10:00:00+00:00"),
        ("Mon, 23 Nov 2026 10:00:00 -0000", "2026-11-23T10:00:00+00:00"),
        ("Mon, 23 Nov 2026 10:00:00 +0330", "2026-11-23T10:00:00+03:30"),
        ("2026-11-23T10:00:00+02:00", "2026-11-23T10:00:00+02:00"),
    ],
)
def test_a_time_keeps_its_offset_also_by_the_name_of_its_zone(said: str, time: str) -> None:
    feed = f"<rss><channel><item><title>x</title><guid>1</guid><pubDate>{said}</pubDate></item></channel></rss>"
    (record,) = read(feed)
    assert isinstance(record, Record)
    assert record.item["date_published"] == time
