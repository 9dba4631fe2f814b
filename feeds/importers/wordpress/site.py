"""A WordPress site through its REST API."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from feeds.errors import BadSource, Unreachable
from feeds.fetch import Answer, Fetcher
from feeds.importers.wordpress.post import (
    EMBED,
    FIELDS,
    Category,
    Post,
    Terms,
    language_of,
    read_category,
    read_post,
    unnamed_authors,
)
from feeds.text.iri import to_uri

REL = "https://api.w.org/"
_JSON = "application/json"
_PER_PAGE = 100
# Where a server can't make a hundred articles at a time.
_FEWER = 20
_LINK = re.compile(r"<link\b[^<>]*>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_SIGNS = re.compile(rb"/wp-(?:content|includes|json)/|content=[\"']WordPress", re.IGNORECASE)
_CREATOR = re.compile(rb"<dc:creator>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</dc:creator>", re.DOTALL)
# What the address of a front page in one language ends with.
_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[a-z]{2,4})?)/?", re.IGNORECASE)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A WordPress site whose API is closed, and why."""

    home: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some posts. `cursor` is where the next run may go on from when they are taken; None where that can't be told."""

    posts: tuple[Post, ...]
    cursor: str | None = None


def find(fetcher: Fetcher, answer: Answer, asked: str | None = None) -> "Site | Closed | None":
    """The site whose front page (or API) was answered; None for what is none, or another page of one.

    Where it has several languages, the front page may lead from the address that was `asked` to the one in a language
    of the reader's; that one, asked for itself, stands for the articles in its language.
    """
    root = _named_root(answer)
    if root is None and not _SIGNS.search(answer.body):
        return None
    base = answer.url if answer.url.endswith("/") else f"{answer.url}/"
    roots = [root] if root else [urljoin(base, "wp-json/"), f"{base.partition('?')[0]}?rest_route=/"]
    why = ""
    for each in roots:
        found = fetcher.get(each, accept=_JSON)
        index = _index(found)
        if index is not None:
            site = Site(
                fetcher,
                root=each,
                home=to_uri(str(index.get("home") or ""), base) or base,
                namespaces=index["namespaces"],
            )
            if any(_same_page(page, here) for page in (site.home, each) for here in (asked or answer.url, answer.url)):
                return site
            language = _LANGUAGE.fullmatch(answer.url.removeprefix(site.home))
            return site.speaking(language[1]) if language and site.tells_languages_apart else None
        why = why or f"answers {found.status} at {found.name}"
    # Only the front page may stand for the whole.
    paths = [urlsplit(here).path or "/" for here in (asked or answer.url, answer.url)]
    return Closed(home=urljoin(answer.url, "/"), why=why) if "/" in paths else None


def _index(answer: Answer) -> Mapping[str, Any] | None:
    """What an API says of itself, if it has the posts."""
    try:
        index = answer.json() if answer.ok else None
    except Unreachable:
        return None
    spaces = index.get("namespaces") if isinstance(index, dict) else None
    return index if isinstance(index, dict) and isinstance(spaces, list) and "wp/v2" in spaces else None


def _named_root(answer: Answer) -> str | None:
    """Where the answer says that the API is, or that it is it."""
    if _index(answer) is not None:
        return answer.url
    if REL in answer.links:
        return to_uri(answer.links[REL], answer.url)
    for tag in _LINK.findall(answer.body[:262_144].decode("utf-8", "replace")):
        href = _HREF.search(tag) if REL in tag else None
        if href:
            return to_uri(unescape(href[1]), answer.url)
    return None


def _same_page(one: str, other: str) -> bool:
    first, second = urlsplit(one), urlsplit(other)
    return (first.path.rstrip("/"), first.query) == (second.path.rstrip("/"), second.query)


class Site:
    """A site's posts. `home` is its front page's address; its pages come as they are asked for."""

    def __init__(
        self, fetcher: Fetcher, *, root: str, home: str, namespaces: object = (), language: str | None = None
    ) -> None:
        self._fetcher = fetcher
        self._root = root
        self.home = home if home.endswith("/") else f"{home}/"
        self._namespaces = namespaces if isinstance(namespaces, list) else []
        self.language = language
        self._terms = Terms()
        self._authors: dict[int, str] = {}
        self._per_page = _PER_PAGE

    @property
    def tells_languages_apart(self) -> bool:
        """Whether it has Polylang or WPML."""
        names = [name for name in self._namespaces if isinstance(name, str)]
        return any(name.startswith(("pll/", "wpml/")) for name in names)

    def speaking(self, language: str | None) -> "Site":
        """The same, of which only the articles in one language are taken; None: as before."""
        language = language or self.language
        if language and not self.tells_languages_apart:
            raise BadSource(f"{self.home}: tells no languages apart (by Polylang or WPML); leave --language out")
        found = Site(self._fetcher, root=self._root, home=self.home, namespaces=self._namespaces, language=language)
        found._terms = self._terms
        return found

    def learn_categories(self, *, parents: bool) -> list[Category]:
        """Reads the categories that have articles, and those above them."""
        found: dict[int, Category] = {}
        for raw in self._every("categories", _fields="id,name,slug,parent,link", hide_empty="false"):
            category = read_category(raw)
            if category:
                found[category.number] = category
        self._terms = Terms(categories=found, authors=self._authors, parents=parents)
        return list(found.values())

    def bases(self) -> Mapping[str, str]:
        """What the addresses of categories and tags begin with, by "category" and "tag", where that is another than
        these: an editor may choose it."""
        answer = self._fetcher.get(f"{self._root}wp/v2/tags{self._joint}per_page=1&_fields=link", accept=_JSON)
        tags = answer.json() if answer.ok else []
        links = {
            # Others have those above them in their addresses.
            "category": [category.link for category in self._terms.categories.values() if not category.parent],
            "tag": [tag["link"] for tag in tags if isinstance(tag, dict) and isinstance(tag.get("link"), str)],
        }
        found = {kind: _base(self.home, some) for kind, some in links.items()}
        return {kind: base for kind, base in found.items() if base and base != kind}

    @property
    def _joint(self) -> str:
        return "&" if "?" in self._root else "?"

    def changed(self, cursor: str | None, since: datetime | None = None) -> Iterator[Page]:
        """The posts that were modified since a cursor (or ever), in the order of their modification.

        Each page is asked for by the time of the one before: one that is changed meanwhile comes again at the end,
        and none is skipped, as it would be where pages are counted.
        """
        after = _before(cursor) if cursor else None
        seen: set[tuple[int, str]] = set()
        number = 1
        while True:
            asked: dict[str, str] = {"modified_after": after} if after else {}
            posts = self._posts(order="asc", orderby="modified", page=str(number), **asked, **_published(since))
            if after and posts and posts[0].modified <= after:
                # Before WordPress 5.7 there is no such parameter, and it is ignored.
                yield from self._newest(cursor or after, since)
                return
            last = posts[-1].modified if posts else None
            new = tuple(post for post in posts if (post.number, post.modified) not in seen)
            yield Page(posts=new, cursor=last)
            if last is None or len(posts) < self._per_page:
                return
            if _before(last) == after:
                # As many in one second as a page has: they are counted.
                number += 1
            else:
                after, number, seen = _before(last), 1, set()
            seen |= {(post.number, post.modified) for post in posts if post.modified == last}

    def latest(self, since: datetime | None = None) -> Iterator[Page]:
        """The posts by their publication, the newest first."""
        yield from self._counted(orderby="date", order="desc", **_published(since))

    def _newest(self, until: str, since: datetime | None) -> Iterator[Page]:
        """Those modified since a cursor, the latest first: a cursor is at the end only."""
        latest = None
        for page in self._counted(orderby="modified", order="desc", **_published(since)):
            latest = latest or (page.posts[0].modified if page.posts else None)
            new = tuple(post for post in page.posts if post.modified >= until)
            over = len(new) < len(page.posts)
            yield Page(posts=new, cursor=latest if over else None)
            if over:
                return
        yield Page(posts=(), cursor=latest)

    def _counted(self, **parameters: str) -> Iterator[Page]:
        number, count = 1, self._per_page
        while count >= self._per_page:
            posts = self._posts(page=str(number), **parameters)
            yield Page(posts=tuple(posts))
            number, count = number + 1, len(posts)

    def of_numbers(self, numbers: list[int]) -> list[Post]:
        """Some posts, as far as they are there."""
        found: list[Post] = []
        for start in range(0, len(numbers), self._per_page):
            some = numbers[start : start + self._per_page]
            found += self._posts(include=",".join(map(str, some)), orderby="id", order="asc", page="1")
        return found

    def listing(self, since: datetime | None = None) -> dict[int, str]:
        """When every published post was modified (GMT), by number; without those that ask for a password."""
        found: dict[int, str] = {}
        fields = "id,modified_gmt,content.protected"
        for raw in self._every("posts", _fields=fields, orderby="id", order="asc", **_published(since)):
            content = raw.get("content") if isinstance(raw, dict) else None
            if isinstance(content, dict) and content.get("protected"):
                continue
            if isinstance(raw, dict) and isinstance(raw.get("id"), int):
                found[raw["id"]] = str(raw.get("modified_gmt"))
        return found

    def _posts(self, **parameters: str) -> list[Post]:
        raw = self._ask("posts", _fields=FIELDS, _embed=EMBED, **parameters)
        for author in sorted(unnamed_authors(raw) - self._authors.keys()):
            self._authors[author] = self._author(author)
        self._terms = replace(self._terms, authors=self._authors)
        found = (read_post(each, self.home, self._terms) for each in raw if self._speaks(each))
        return [post for post in found if post]

    def _speaks(self, raw: Any) -> bool:
        language = language_of(raw)
        return not (self.language and language) or language.partition("-")[0] == self.language.partition("-")[0]

    def _author(self, number: int) -> str:
        """An author's name, from the author's feed: the API names none where the users are closed."""
        answer = self._fetcher.get(f"{self.home}?{urlencode({'author': number, 'feed': 'rss2'})}")
        name = _CREATOR.search(answer.body) if answer.ok else None
        return unescape(name[1].decode("utf-8", "replace")).strip() if name else ""

    def _every(self, kind: str, **parameters: str) -> Iterator[Any]:
        number, count = 1, self._per_page
        while count >= self._per_page:
            found = self._ask(kind, page=str(number), **parameters)
            yield from found
            number, count = number + 1, len(found)

    def _ask(self, kind: str, **parameters: str) -> list[Any]:
        """A page of something. Raises Unreachable."""
        language = {"lang": self.language} if self.language else {}
        query = {"per_page": str(self._per_page), **parameters, **language}
        answer = self._fetcher.get(f"{self._root}wp/v2/{kind}{self._joint}{urlencode(query)}", accept=_JSON)
        if answer.status >= 500 and self._per_page > _FEWER and parameters.get("page", "1") == "1":
            self._per_page = _FEWER
            return self._ask(kind, **parameters)
        if answer.status == 400 and parameters.get("page", "1") != "1":
            # Behind the last page.
            return []
        found = answer.good().json()
        if not isinstance(found, list):
            raise Unreachable(f"{answer.name}: answers no list of {kind}; check that this is the right address")
        return found


def _base(home: str, links: Iterable[str]) -> str:
    """What stands in all of some addresses of a site before the last segment; empty where that is not the same."""
    paths = [unquote(link.removeprefix(home)).strip("/") for link in links if link.startswith(home) and "?" not in link]
    found = {path.rpartition("/")[0] for path in paths}
    return found.pop() if len(found) == 1 else ""


def _before(modified: str) -> str:
    """A second earlier: what was modified in the same second comes again."""
    try:
        return (datetime.fromisoformat(modified) - _SECOND).isoformat()
    except (ValueError, OverflowError):
        return modified


def _published(since: datetime | None) -> dict[str, str]:
    return {"after": since.isoformat()} if since else {}
