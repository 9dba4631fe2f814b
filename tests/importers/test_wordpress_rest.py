"""What a REST API answers, with noise in it: whatever it is, an article comes in or is refused with its place."""

import contextlib
import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.errors import BadRecord, BadSource
from feeds.fetch import Answer, Fetcher
from feeds.importers import discovery
from feeds.importers.wordpress.post import Category, Terms, language_of, read_category, read_post, unnamed_authors
from feeds.importers.wordpress.site import REL, Site, find
from feeds.intake.draft import Drafter
from feeds.model import Record
from tests.wordpress.recorded import recorded

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POSTS = recorded("posts.json")
KEYS = st.sampled_from("rendered id name slug taxonomy author wp:term wp:featuredmedia width protected".split())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
TERMS = Terms(
    categories={
        2: Category(number=2, slug="w", name="W", parent=3),
        3: Category(number=3, slug="x", name="X", parent=2),
    },
    authors={1: "هدى"},
    parents=True,
)
SIGNS = st.lists(st.sampled_from([*"<>[]\":;=/ @%#?é'ا\0", "http://", "https://", "//", REL, "rel="]), max_size=12)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _paths(inner, (*path, key))


PLACES = [(number, path) for number, post in enumerate(POSTS[:4]) for path in _paths(post)]


@example(place=(0, ("_embedded", "wp:term", 0, 0, "id")), noise=[], known=True)
@given(place=st.sampled_from(PLACES), noise=ANYTHING, known=st.booleans())
@settings(deadline=None)
def test_anything_in_a_post(place: tuple[int, tuple[Any, ...]], noise: Any, known: bool) -> None:
    """In the place of any value of a post."""
    number, (*path, last) = place
    raw = copy.deepcopy(POSTS[number])
    within = raw
    for key in path:
        within = within[key]
    within[last] = noise
    post = read_post(raw, "https://news.example/", TERMS if known else Terms())
    assert all(number > 0 for number in unnamed_authors([raw, noise]))
    assert isinstance(language_of(raw), str)
    read_category(noise)
    if post and isinstance(post.record, Record):
        try:
            Drafter(base="https://news.example", zone=UTC).draft(post.record, NOW)
        except BadRecord as fault:
            assert str(fault)


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    """Every name leads to this machine, which is not asked."""
    with Fetcher(agent="test", wait=lambda seconds: None, resolve=lambda host, port: ["127.0.0.1"]) as fetcher:
        yield fetcher


@example(header=["http://", "["], link=[])
@example(header=[], link=["//", "["])
@given(header=SIGNS, link=SIGNS)
@settings(deadline=None)
def test_anything_that_says_where_the_api_is(fetcher: Fetcher, header: list[str], link: list[str]) -> None:
    """In the header of a page, and in its head: what is no address leads nowhere."""
    where, named = "".join(header), "".join(link)
    body = f'<link rel="{REL}" href="{named}"><link rel="alternate" type="application/rss+xml" href="{named}">'
    answer = Answer(url="http://127.0.0.1:9/", name="x", status=200, body=body.encode(), links={REL: where})
    with contextlib.suppress(BadSource):
        assert not isinstance(find(fetcher, answer), Site)
    feed = discovery.feed_of(answer.body, answer.url, None)
    assert feed is None or feed.startswith(("http://", "https://"))
