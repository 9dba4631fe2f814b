"""OPML documents and sitemaps: a faultless one, and one change that causes one finding."""

import pytest

from tests.check.cases import Case, assert_only, cases, changed, found, label

URL = "https://news.example/news-sitemap.xml"
OPML = """<?xml version='1.0' encoding='UTF-8'?>
<opml version="2.0">
  <head><title>خُلاصات</title><docs>http://opml.org/spec2.opml</docs></head>
  <body>
    <outline text="خُلاصات">
      <outline type="rss" text="دولي" xmlUrl="https://news.example/w.xml"
        htmlUrl="https://news.example/w/" language="ar"/>
      <outline type="rss" text="رياضة" xmlUrl="https://news.example/s.xml"/>
    </outline>
  </body>
</opml>
"""
SITEMAP = """<?xml version='1.0' encoding='UTF-8'?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
  <url>
    <loc>https://news.example/a/</loc>
    <lastmod>2026-11-23T11:30:00+02:00</lastmod>
    <news:news>
      <news:publication><news:name>خُلاصات</news:name><news:language>ar</news:language></news:publication>
      <news:publication_date>2026-11-23T11:00:00+02:00</news:publication_date>
      <news:title>عنوان</news:title>
    </news:news>
  </url>
  <url><loc>https://news.example/b/</loc></url>
</urlset>
"""
INDEX = """<?xml version='1.0' encoding='UTF-8'?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://news.example/news-sitemap-1.xml</loc><lastmod>2026-11-23</lastmod></sitemap>
</sitemapindex>
"""
FIRST = 'url 1 (loc "https://news.example/a/")'
NEWS = "Google, news sitemaps"
PROTOCOL = "Sitemaps protocol"


@pytest.mark.parametrize("document", [OPML, SITEMAP, INDEX], ids=["opml", "sitemap", "index"])
def test_nothing_is_said_of_a_faultless_one(document: str) -> None:
    """They are told by their content, like feeds."""
    assert found(document.encode(), URL) == []


@pytest.mark.parametrize(
    "case",
    [
        *cases(
            "error",
            "opml",
            [
                ('version="2.0"', 'version="1.0"', 'version is "1.0"', "OPML 2.0"),
                (' version="2.0"', "", "has no version", "OPML 2.0"),
                ("</body>", "</body><body/>", "has 2 body elements", "OPML 2.0"),
            ],
        ),
        *cases("warning", "head", [("<title>خُلاصات</title>", "", "has no title", "OPML 2.0")]),
        *cases(
            "error",
            "outline 2",
            [
                ('text="دولي" ', "", "has no text", "OPML 2.0"),
                (' xmlUrl="https://news.example/w.xml"', "", "has no xmlUrl", "OPML 2.0"),
                ('type="rss" text="دولي"', 'type="x" text="دولي"', 'has an xmlUrl and type "x"', "OPML 2.0"),
                ("https://news.example/w/", "w/", "htmlUrl is not absolute", "RFC 3986 §4.3"),
                ('language="ar"/>', 'language="arabic"/>', "language is not a language tag", "RFC 5646 §2.1"),
                ('language="ar"/>', 'language="ar"><x/></outline>', "holds x", "OPML 2.0"),
            ],
        ),
        *cases("warning", "body", [("s.xml", "w.xml", "2 outlines have the xmlUrl", "OPML 2.0")]),
        *cases("warning", "opml", [("دولي", "\u202eدولي", "text of outline holds U+202E", "Unicode TR 20")]),
    ],
    ids=label,
)
def test_a_fault_in_opml_is_one_finding(case: Case) -> None:
    (finding,) = found(changed(OPML, case))
    assert (finding.level, finding.where[: len(case.where)]) == (case.level, case.where)
    assert finding.what.startswith(case.what)
    assert finding.source.startswith(case.source)


def test_an_opml_document_without_outlines_lists_nothing() -> None:
    (finding,) = found(b'<opml version="2.0"><head><title>x</title></head><body/></opml>')
    assert (finding.level, finding.what) == ("error", "has no outline")


@pytest.mark.parametrize(
    "case",
    [
        *cases(
            "error",
            FIRST,
            [
                ("<lastmod>2026-11-23T11:30:00+02:00", "<lastmod>yesterday", "lastmod is", ""),
                ("<news:language>ar", "<news:language>ar-LY", "news:language is no language without its region", NEWS),
                ("<news:name>خُلاصات</news:name>", "", "has 0 news:name elements", NEWS),
                ("<news:name>خُلاصات", "<news:name>", "news:name is empty", NEWS),
                ("<news:title>عنوان", "<news:title>", "news:title is empty", NEWS),
                ("<news:publication_date>2026", "<news:publication_date>x2026", "news:publication_date is", ""),
                ("<news:title>عنوان</news:title>", "", "has 0 news:title elements", NEWS),
            ],
        ),
        *cases(
            "error",
            "url 1",
            [
                ("https://news.example/a/", "/a/", "loc is", ""),
                ("https://news.example/a/", "https://news.example/" + "a" * 2028, "loc is too long", PROTOCOL),
                ("<loc>https://news.example/a/</loc>", "", "has 0 loc elements", PROTOCOL),
            ],
        ),
        *cases("warning", "urlset", [("/b/", "/a/", "lists 1 addresses more than once", PROTOCOL)]),
        *cases(
            "warning",
            "urlset",
            [("news.example/b", "other.example/b", "lists addresses on other.example", f"{PROTOCOL}, Sitemaps")],
        ),
    ],
    ids=label,
)
def test_a_fault_in_a_sitemap_is_one_finding(case: Case) -> None:
    (finding,) = found(changed(SITEMAP, case), URL)
    assert (finding.level, finding.where[: len(case.where)]) == (case.level, case.where)
    assert finding.what.startswith(case.what)
    assert finding.source.startswith(case.source)


def test_a_sitemap_without_a_publication_says_so() -> None:
    whole = "<news:publication><news:name>خُلاصات</news:name><news:language>ar</news:language></news:publication>"
    assert_only(
        Case(whole, "", "error", FIRST, "has 0 news:publication elements", NEWS),
        found(SITEMAP.replace(whole, "").encode(), URL),
    )


def test_more_than_a_thousand_news_elements_want_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google takes 1,000 in one document; the protocol so many addresses; and an index names a sitemap."""
    start, end = SITEMAP.index("  <url>"), SITEMAP.index("  <url><loc>https://news.example/b/")
    one = SITEMAP[start:end]
    many = SITEMAP.replace(one, "".join(one.replace("/a/", f"/{n}/") for n in range(1001)))
    (finding,) = found(many.encode(), URL)
    assert finding.what == "has 1001 news elements"
    monkeypatch.setattr("feeds.check.sitemaps._MOST", 1)
    (finding,) = found(SITEMAP.encode(), URL)
    assert (finding.what, finding.right) == ("has 2 entries", "1 at most, and an index")
    (finding,) = found(INDEX.replace(INDEX[INDEX.index("  <sitemap>") : INDEX.index("</sitemapindex>")], "").encode())
    assert finding.what == "has no sitemap"
