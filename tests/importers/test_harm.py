"""What was written to harm does none, whatever source it comes from: markup that changes when it is read again."""

import io
from datetime import UTC
from html import escape

import pytest

from feeds.errors import BadRecord
from feeds.importers import Reading, detect, records
from feeds.importers.source import Source
from feeds.intake.draft import Drafter
from feeds.model import Record
from tests.intake.test_sanitize import MUTATIONS, assert_harmless
from tests.store.articles import NOW

TEXT = "أعلنت البلدية اليوم افتتاح الطريق الساحلي بعد أعمال صيانة استمرت عامين كاملين."
RSS = "<rss><channel><item><guid>1</guid>{}</item></channel></rss>"
SOURCES = {
    "escaped": RSS.format("<title>{0}</title><description>{0}</description>"),
    "cdata": RSS.format("<title>x</title><description><![CDATA[{1}]]></description>"),
    "atom": '<feed><entry><id>1</id><title type="html">{0}</title><content type="html">{0}</content></entry></feed>',
    "markup": "<feed><entry><id>1</id><content type='xhtml'><div>{1}</div></content></entry></feed>",
    "page": "<!doctype html><html><head><title>{0}</title></head><body><article><p>"
    + TEXT
    + "</p><div>{1}</div><p>"
    + TEXT
    + "</p></article></body></html>",
    "data": '<html><script type="application/ld+json">{{"@type":"NewsArticle","headline":"{0}","articleBody":"{0}"}}'
    "</script></html>",
    "copy": "ثقافة\nعنوان المقال الطويل هنا\n" + TEXT + "\n{1}\n" + TEXT,
}


@pytest.mark.parametrize("html", MUTATIONS)
@pytest.mark.parametrize("form", SOURCES)
def test_what_changes_on_a_second_reading_does_no_harm_from_any_source(form: str, html: str) -> None:
    raw = SOURCES[form].format(escape(html), html.replace("]]>", "]] >")).encode()
    source = Source.of("in", io.BytesIO(raw), changed=NOW)
    found = [each for each in records(detect("in", source.peek()), source, Reading()) if isinstance(each, Record)]
    drafter = Drafter(base="https://news.example", zone=UTC)
    for record in found:
        try:
            article = drafter.draft(record, NOW).article
        except BadRecord:
            continue
        assert_harmless(article.content_html)
        assert_harmless(article.directed_html or "")
    assert found or form in ("markup", "page", "copy", "data")
