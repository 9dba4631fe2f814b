"""A section in a partner's profile, at its address; and a partner that somebody adds, in one file."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from feeds.addresses import PartnerAddress
from feeds.commands.verdicts import of_partner, said, summary
from feeds.render import profiles as folder
from feeds.render.profiles import profiles, profiles_digest
from tests.newsroom import CULTURE, SITE, Newsroom, opened, story
from tests.render.partners import ACME, CONTENT, RULES, STATUS, moment
from tests.store.articles import NOW, restore, withdraw

pytestmark = pytest.mark.anyio

NAMES = sorted(RULES)
TITLE = "يبدأ العمل غدا في المرحلة الثانية من ترميم الميناء القديم"


@pytest.mark.parametrize("name", NAMES)
async def test_a_partners_feed_is_a_representation_like_any(newsroom: Newsroom, name: str) -> None:
    """Its section's: with its tags, its own address and the section's page as links; validators, codings, HEAD."""
    path = f"/world/{name}.xml"
    plain = await newsroom.ask(path)
    assert (plain.status, plain["content-type"]) == (200, "application/xml; charset=utf-8")
    assert plain["link"] == f'<{SITE}{path}>; rel="self", <{SITE}/world/>; rel="alternate"; type="text/html"'
    assert (plain["cache-tag"], plain["surrogate-key"], plain["content-language"]) == ("world,all", "world all", "ar")
    assert (await newsroom.ask(path))["cache-status"] == "khulasat; hit"
    for coding in ("br", "gzip"):
        assert (await newsroom.ask(path, headers={"accept-encoding": coding}))["content-encoding"] == coding
    for condition, validator in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        assert (await newsroom.ask(path, headers={condition: plain[validator]})).status == 304
    assert (await newsroom.ask(path, "HEAD")).head == plain.head
    assert (await newsroom.ask(path, "OPTIONS")).status == 204
    assert (await newsroom.ask(f"{path}?limit=1&content=summary")).head == plain.head


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("/World/MSN.xml", "/world/msn.xml"),
        ("/international/smartnews.xml", "/world/smartnews.xml"),
        ("/world/flipboard.xml/", "/world/flipboard.xml"),
        ("//world/msn.xml", "/world/msn.xml"),
        ("/%D8%AB%D9%82%D8%A7%D9%81%D9%87/msn.xml", f"/{CULTURE}/msn.xml"),
    ],
)
async def test_another_spelling_leads_to_the_feed(newsroom: Newsroom, asked: str, right: str) -> None:
    """An alias, another case, another letter: 301."""
    answer = await newsroom.ask(asked)
    assert (answer.status, answer["location"]) == (301, f"{SITE}{right}")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/msn.xml", "/msn.xml", "/world/nobody.xml", "/world+sports/msn.xml", "/world/msn", "/tags/x/msn.xml",
        "/world/archive/2026-11-23/msn.xml", "/world/.xml", "/world/profile.xml",
    ],
)  # fmt: skip
async def test_what_no_partner_takes_is_not_there(newsroom: Newsroom, path: str) -> None:
    """An unknown section, an unknown partner, several sections, a tag, a day: 404."""
    assert (await newsroom.ask(path)).status == 404


async def test_a_change_in_one_section_leaves_the_others_feeds_alone(newsroom: Newsroom) -> None:
    """As with every feed."""
    before = {path: await newsroom.ask(path) for path in ("/world/smartnews.xml", "/sports/smartnews.xml")}
    await newsroom.write(story("new", sections=("world",)))
    after = {path: await newsroom.ask(path) for path in before}
    assert after["/world/smartnews.xml"]["etag"] != before["/world/smartnews.xml"]["etag"]
    assert after["/sports/smartnews.xml"].head == before["/sports/smartnews.xml"].head


async def test_an_article_comes_goes_and_comes_back_for_smartnews(tmp_path: Path) -> None:
    """Each time with a later pubDate, without which SmartNews would not look: active, deleted, active."""
    async with opened(tmp_path) as newsroom:
        # An embargo ends by itself.
        await newsroom.write(story("a", minutes=-10, title=TITLE))
        assert RULES["smartnews"]((await newsroom.ask("/world/smartnews.xml")).body) == []
        told = []
        for act in (None, withdraw, restore):
            newsroom.clock.go(minutes=10)
            if act:
                await act(newsroom.store, "a", newsroom.clock())
                await newsroom.seen()
            (item,) = RULES["smartnews"]((await newsroom.ask("/world/smartnews.xml")).body)
            told.append((item.findtext(STATUS), moment(item)))
            assert (TITLE in (item.findtext("title") or "")) == (item.findtext(STATUS) == "active")
        assert [status for status, _ in told] == ["active", "deleted", "active"]
        assert sorted({when for _, when in told}) == [when for _, when in told]


async def test_partners_feeds_are_counted(newsroom: Newsroom) -> None:
    """They have a kind of their own among the numbers."""
    before = newsroom.desk.metrics.values()
    for name in NAMES:
        await newsroom.ask(f"/world/{name}.xml")
    grown = {key for key, number in newsroom.desk.metrics.values().items() if number > before[key]}
    assert {key[1] for key in grown if key[0] in ("requests", "renders")} == {"partner"}


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[None]:
    """A partner more: its file lies where the others do, as far as Python is concerned."""
    before = profiles_digest()
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "acme.py").write_text(ACME, "utf-8")
    folder.__path__.append(str(tmp_path / "profiles"))
    importlib.invalidate_caches()
    for cached in (profiles, profiles_digest):
        cached.cache_clear()
    assert profiles_digest() != before
    yield
    folder.__path__.pop()
    sys.modules.pop(f"{folder.__name__}.acme")
    for cached in (profiles, profiles_digest):
        cached.cache_clear()


async def test_a_new_partner_is_one_file(acme: None, tmp_path: Path) -> None:
    """Its address, its limits, its elements, its removals, and what the check says: nothing else was touched."""
    namespace = "{https://acme.example/ns}"
    async with opened(tmp_path) as newsroom:
        await newsroom.write(
            *(story(f"{n}", minutes=n, title=f"{TITLE} {n}") for n in (1, 2, 4)), story("3", minutes=3, title="قصير")
        )
        await withdraw(newsroom.store, "2", NOW)
        await newsroom.seen()
        answer = await newsroom.ask("/world/acme.xml")
        items = etree.fromstring(answer.body).findall("channel/item")
        assert [item.findtext("guid") for item in items] == ["1", "4", "2"]
        kept, _, gone = items
        score = kept.find(f"{namespace}score")
        assert score is not None and (score.text, dict(score.attrib)) == (str(len(TITLE) + 2), {"scale": "letters"})
        assert kept.findtext(CONTENT) and kept.find(f"{namespace}gone") is None
        assert gone.find(f"{namespace}gone") is not None and gone.find(f"{namespace}score") is None
        address = PartnerAddress(section="world", profile="acme")
        verdicts = list(of_partner(address, *await newsroom.desk.judged(address)))
        assert list(said(verdicts, as_json=False)) == [
            "section  verdict   field  why                            article",
            f'world    taken     -      -                              "{TITLE} 1"',
            'world    rejected  title  has 4 characters; 12 at least  "قصير"',
            f'world    taken     -      -                              "{TITLE} 4"',
        ]
        rejected = json.loads(list(said(verdicts, as_json=True))[1])
        assert (rejected["guid"], rejected["verdict"], rejected["objections"]) == (
            "3",
            "rejected",
            [
                {
                    "level": "rejected",
                    "field": "title",
                    "what": "has 4 characters",
                    "right": "12 at least",
                    "source": "https://acme.example/feeds",
                }
            ],
        )
        assert list(summary("acme", verdicts)) == [
            "acme: 3 articles, 2 taken, 0 with advice, 1 rejected",
            "see https://acme.example/feeds",
        ]
    assert "acme" in profiles()
