"""WordPress's addresses: permanent redirects, so that existing subscribers stay (DESIGN.md section 2)."""

import pytest

from feeds.addresses import Gone
from tests.http.addressing import KEY, LIBYA, ask, moved, page


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("/feed/", "/rss.xml"),
        ("/feed", "/rss.xml"),
        ("/feed/feed/", "/rss.xml"),
        ("/feed/rss/", "/rss.xml"),
        ("/feed/rss2/", "/rss.xml"),
        ("/feed/rdf/", "/rss.xml"),
        ("/feed/atom/", "/atom.xml"),
        ("/feed/atom", "/atom.xml"),
        ("/feed/json/", "/feed.json"),
        ("/Feed/ATOM/", "/atom.xml"),
        ("//feed//atom//", "/atom.xml"),
        ("/category/world/feed/", "/world/rss.xml"),
        ("/category/world/feed", "/world/rss.xml"),
        ("/category/world/feed/atom/", "/world/atom.xml"),
        ("/category/world/feed/rss2/", "/world/rss.xml"),
        ("/Category/World/Feed/", "/world/rss.xml"),
        ("/category/international/feed/", "/world/rss.xml"),
        ("/category/news/world/feed/", "/world/rss.xml"),
        ("/category/a/b/world/feed/atom/", "/world/atom.xml"),
        (f"/category/{LIBYA.lower()}/feed/", f"/{LIBYA}/rss.xml"),
        ("/category/world+sports/feed/", "/sports+world/rss.xml"),
        ("/category/world/", "/world/"),
        ("/category/news/world", "/world/"),
        ("/world/feed/", "/world/rss.xml"),
        ("/world/feed/atom/", "/world/atom.xml"),
    ],
)
def test_its_paths_lead_to_the_feeds(target: str, right: str) -> None:
    """Every form of its feed addresses leads to the section's feed in one step."""
    assert moved(target) == right


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("/?feed=rss2", "/rss.xml"),
        ("/?feed=rss", "/rss.xml"),
        ("/?feed=rdf", "/rss.xml"),
        ("/?feed=feed", "/rss.xml"),
        ("/?feed=atom", "/atom.xml"),
        ("/?feed=ATOM", "/atom.xml"),
        ("/?feed=json", "/feed.json"),
        ("?feed=atom", "/atom.xml"),
        ("/?utm_source=x&feed=atom&feed=rss", "/atom.xml"),
        ("/category/world/?feed=rss2", "/world/rss.xml"),
        ("/category/news/world?feed=atom", "/world/atom.xml"),
        ("/world/?feed=atom", "/world/atom.xml"),
        ("/?feed=rss2&cat=3", "/world/rss.xml"),
        ("/?cat=3&feed=atom&limit=5", "/world/atom.xml?limit=5"),
        ("/?cat=3", "/world/"),
    ],
)
def test_its_parameter_leads_to_the_feeds(target: str, right: str) -> None:
    """`?feed=` on a page leads to the page's feed."""
    assert moved(target) == right


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("/tag/fifa/feed/", "/tags/fifa/rss.xml"),
        ("/tag/fifa/feed/atom/", "/tags/fifa/atom.xml"),
        ("/Tag/FIFA/feed/rdf/", "/tags/fifa/rss.xml"),
        ("/tag/fifa/", "/tags/fifa/"),
        ("/tag/%d8%b7%d8%a7%d9%82%d8%a9/feed/", "/tags/%D8%B7%D8%A7%D9%82%D8%A9/rss.xml"),
        ("/tag/%d8%b7%d8%a7%d9%82%d9%87/feed/", "/tags/%D8%B7%D8%A7%D9%82%D8%A9/rss.xml"),
        ("/author/salem/feed/", "/authors/salem/rss.xml"),
        ("/author/salem/feed/json", "/authors/salem/feed.json"),
        ("/author/salem/feed/?limit=5&x=1", "/authors/salem/rss.xml?limit=5"),
    ],
)
def test_tags_and_authors_lead_to_theirs(target: str, right: str) -> None:
    """A tag's, an author's feed has moved to where ours stand."""
    assert moved(target) == right


@pytest.mark.parametrize("query", ["limit=5&content=summary", "content=summary&limit=5&feed=x&cat=3"])
def test_parameters_go_along(query: str) -> None:
    """`limit` and `content` are kept, WordPress's own are not."""
    assert moved(f"/category/world/feed/?{query}") == "/world/rss.xml?limit=5&content=summary"


@pytest.mark.parametrize(
    "target",
    ["/comments/feed/", "/comments/feed", "/comments/feed/atom/", "/Comments/Feed/", "/?feed=comments-rss2"],
)
def test_comments_are_gone(target: str) -> None:
    """There are no comments here: a reader that polls for them is told to stop."""
    assert isinstance(ask(target), Gone)


@pytest.mark.parametrize(
    "target",
    [
        "/feed/nothing/",
        "/feed/atom/x/",
        "/feed/world/",
        "/category/nowhere/feed/",
        "/category/world/feed/nothing/",
        "/category/feed/",
        "/category/",
        "/tag/fifa/y/feed/",
        "/tag/nobody-had-it/feed/",
        "/author/fifa/feed/",
        "/tag/feed/",
        "/2024/01/a-story/feed/",
        f"/articles/{KEY}/feed/",
        "/?feed=nothing",
        "/?feed=rss2&cat=4",
        "/?feed=rss2&cat=3,4",
        "/?feed=rss2&cat=",
        "/nowhere/?feed=atom",
    ],
)
def test_what_it_did_not_have_is_nothing(target: str) -> None:
    """No feed is guessed at, and a category's feed by its number is not everything's."""
    assert ask(target) is None


def test_an_empty_parameter_asks_for_no_feed() -> None:
    """`?feed=` is the page, as in WordPress."""
    assert ask("/?feed=") == page()
    assert ask("/world/?feed=&cat=3") == page("world")
    assert ask("/?cat=4") == page()
