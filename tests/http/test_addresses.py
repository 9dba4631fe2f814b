"""Addresses (DESIGN.md section 2): one right spelling of each is served, all others lead to it."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.addresses import (
    MAX_LIMIT,
    RESERVED,
    Address,
    Defaults,
    FeedAddress,
    Gone,
    Moved,
    PageAddress,
    find,
    path_of,
)
from feeds.errors import BadParameter
from feeds.model import EVERYTHING, FEED_FORMATS, Selection
from feeds.text.guid import article_key
from tests.http.addressing import DEFAULTS, KEY, LIBYA, SECTIONS, ask, feed, look_up, moved, page

# What their bare names lead to: pages, feeds, what the operator asks for.
LED_TO = frozenset(("about", "feed", "search", "healthz", "metrics", "readyz"))
SLUGS = sorted(section.slug for section in SECTIONS)


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/", page()),
        ("/world/", page("world")),
        (f"/{LIBYA}/", page("أخبار-ليبيا")),
        ("/rss.xml", feed()),
        ("/atom.xml", feed(format="atom")),
        ("/feed.json", feed(format="json")),
        ("/world/rss.xml", feed("world")),
        ("/world/atom.xml", feed("world", format="atom")),
        ("/world/feed.json", feed("world", format="json")),
        (f"/{LIBYA}/atom.xml", feed("أخبار-ليبيا", format="atom")),
        ("/sports+world/atom.xml", feed("sports", "world", format="atom")),
        ("/economy+sports+world/", page("economy", "sports", "world")),
        (f"/world+{LIBYA}/rss.xml", feed("world", "أخبار-ليبيا")),
        (f"/articles/{KEY}/", PageAddress(article=KEY)),
        ("/world/rss.xml?limit=10", replace(feed("world"), limit=10)),
        ("/rss.xml?limit=7&content=summary", replace(feed(), limit=7, content="summary")),
    ],
)
def test_the_right_address_is_served(target: str, address: Address) -> None:
    """Each address serves what the design says, and is how that is addressed."""
    assert ask(target) == address
    assert path_of(address) == target


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/%77orld/rss.xml", feed("world")),
        ("/world/%72ss%2Exml", feed("world")),
        ("/world%2Frss.xml", None),
        (f"/{LIBYA.lower()}/", page("أخبار-ليبيا")),
        (f"/{LIBYA.replace('-', '%2D')}/rss.xml", feed("أخبار-ليبيا")),
        ("/sports%2Bworld/rss.xml", feed("sports", "world")),
        (f"/%61rticles/{KEY}/", PageAddress(article=KEY)),
    ],
)
def test_another_percent_encoding_is_the_same_address(target: str, address: Address | None) -> None:
    """Equivalent percent-encodings are served, not redirected: a proxy that re-encodes would loop."""
    assert ask(target) == address


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("", "/"),
        ("/World/rss.xml", "/world/rss.xml"),
        ("/world/RSS.XML", "/world/rss.xml"),
        ("/world", "/world/"),
        ("/world/rss.xml/", "/world/rss.xml"),
        ("/rss.xml/", "/rss.xml"),
        ("//", "/"),
        ("//world//rss.xml", "/world/rss.xml"),
        ("/world//", "/world/"),
        ("/./world/rss.xml", "/world/rss.xml"),
        ("/world/.", "/world/"),
        ("/sports/../world/rss.xml", "/world/rss.xml"),
        ("/world/x/..", "/world/"),
        ("/world/%2e%2e/rss.xml", "/rss.xml"),
        ("/%2E/world/", "/world/"),
        ("/../../../rss.xml", "/rss.xml"),
        ("/international/rss.xml", "/world/rss.xml"),
        ("/International/rss.xml", "/world/rss.xml"),
        ("/%D8%A7%D9%84%D8%B9%D8%A7%D9%84%D9%85/", "/world/"),
        ("/%D8%AF%D9%8E%D9%88%D9%84%D9%8A/feed.json", "/world/feed.json"),
        ("/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1_%D9%84%D9%8A%D8%A8%D9%8A%D8%A7/", f"/{LIBYA}/"),
        ("/world+sports/atom.xml", "/sports+world/atom.xml"),
        ("/world+world/rss.xml", "/world/rss.xml"),
        ("/world+international/rss.xml", "/world/rss.xml"),
        (f"/{LIBYA}+world/", f"/world+{LIBYA}/"),
        (f"/articles/{KEY}", f"/articles/{KEY}/"),
        (f"/Articles/{KEY.upper()}/", f"/articles/{KEY}/"),
    ],
)
def test_another_spelling_leads_to_the_right_address(target: str, right: str) -> None:
    """Another case, name, order, slash or dot segment is redirected to the one right address."""
    assert moved(target) == right
    assert not isinstance(ask(right), Moved | Gone | None)


@pytest.mark.parametrize(
    "target",
    [
        "/nowhere/",
        "/nowhere/rss.xml",
        "/world/nothing.xml",
        "/world/sports/rss.xml",
        "/world+nowhere/rss.xml",
        "/world+/rss.xml",
        "/+/",
        "/world/%00rss.xml",
        "/world%00/rss.xml",
        "/%ff/rss.xml",
        "/world/rss%ff.xml",
        "/%D8/",
        "/world%2Frss.xml",
        "/world%5Crss.xml",
        "/world/%252e%252e/rss.xml",
        "/world/rss.xml%20",
        "/articles/",
        "/articles/short/",
        f"/articles/{KEY}x/",
        f"/articles/{KEY[:-1]}1/",
        f"/articles/{KEY}/rss.xml",
        "/articles/%0d%0aSet-Cookie:%20x=1",
        f"/articles/{KEY}%0a",
        "world/rss.xml",
        "*",
        *(f"/{name}/" for name in sorted(RESERVED - LED_TO) if "." not in name),
    ],
)
def test_nothing_stands_elsewhere(target: str) -> None:
    """What has no one right address is nothing: no guess, and no byte of it in an answer."""
    assert ask(target) is None


@pytest.mark.parametrize(
    "query",
    ["utm_source=x", "_=1", "limit=50", "content=full", "limit=50&limit=x", "LIMIT=x", "q=x", "cat=3", "&&", "="],
)
def test_what_changes_nothing_is_no_part_of_the_address(query: str) -> None:
    """Unknown parameters, defaults and second values give the very same address: one entry in the cache."""
    assert ask(f"/world/rss.xml?{query}") == feed("world")


@pytest.mark.parametrize("query", ["feed=atom", "feed=", "feed=x&cat=3", "feed=comments-rss2"])
def test_a_feed_has_one_format(query: str) -> None:
    """WordPress's `feed` means something on its pages only: a feed once served is never a 404."""
    assert ask(f"/world/rss.xml?{query}") == feed("world")


@pytest.mark.parametrize(
    "order", ["limit=9&content=summary", "content=summary&x&limit=9", "%6cimit=%39&content=summary"]
)
def test_parameters_have_one_order(order: str) -> None:
    """In the self link `limit` stands before `content`, however they were asked for."""
    found = ask(f"/rss.xml?{order}")
    assert isinstance(found, FeedAddress)
    assert path_of(found) == "/rss.xml?limit=9&content=summary"


@pytest.mark.parametrize("limit", [1, 2, 99, MAX_LIMIT])
def test_a_limit_is_taken(limit: int) -> None:
    """`limit` is 1 to 100."""
    assert ask(f"/rss.xml?limit={limit}") == replace(feed(), limit=limit)


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "", "1.0", "+1", "%201", "1_0", "x", "1e1", "٥", "²", "9" * 5000, "%00", "%ff"]
)
def test_a_bad_limit_says_what_is_allowed(limit: str) -> None:
    """A bad `limit` is a 400 that says what is allowed."""
    with pytest.raises(BadParameter, match=r"^limit must be a whole number from 1 to 100$"):
        ask(f"/rss.xml?limit={limit}")


@pytest.mark.parametrize("content", ["", "Full", "none", "full%20"])
def test_a_bad_content_says_what_is_allowed(content: str) -> None:
    """A bad `content` is told as a bad `limit` is."""
    with pytest.raises(BadParameter, match=r'^content must be "full" or "summary"$'):
        ask(f"/rss.xml?content={content}")


def test_pages_have_no_parameters() -> None:
    """What a feed would refuse does not concern a page."""
    assert ask("/world/?limit=x&content=y") == page("world")


def test_a_default_is_the_configuration_s() -> None:
    """What the configuration has anyway is dropped; what differs from it is kept."""
    short = Defaults(limit=10, content="summary")
    assert find("/rss.xml", "limit=10&content=summary", lookup=look_up, defaults=short) == feed()
    found = find("/rss.xml", "limit=50&content=full", lookup=look_up, defaults=short)
    assert found == replace(feed(), limit=50, content="full")


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("/World/rss.xml?limit=5&content=summary", "/world/rss.xml?limit=5&content=summary"),
        ("/World/rss.xml?content=summary&utm_source=x&limit=5", "/world/rss.xml?limit=5&content=summary"),
        ("/world?q=%D8%A3+b%26c", "/world/?q=%D8%A3+b%26c"),
        ("/World/rss.xml?limit=5&q=x", "/world/rss.xml?q=x&limit=5"),
        ("/World/rss.xml?q=%0d%0aX:y", "/world/rss.xml?q=%0D%0AX%3Ay"),
        ("/World/rss.xml?utm_source=x", "/world/rss.xml"),
        ("/World/rss.xml?limit=", "/world/rss.xml?limit="),
    ],
)
def test_a_redirect_keeps_what_means_something(target: str, right: str) -> None:
    """`q`, `limit` and `content` are kept on redirects, encoded anew; nothing else is."""
    assert moved(target) == right


def test_an_article_s_key_can_stand_in_its_address() -> None:
    """Whatever the guid, its article has an address."""
    for guid in ("", "https://example.org/?p=1", "خبر", "\U0001f600" * 99):
        address = PageAddress(article=article_key(guid))
        assert ask(path_of(address)) == address


selections = st.sets(st.sampled_from(SLUGS)).map(lambda slugs: Selection(sections=tuple(sorted(slugs))))
addresses: st.SearchStrategy[Address] = st.one_of(
    st.builds(
        FeedAddress,
        selection=selections,
        format=st.sampled_from(FEED_FORMATS),
        limit=st.none() | st.integers(1, MAX_LIMIT).filter(lambda limit: limit != DEFAULTS.limit),
        content=st.none() | st.just("summary"),
    ),
    st.builds(PageAddress, selection=selections),
    st.builds(PageAddress, article=st.from_regex("[a-z2-7]{26}", fullmatch=True)),
)


@given(addresses)
def test_every_address_is_found_where_it_stands(address: Address) -> None:
    """What links say is what is served: no link of ours is ever redirected."""
    path = path_of(address)
    assert ask(path) == address
    assert path.isascii()


# Text of every kind, and pieces of addresses put together wrongly.
pieces = st.sampled_from(
    [*SLUGS, LIBYA, "World", "international", "+", "/", "//", ".", "..", "%2e", "%2F", "%00", "%ff", "%", "rss.xml",
     "FEED.json", "feed", "atom", "category", "tag", "author", "tags", "fifa", "salem", "search", "comments",
     "articles", KEY, "?", "\udcff", "\r\n"]
)  # fmt: skip
paths = st.text() | st.lists(pieces | st.just("/"), max_size=9).map("".join).map(lambda path: f"/{path}")
queries = st.text() | st.lists(
    st.sampled_from(["feed=", "limit=", "content=", "q=", "cat=", "atom", "rss2", "5", "full", "&", "%ff", "\udcff"]),
    max_size=8,
).map("".join)


@given(paths, queries)
@example("/\udcff/rss.xml", "")
@example("/World/rss.xml", "q=\udcff")
@settings(deadline=None, max_examples=300)
def test_no_address_is_too_strange(path: str, query: str) -> None:
    """Any path and query is answered: served, moved, gone, nothing, or a bad parameter; never an error of ours.

    A redirect is one step, to an address that is served, and is fit for a header.
    """
    try:
        found = find(path, query, lookup=look_up, defaults=DEFAULTS)
        if not isinstance(found, Moved):
            return
        assert found.path.isascii()
        assert found.path.isprintable()
        assert found.path[:1] == "/" != found.path[1:2]
        assert isinstance(ask(found.path), FeedAddress | PageAddress)
    except BadParameter:
        return


def test_everything_has_the_first_address() -> None:
    """The whole desk stands at the root."""
    assert path_of(PageAddress()) == "/"
    assert path_of(FeedAddress(selection=EVERYTHING, format="rss")) == "/rss.xml"
