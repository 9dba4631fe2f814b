"""Conditions and codings end to end: from the request's headers to bytes."""

import gzip
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import brotli
import pytest

from feeds import representation
from feeds.conditional import http_date
from feeds.desk import press
from feeds.text.guid import article_key
from tests.newsroom import Answer, Newsroom, story

pytestmark = pytest.mark.anyio

FEEDS = ["/world/rss.xml", "/world/atom.xml", "/world/feed.json", "/rss.xml", "/world/rss.xml?limit=2"]
ANYTHING = [*FEEDS, "/", "/world/"]
# What a 304 has as the 200 would, and what else describes the address.
OF_304 = {
    *("etag", "last-modified", "cache-control", "vary", "link", "cache-status"),
    *("access-control-allow-origin", "access-control-expose-headers", "cache-tag", "surrogate-key"),
}


def decoded(answer: Answer) -> bytes:
    coding = answer.get("content-encoding")
    if coding == "br":
        return bytes(brotli.decompress(answer.body))
    return gzip.decompress(answer.body) if coding == "gzip" else answer.body


@pytest.mark.parametrize("target", ANYTHING)
@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("validator", ["etag", "last-modified"])
async def test_either_validator_alone_gives_a_304(newsroom: Newsroom, target: str, coding: str, validator: str) -> None:
    """What one poll was given, the next sends back: nothing has changed, and nothing is sent."""
    accept = {"accept-encoding": coding}
    whole = await newsroom.ask(target, headers=accept)
    condition = {"etag": "if-none-match", "last-modified": "if-modified-since"}[validator]
    answer = await newsroom.ask(target, headers={**accept, condition: whole[validator]})
    assert (answer.status, answer.body) == (304, b"")
    assert {name for name, _ in answer.fields} == OF_304 & {*whole.head, "cache-status"}
    assert answer.head == {name: value for name, value in whole.head.items() if name in OF_304}


@pytest.mark.parametrize("target", ANYTHING)
async def test_each_coding_decodes_to_the_identity_body(newsroom: Newsroom, target: str) -> None:
    """One state, three codings: each has its own strong tag and its own length; all else is equal."""
    answers = {c: await newsroom.ask(target, headers={"accept-encoding": c}) for c in ("br", "gzip", "identity")}
    plain = answers["identity"]
    assert plain.get("content-encoding") is None
    assert {c: answer.get("content-encoding") or "identity" for c, answer in answers.items()} == {c: c for c in answers}
    assert {decoded(answer) for answer in answers.values()} == {plain.body}
    assert len({answer["etag"] for answer in answers.values()}) == 3
    for coding, answer in answers.items():
        assert answer["content-length"] == str(len(answer.body))
        tail = "" if coding == "identity" else f"-{coding}"
        assert re.fullmatch(rf'"[0-9a-f]{{24}}{tail}"', answer["etag"])
        ours = {"etag", "content-length", "content-encoding"}
        assert {k: v for k, v in answer.head.items() if k not in ours} == {
            k: v for k, v in plain.head.items() if k not in ours
        }
    assert len(newsroom.store.shelves) == 1


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, None),
        ("", None),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "br"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("identity;q=0", None),
        ("identity;q=0, gzip;q=0.001", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("deflate, zstd", None),
        ("GZip", "gzip"),
        ("gzip;q=banana", None),
        ("\xff\x00,,;;q=", None),
    ],
)
async def test_q_values_are_honoured(newsroom: Newsroom, accept: str | None, coding: str | None) -> None:
    """The best acceptable of br, gzip and identity; nothing acceptable is identity and 200, never 406."""
    answer = await newsroom.ask("/world/rss.xml", headers={} if accept is None else {"accept-encoding": accept})
    assert answer.status == 200
    assert answer.get("content-encoding") == coding
    assert answer["vary"] == "Accept-Encoding"
    assert decoded(answer) == (await newsroom.ask("/world/rss.xml")).body


async def test_lines_of_one_header_are_one_list(newsroom: Newsroom) -> None:
    """RFC 9110 §5.3: a list may come in several lines."""
    answer = await newsroom.ask("/world/rss.xml", headers=[("accept-encoding", "gzip"), ("accept-encoding", "br")])
    assert answer["content-encoding"] == "br"
    held = [("if-none-match", '"other"'), ("if-none-match", answer["etag"]), ("accept-encoding", "br")]
    assert (await newsroom.ask("/world/rss.xml", headers=held)).status == 304


async def test_another_codings_tag_of_the_same_state_counts(newsroom: Newsroom) -> None:
    """If that coding is acceptable to this request, and the 304 carries the tag that matched; else a 200."""
    br = (await newsroom.ask("/world/rss.xml", headers={"accept-encoding": "br"}))["etag"]
    answer = await newsroom.ask("/world/rss.xml", headers={"accept-encoding": "gzip, br;q=0.5", "if-none-match": br})
    assert (answer.status, answer["etag"]) == (304, br)
    answer = await newsroom.ask("/world/rss.xml", headers={"accept-encoding": "gzip", "if-none-match": br})
    assert (answer.status, answer["content-encoding"]) == (200, "gzip")


@pytest.mark.parametrize("value", ["W/{}", '"x", {}', "*", 'W/"y" , W/{}, ""'])
async def test_if_none_match_is_a_list_compared_weakly(newsroom: Newsroom, value: str) -> None:
    """Lists, `*` and `W/`."""
    tag = (await newsroom.ask("/world/atom.xml"))["etag"]
    assert (await newsroom.ask("/world/atom.xml", headers={"if-none-match": value.format(tag)})).status == 304


@pytest.mark.parametrize(
    "value", ["", "banana", '"', '"a', "W/", "'a'", "*, *", "\xff", "w/{}", "{}; {}", "{}, banana", "*, {}", '{} "a']
)
async def test_a_malformed_if_none_match_is_no_match(newsroom: Newsroom, value: str) -> None:
    """200, never an error, though the right tag stands in it; and the date beside it stays unread."""
    held = await newsroom.ask("/world/atom.xml")
    headers = {"if-none-match": value.replace("{}", held["etag"]), "if-modified-since": held["last-modified"]}
    assert (await newsroom.ask("/world/atom.xml", headers=headers)).status == 200


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("Monday, 23-Nov-26 12:00:01 GMT", 304),
        ("Mon Nov 23 12:00:01 2026", 304),
        ("Mon, 23 Nov 2026 12:00:00 GMT", 200),
        ("Mon, 23 Nov 2026 12:05:00 GMT", 200),
        ("yesterday", 200),
        ("", 200),
        ("0", 200),
    ],
)
async def test_if_modified_since(newsroom: Newsroom, value: str, status: int) -> None:
    """Any of the three date forms; garbage or a future date is ignored."""
    assert (await newsroom.ask("/world/atom.xml", headers={"if-modified-since": value})).status == status


async def test_a_304_costs_no_compressing(newsroom: Newsroom) -> None:
    """A tag is known before anything is compressed."""
    answer = await newsroom.ask("/rss.xml", headers={"accept-encoding": "br", "if-none-match": "*"})
    assert answer.status == 304
    found = await newsroom.ask("/rss.xml", headers={"accept-encoding": "br"})
    assert found["etag"] == answer["etag"]


async def test_nothing_is_made_on_the_event_loop(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering and compressing take milliseconds, in which others are answered."""
    threads: list[threading.Thread] = []

    def watched(made: Callable[..., bytes]) -> Callable[..., bytes]:
        def make(*arguments: Any) -> bytes:
            threads.append(threading.current_thread())
            return made(*arguments)

        return make

    for name, made in press._RENDERERS.items():
        monkeypatch.setitem(press._RENDERERS, name, watched(made))
    pages = newsroom.desk.pages
    for name in ("landing", "selection", "article", "about"):
        monkeypatch.setattr(pages, name, watched(getattr(pages, name)))
    monkeypatch.setattr(representation, "encode", watched(representation.encode))
    targets = (
        "/world/rss.xml",
        "/world/atom.xml",
        "/world/feed.json",
        "/",
        "/world/",
        "/about/",
        f"/articles/{article_key('here')}/",
    )
    for target in targets:
        for coding in ("br", "gzip"):
            assert (await newsroom.ask(target, headers={"accept-encoding": coding})).status == 200
    assert len(threads) == len(targets) * 3
    assert threading.current_thread() not in threads


async def test_a_change_ends_both_validators(newsroom: Newsroom) -> None:
    """After a change neither the tag nor the date of before is enough."""
    before = await newsroom.ask("/world/rss.xml")
    newsroom.clock.go(minutes=1)
    await newsroom.write(story("new", minutes=1))
    newsroom.clock.go(minutes=1)
    for condition, validator in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        answer = await newsroom.ask("/world/rss.xml", headers={condition: before[validator]})
        assert answer.status == 200
        assert b"new" in answer.body
        assert answer[validator] != before[validator]


async def test_a_date_that_was_sent_early_is_compared_as_stored(newsroom: Newsroom) -> None:
    """Who polled in the second of a change, and was told an earlier date, is not told "nothing new" for ever."""
    await newsroom.write(story("one", minutes=0))
    early = (await newsroom.ask("/world/rss.xml"))["last-modified"]
    # In that very second, too: there may be more to come in it.
    assert (await newsroom.ask("/world/rss.xml", headers={"if-modified-since": early})).status == 200
    newsroom.clock.go(seconds=5)
    answer = await newsroom.ask("/world/rss.xml", headers={"if-modified-since": early})
    assert answer.status == 200
    stored = newsroom.clock.now - timedelta(seconds=4)
    assert answer["last-modified"] == http_date(int(stored.timestamp()))
    headers = {"if-modified-since": answer["last-modified"]}
    assert (await newsroom.ask("/world/rss.xml", headers=headers)).status == 304


async def test_deltas_are_not_sent(newsroom: Newsroom) -> None:
    """`A-IM: feed` is ignored: a 226 kills rss2email's subscription for good."""
    plain = await newsroom.ask("/world/rss.xml")
    answer = await newsroom.ask("/world/rss.xml", headers={"a-im": "feed", "if-none-match": '"old"'})
    assert (answer.status, answer.body, answer.head) == (200, plain.body, plain.head)
