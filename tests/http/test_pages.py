"""Pages as answers: what explains, what joins sections, what a page loads, and where a mistyped address leads."""

import re
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest

from feeds.model import Section
from feeds.sections import SectionNames
from tests.newsroom import SITE, Newsroom, opened, story

pytestmark = pytest.mark.anyio


def suggested(page: bytes) -> list[str]:
    """The sections that an error page names."""
    part = page.decode().partition('aria-labelledby="near"')[2].partition("</section>")[0]
    return re.findall(r'<a href="([^"]+)"', part)


async def test_what_explains_is_a_representation(newsroom: Newsroom) -> None:
    """`/about/` is made once, has validators, and no feed."""
    first = await newsroom.ask("/about/")
    assert (first.status, first["cache-status"]) == (200, "khulasat; fwd=miss; stored")
    again = await newsroom.ask("/about/")
    assert (again["cache-status"], again.body, again.head) == ("khulasat; hit", first.body, first.head)
    for condition in ({"if-none-match": first["etag"]}, {"if-modified-since": first["last-modified"]}):
        assert (await newsroom.ask("/about/", headers=condition)).status == 304
    assert "كل 5 دقائق" in first.body.decode()
    assert (await newsroom.ask("/About"))["location"] == f"{SITE}/about/"
    for target in ("/about/rss.xml", "/about/feed/", "/about/?feed=rss2", "/about/archive/2026-11-23/rss.xml"):
        assert (await newsroom.ask(target)).status == (200 if "?" in target else 404), target
    # Nothing in it comes of the articles.
    await newsroom.write(story("new", minutes=1))
    assert (await newsroom.ask("/about/"))["etag"] == first["etag"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("section=world&section=sports", "/sports+world/"),
        ("section=sports", "/sports/"),
        ("utm_source=x&section=International&section=%D8%B1%D9%8A%D8%A7%D8%B6%D8%A9&section=nowhere", "/sports+world/"),
        ("section=world%2Bsports&section=world", "/sports+world/"),
        ("section=world&feed=rss2", "/world/rss.xml"),
    ],
)
async def test_sections_that_a_form_sends_are_joined(newsroom: Newsroom, query: str, path: str) -> None:
    """The form of the landing page leads to the one address of those sections, by whatever name."""
    answer = await newsroom.ask(f"/?{query}")
    assert (answer.status, answer["location"]) == (301, SITE + path)
    assert (await newsroom.ask(path)).status == 200


@pytest.mark.parametrize("query", ["section=", "section=nowhere", "section=%2B&section", "section=%ff"])
async def test_a_form_that_sends_no_section_shows_the_landing_page(newsroom: Newsroom, query: str) -> None:
    assert (await newsroom.ask(f"/?{query}")).body == (await newsroom.ask("/")).body
    assert len(newsroom.desk._holdings.cache) == 1


async def test_elsewhere_the_parameter_means_nothing(newsroom: Newsroom) -> None:
    for target in ("/world/", "/rss.xml", "/search/"):
        assert (await newsroom.ask(f"{target}?section=sports")).body == (await newsroom.ask(target)).body


@pytest.mark.parametrize(
    ("target", "sections"),
    [
        ("/wrold/", ["world"]),
        ("/sprots", ["sports"]),
        ("/%D8%AB%D9%82%D8%A7%D9%81%D9%87%20%D9%88%D9%81%D9%86/", ["%D8%AB%D9%82%D8%A7%D9%81%D8%A9"]),
        ("/%D8%AF%D9%88%D9%84%D9%8A%D8%A9/", ["world"]),
        ("/2026/11/wordl/x/", ["world"]),
        ("/qqqqqq/", []),
        ("/%ff/", []),
    ],
)
async def test_a_mistyped_address_names_the_sections_that_were_meant(
    newsroom: Newsroom, target: str, sections: list[str]
) -> None:
    """The nearest by spelling, in any of their names, whatever the hamza; none where none is near. And a search."""
    answer = await newsroom.ask(target)
    assert answer.status == 404
    assert suggested(answer.body) == [f"{SITE}/{slug}/" for slug in sections]
    assert f'action="{SITE}/search/"' in answer.body.decode()


async def test_the_sites_own_path_is_no_misspelt_section(tmp_path: Path) -> None:
    async with opened(tmp_path, SITE__URL=f"{SITE}/worlds") as newsroom:
        assert suggested((await newsroom.ask("/worlds/qqqqqq/")).body) == []
        assert suggested((await newsroom.ask("/worlds/wrold/")).body) == [f"{SITE}/worlds/world/"]


async def test_a_path_of_thousands_of_parts_costs_no_more(newsroom: Newsroom) -> None:
    """The first few are looked at."""
    assert suggested((await newsroom.ask("/x" * 3 + "/wrold" + "/y" * 3000)).body) == [f"{SITE}/world/"]
    assert suggested((await newsroom.ask("/x" * 3000 + "/wrold")).body) == []


def test_names_that_are_alike() -> None:
    """Three at most, the likeliest first; a letter may be mistyped, left out, or change places."""
    titles = ["اقتصاد", "الاقتصاد الليبي", "رياضة", "اقتصاديات", "مقتصد", "علوم"]
    names = SectionNames([Section(slug=f"s{n}", title=title) for n, title in enumerate(titles)], ())
    assert names.near("إقتصاذ")[0].title == "اقتصاد"
    assert len(names.near("إقتصاذ")) <= 3
    assert [section.title for section in names.near("رياضه")] == ["رياضة"]
    assert names.near("!!!") == []
    assert names.near("ا" * 100_000) == []


async def test_error_pages_of_made_up_addresses_take_no_memory(newsroom: Newsroom) -> None:
    """One page for each answer, not for each address."""
    bodies = {(await newsroom.ask(f"/wrold-{n}/")).body for n in range(50)}
    assert len(bodies) <= 2
    assert len(newsroom.desk._holdings.cache) == 0


@pytest.mark.parametrize("name", ["page.css", "page.js"])
async def test_what_pages_load_is_compressed_and_has_a_tag(newsroom: Newsroom, name: str) -> None:
    """Under an address that changes with its bytes, so that no page is shown with another version's."""
    page = (await newsroom.ask("/")).body.decode()
    address = re.findall(rf"\./static/{re.escape(name)}\?v=[0-9a-f]+", page)[0][1:]
    whole = await newsroom.ask(address)
    assert whole.get("content-encoding") is None
    for coding in ("br", "gzip"):
        answer = await newsroom.ask(address, headers={"accept-encoding": coding})
        assert (answer.status, answer["content-encoding"], answer["vary"]) == (200, coding, "Accept-Encoding")
        assert len(answer.body) < len(whole.body) / 2
        assert (
            await newsroom.ask(address, headers={"if-none-match": answer["etag"], "accept-encoding": coding})
        ).status == 304
    assert (await newsroom.ask(address, "HEAD")).head == whole.head


async def test_the_newsrooms_colour_is_on_every_page(tmp_path: Path) -> None:
    """`[site] accent` is in the style sheet, readable on light and on dark, and the pages ask for that sheet."""
    sheets = []
    for colour in ("#0b6e69", "#f2c200"):
        async with opened(tmp_path, SITE__ACCENT=colour) as newsroom:
            page = (await newsroom.ask("/")).body.decode()
            sheet = re.findall(r"page\.css\?v=[0-9a-f]+", page)[0]
            sheets.append((sheet, (await newsroom.ask(f"/static/{sheet}")).body.decode()))
    assert sheets[0][0] != sheets[1][0]
    assert "--accent: #0b6e69" in sheets[0][1]
    # Yellow on dark, and a brown that can be read on light.
    assert "--accent: #f2c200" in sheets[1][1]
    assert len(re.findall("--accent: #", sheets[1][1])) > 2


async def test_the_landing_page_has_the_latest_of_each_section(newsroom: Newsroom) -> None:
    """Three, read in one go; those of another section do not push them out."""
    await newsroom.write(*(story(f"w{n}", minutes=1, title=f"عنوان دولي {n}") for n in range(60)))
    page = (await newsroom.ask("/")).body.decode()
    card = page.partition('href="./sports/"')[2].partition("</section>")[0]
    assert re.findall(r"<bdi>(عنوان \w)</bdi>", card) == ["عنوان c", "عنوان b"]


async def test_an_embargo_ends_on_the_landing_page_too(newsroom: Newsroom) -> None:
    await newsroom.write(story("later", minutes=-10, sections=("sports",)))
    assert "عنوان later".encode() not in (await newsroom.ask("/")).body
    newsroom.clock.go(minutes=9)
    assert "عنوان later".encode() in (await newsroom.ask("/")).body


async def test_every_link_between_pages_leads_somewhere(newsroom: Newsroom) -> None:
    """Whoever follows what pages link to finds something, at every address; a redirect at the most."""
    seen: dict[str, int] = {}
    waiting = ["/", "/wrold/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = await newsroom.ask(path)
        if answer.status == 301:
            answer = await newsroom.ask(answer["location"].removeprefix(SITE))
        seen[path] = answer.status
        if answer.get("content-type") == "text/html; charset=utf-8":
            found = re.findall(r'(?:href|src|action)="([^"#][^"]*)"', answer.body.decode())
            urls = [urljoin(f"{SITE}{path}", address) for address in found]
            waiting += [url.removeprefix(SITE) for url in urls if url.startswith(f"{SITE}/")]
    assert {path for path, status in seen.items() if status != 200} == {"/wrold/"}
    assert {"/about/", "/opml.xml", "/sports/feed.json", "/search/", f"/tags/{quote('طرابلس')}/"} <= seen.keys()
