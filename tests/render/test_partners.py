"""Partners' feeds: what each partner published of what it takes, field by field, on samples and on hostile articles."""

import html
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.model import Article, Tombstone
from feeds.render.partners import judged, partner_feed
from feeds.render.profiles import profiles
from tests.render.articles import NOW, SECTIONS, SITE, SOME, article, several
from tests.render.partner_feeds import LONG, document, feed, good
from tests.render.partners import (
    CONTENT,
    EXPIRES,
    KEYWORDS,
    MEDIA,
    MODIFIED,
    RULES,
    SHORT_TITLE,
    STATUS,
    TABLE,
    THUMBNAIL,
    moment,
    read,
)
from tests.render.test_valid import findings, sampled

NAMES = sorted(RULES)


def test_there_is_a_profile_for_each_partner() -> None:
    """Each with the addresses of what the partner published; none is called like a format."""
    assert sorted(profiles()) == NAMES
    assert not {*profiles()} & {"rss", "atom", "feed", "opml"}
    for profile in profiles().values():
        assert profile.sources and all(source.startswith("https://") for source in profile.sources)
        rules = {rule.source for rule in profile.lengths} | {rule.source for rule in profile.pictures}
        rules |= {rule.source for rule in profile.unwanted} | ({profile.markup.source} if profile.markup else set())
        others = (profile.one_language, profile.https, profile.own_host, profile.untracked)
        assert rules | {*filter(None, others)} <= {*profile.sources}


def test_the_documents_table_names_every_rule() -> None:
    """What stands there as kept in every feed is looked at in every feed here, and the other way round."""
    text = (Path(__file__).parents[2] / "docs" / "partners.md").read_text("utf-8")
    for name, profile in profiles().items():
        table = text.partition(f"### {profile.partner}\n")[2].partition("\n#")[0]
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if "|" in line]
        kept = [row[0] for row in rows if row[-1] == "every feed"]
        assert sorted(kept) == sorted(TABLE[name])
        assert {row[-1] for row in rows[2:]} <= {"every feed", "`feeds check`", "not sent"}
        assert all(source in text for source in profile.sources)


# What is no trouble to others: other schemes, elements that some partners do not take, parameters of campaigns.
TROUBLE = [
    "<p>نص</p>",
    '<p><a href="tel:+218910000000">اتصل بنا</a> <a href="mailto:a@news.example">أو اكتب</a></p>',
    '<p>سطر<br>\n<br>سطر</p><audio controls src="https://news.example/a.mp3">صوت</audio>',
    '<video src="https://news.example/a.mp4" poster="https://news.example/a.jpg"></video><del>حذف</del><hr>',
    '<figure><picture><source src="https://news.example/a.webp"><img src="https://news.example/a.jpg"></picture></figure>',
]
CLEAN = [article(content_html=trouble).content_html or "" for trouble in TROUBLE]


def troubled(article: Article, trouble: str, times: int) -> Article:
    """The article with something in its text and in its address that partners do not take, and a title as long as no
    other."""
    url = article.url and f"{article.url}{'&' if '?' in article.url else '?'}utm_source=desk&n=1&UTM_medium=%D8%A3"
    content = (article.content_html or "") + trouble
    # No longer than `feeds check` has nothing against.
    title = " ".join([article.title] * times)[:300].strip()
    return replace(article, title=title, content_html=content, excerpt=article.excerpt or "نص", url=url)


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_feeds_keep_the_partners_rules(name: str) -> None:
    """Every section's: nothing that the partner would reject stands in it, and RSS is RSS."""
    shown = 0
    for section in SECTIONS:
        articles = [each for each in sampled() if section in each.sections][: profiles()[name].entries]
        made = document(articles, name, section=section)
        body = partner_feed(made, profiles()[name])
        shown += len(RULES[name](body))
        # A reader that knows nothing of partners reads it, too.
        parsed = feedparser.parse(body)
        assert not parsed.bozo and len(parsed.entries) == len(RULES[name](body))
        assert findings(body, f"{SITE}/{'%D9%85%D8%AD%D9%84%D9%8A' if section == 'محلي' else section}/{name}.xml") == []
    assert shown > 30


@given(several(), st.sampled_from(CLEAN), st.sampled_from([1, 1, 15]))
@SOME
def test_hostile_articles_can_not_break_the_rules(articles: list[Article], trouble: str, times: int) -> None:
    """Whatever comes in: what stands in the feed keeps the rules, and what does not is told of, with its reason."""
    articles = [troubled(each, trouble, times) for each in articles]
    graves = [
        Tombstone(guid="x <&>", withdrawn=NOW),
        Tombstone(guid="y", withdrawn=NOW, url="https://news.example/y?utm_source=desk"),
    ]
    for name, profile in profiles().items():
        made = document(articles, name, tombstones=graves)
        body = partner_feed(made, profile)
        items = RULES[name](body)
        assert findings(body, f"{SITE}/world/{name}.xml") == []
        # So early that nothing is too old.
        verdicts, _ = judged(made, profile, datetime(1, 1, 1, tzinfo=UTC))
        taken = {each.entry.guid for each in verdicts if each.taken}
        removed = {grave.guid for grave in graves} if profile.removal else set()
        assert {item.findtext("guid") for item in items} == taken | removed
        for each in verdicts:
            assert each.taken or all(said.what and said.right and said.source for said in each.objections)


@pytest.mark.parametrize("name", NAMES)
def test_an_article_stands_whole(name: str) -> None:
    """Its text as it came in, right to left, without a mark: «FIFA» begins it."""
    body = feed([good(title=f"FIFA: {LONG}", content_html="<p>FIFA تعلن قرارها</p>", tags=["كرة"])], name)
    (item,) = RULES[name](body)
    assert item.findtext("title") == f"FIFA: {LONG}"
    assert item.findtext("link") == "https://news.example/1"
    assert item.findtext(CONTENT) == '<div dir="rtl" lang="ar"><p>FIFA تعلن قرارها</p></div>'
    assert [category.text for category in item.findall("category")] == ["دولي", "كرة"]
    assert moment(item).isoformat() == "2026-11-23T09:30:00+02:00"


def test_smartnews_links_are_not_measured() -> None:
    """Parameters of campaigns go, the others and the guid stay as they are."""
    url = "https://news.example/%d8%a3?utm_source=x&b=%D9%8A+1&UTM_Medium=y&a=&a#utm_x"
    (item,) = read(feed([good(url, url=url)], "smartnews")).items
    assert item.findtext("link") == "https://news.example/%d8%a3?b=%D9%8A+1&a=&a#utm_x"
    guid = item.find("guid")
    assert guid is not None and (guid.text, guid.get("isPermaLink")) == (url, "false")
    (item,) = read(feed([good(url=url)], "msn")).items
    assert "utm_source=x" in item.findtext("link", "")


def test_a_text_for_smartnews_has_no_sound() -> None:
    """What says something else where it can't be played goes with it; films and pictures stay."""
    text = TROUBLE[2] + TROUBLE[3]
    (item,) = RULES["smartnews"](feed([good(content_html=text)], "smartnews"))
    content = item.findtext(CONTENT, "")
    assert "صوت" not in content and "<video" in content and "<del>حذف</del>" in content
    assert [each.get("url") for each in item.findall(THUMBNAIL)] == ["https://news.example/1.jpg"]


def test_a_long_title_has_a_short_one_for_msn() -> None:
    """Over 150 characters it would be rejected without; a picture of a type that is not shown is left out."""
    long = f"{LONG}، {LONG}، {LONG}"
    (item,) = RULES["msn"](feed([good(title=long, image="https://news.example/1.svg")], "msn"))
    assert item.findtext("title") == long
    assert item.findtext(SHORT_TITLE) == "يبدأ العمل غدا في المرحلة الثانية من ترميم الميناء…"
    assert item.findall(MEDIA) == []
    (item,) = RULES["msn"](feed([good()], "msn"))
    assert item.find(SHORT_TITLE) is None
    (media,) = item.findall(MEDIA)
    assert dict(media.attrib) == {"url": "https://news.example/1.jpg", "type": "image/jpeg", "medium": "image"}
    assert [(str(part.tag).rpartition("}")[2], part.text) for part in media] == [("credit", "مصور")]
    assert item.find(KEYWORDS) is None
    image = {"image": {"description": "صيادون في الميناء"}}
    (item,) = RULES["msn"](feed([good(tags=["ميناء", "طرابلس", "بحر, سفن"], _feeds=image)], "msn"))
    (media,) = item.findall(MEDIA)
    assert [(str(part.tag).rpartition("}")[2], part.text) for part in media] == [
        ("title", "صيادون في الميناء"),
        ("text", "صيادون في الميناء"),
    ]
    assert item.findtext(KEYWORDS) == "ميناء,طرابلس"


def test_msn_gets_no_link_that_it_can_not_follow() -> None:
    """Telephone numbers are text there; addresses and letters stay links."""
    (item,) = RULES["msn"](feed([good(content_html=TROUBLE[1])], "msn"))
    assert item.findtext(CONTENT) == (
        '<div dir="rtl" lang="ar"><p><a>اتصل بنا</a> <a href="mailto:a@news.example">أو اكتب</a></p></div>'
    )


def test_msn_gets_the_elements_that_it_shows() -> None:
    """What others hold stays, under another name; what is struck through goes: without its stroke it would stand."""
    text = (
        "<figure><img src='https://news.example/a.png'><figcaption>شرح</figcaption></figure><h6>عنوان</h6>"
        "<dl><dt>كلمة</dt><dd>معنى</dd></dl><p>بقي <del>حذف</del><s>شطب</s><mark>هذا</mark></p>"
    )
    (item,) = RULES["msn"](feed([good(content_html=text)], "msn"))
    assert item.findtext(CONTENT) == (
        '<div dir="rtl" lang="ar"><div><img src="https://news.example/a.png"><p>شرح</p></div><h5>عنوان</h5>'
        "<p>كلمة</p><p>معنى</p><p>بقي هذا</p></div>"
    )


@pytest.mark.parametrize("name", ["msn", "smartnews"])
def test_a_withdrawn_article_is_removed_as_the_partner_says(name: str) -> None:
    """Its guid and its address stay, nothing of its text; the status and the time say that it is to go."""
    grave = Tombstone(guid="1", withdrawn=NOW, reason="خطأ", url="https://news.example/1")
    body = feed([good("2")], name, tombstones=[grave])
    kept, removed = RULES[name](body)
    assert [item.findtext("guid") for item in (kept, removed)] == ["2", "1"]
    assert removed.findtext("link") == "https://news.example/1"
    assert "خطأ" not in body.decode()
    assert moment(removed) == NOW
    if name == "smartnews":
        # "Change the <media:status> value to deleted; update the <pubDate>."
        assert (kept.findtext(STATUS), removed.findtext(STATUS)) == ("active", "deleted")
    else:
        # "An expiration date in the past; an updated date that is newer; the same unique ID."
        assert kept.find(EXPIRES) is None
        assert removed.findtext(EXPIRES) == removed.findtext(MODIFIED) == "2026-11-23T12:00:00Z"


def test_flipboard_has_no_element_for_a_withdrawal() -> None:
    """The article leaves, and nothing else of the bytes changes."""
    grave = Tombstone(guid="1", withdrawn=NOW + timedelta(hours=1))
    assert feed([good("2")], "flipboard", tombstones=[grave]) == feed([good("2")], "flipboard")


def test_smartnews_looks_again_where_the_time_has_changed() -> None:
    """An item's pubDate is the article's last change: with the old one SmartNews would not look at it again."""
    changed = good(date_modified="2026-11-23T11:00:00+02:00")
    (item,) = RULES["smartnews"](feed([changed], "smartnews"))
    assert moment(item).isoformat() == "2026-11-23T11:00:00+02:00"
    (item,) = RULES["msn"](feed([changed], "msn"))
    assert moment(item).isoformat() == "2026-11-23T09:30:00+02:00"
    assert item.findtext(MODIFIED) == "2026-11-23T09:00:00Z"


def test_a_feed_for_smartnews_fits_into_a_megabyte() -> None:
    """The oldest are left out; one alone that is too large leaves an empty feed."""
    text = f"<p>{'كلمة ' * 16_000}</p>"
    articles = [good(f"{n:02}", content_html=text, date_published=f"2026-11-23T09:{n:02}:00Z") for n in range(20)]
    items = RULES["smartnews"](feed(articles, "smartnews"))
    assert [item.findtext("guid") for item in items] == ["19", "18", "17", "16", "15", "14"]
    assert RULES["smartnews"](feed([good(content_html=text * 8)], "smartnews")) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_shown_changes_nothing(name: str) -> None:
    """An article that is left out leaves the bytes alone, the times of the channel among them."""
    left_out = good("2", content_html="", summary="ملخص", date_modified="2026-11-23T11:00:00Z")
    assert feed([good(), left_out], name) == feed([good()], name)


def test_what_cleaning_takes_out_of_a_text_does_not_come_alive() -> None:
    """Marks go before the last cleaning: an address that was none without its mark is looked at without it."""
    text = '<p><a href="java\u200fscript:alert(1)">نص</a> &#x200f;<b>\u202eخبر</b></p>'
    for name in NAMES:
        body = feed([good(content_html=text)], name).decode()
        assert 'href="javascript:' not in html.unescape(body)
        RULES[name](body.encode())
