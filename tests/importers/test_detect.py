"""What a source is, is told by its content; what can't be told, is said."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadSource
from feeds.importers import detect

ARABIC = "اقتصاد\n\nافتتاح سوق جديد\n\nافتتحت البلدية سوقاً جديداً للأسماك في الميناء القديم، بعد عامين من الأعمال."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "json"),
        ('{"id": "1"}\n', "json"),
        ("[]", "json"),
        ('oops\n{"id": 1}', "json"),
        ('<rss version="2.0">', "syndication"),
        ('\ufeff \n<?xml version="1.0"?>\n<!-- a > b -->\n<?xml-stylesheet href="x"?><rss>', "syndication"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "syndication"),
        ("<a:feed xmlns:a='x'>", "syndication"),
        ("<rdf:RDF>", "syndication"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss>', "syndication"),
        ('<rss xmlns:wp="http://wordpress.org/export/1.2/">', "wxr"),
        ("<!doctype html><title>x</title>", "page"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html>', "page"),
        ("<HTML lang=ar>", "page"),
        ("<br />\n<b>Warning</b>: x on line 3<br />\n<html>", "page"),
        ("<!-- saved from url=(0014)about:internet -->\n<html>", "page"),
        (ARABIC, "copy"),
        (ARABIC.replace("\n", "\r\n"), "copy"),
        ("[صور] افتتاح سوق جديد\n" + ARABIC, "copy"),
        ("Jannah Theme License is not validated\n" + ARABIC, "copy"),
    ],
)
def test_a_source_is_known_by_its_beginning(text: str, kind: str) -> None:
    assert detect("in", text.encode()) == kind


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6", "utf-16", "utf-8-sig"])
def test_text_is_known_in_any_encoding(encoding: str) -> None:
    assert detect("in", ARABIC.encode(encoding)) == "copy"
    assert detect("in", f"<rss><title>{ARABIC}</title></rss>".encode(encoding)) == "syndication"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x1f\x8b\x08\0", "is compressed; unpack it, such as by `gunzip -c FILE | feeds import -`"),
        (b"%PDF-1.7", "is a PDF; save the page as HTML, or its text"),
        (b"{\\rtf1\\ansi", "is RTF; save it as plain text"),
        (b"SQLite format 3\0", "is a SQLite database; give what it was made from"),
        (b"<opml version='2.0'>", "is a list of feeds (OPML); give the addresses in it"),
        (b"<?xml version='1.0'?><urlset>", "is XML of another kind, <urlset>; give RSS, Atom or RDF"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n", "is a web archive (MHTML); save the page as HTML"),
        ("[]".encode("utf-16"), "is UTF-16 or UTF-32; save it as UTF-8"),
        ("<rss>".encode("utf-16-le"), "is UTF-16 or UTF-32; save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no source of articles that is known; give JSON Lines"),
        (b"a,b,c\n1,2,3\n", "is no source of articles that is known; give JSON Lines"),
        (b"import os\n\n\ndef main() -> None:\n    print(os.environ['HOME'], 1, 2, 3)\n", "is no source of articles"),
        (b"An English note of some length, which is no article.\nAnother line.\n", "is no source of articles"),
        ("سطر واحد طويل بما يكفي لأن يكون فقرة، ولكنه سطر واحد لا غير".encode(), "is no source of articles"),
        ("قائمة\nمن\nكلمات\n".encode(), "is no source of articles"),
    ],
)
def test_what_is_none_is_said_with_what_would_be_right(raw: bytes, message: str) -> None:
    with pytest.raises(BadSource) as fault:
        detect("in.xml", raw)
    assert str(fault.value).startswith(f"in.xml: {message}")


@given(st.binary(max_size=200) | st.text(alphabet="<>!?[]-\"' \nrshtmlfed:xا", max_size=200).map(str.encode))
def test_any_bytes_are_something_or_refused(raw: bytes) -> None:
    try:
        detect("in", raw)
    except BadSource as fault:
        assert str(fault).startswith("in: ")


@pytest.mark.parametrize("piece", ["<!--", "<?x ", "<!DOCTYPE [", "<!-- -", "<!doctype a ", "<a ", "[", "{", "<!---->"])
def test_no_beginning_takes_long(piece: str) -> None:
    with contextlib.suppress(BadSource):
        detect("in", (piece * 65_536)[:65_536].encode())
