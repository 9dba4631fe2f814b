"""What stands at an address that is a source: fetched once more only where it changed."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO

from feeds.errors import Unreachable
from feeds.fetch import Answer, Fetcher, Limits, Validators, without_secrets
from feeds.importers import Kind, detect, discovery
from feeds.importers.source import PEEK
from feeds.importers.wordpress.site import REL, Closed, Site, find
from feeds.importing.memories import Memory

_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_LIMITS = Limits(seconds=120)
# As long as what a WordPress API says of itself may be: it lists all its addresses.
_INDEX = 4 << 20
# Ten articles each: who has more has an export.
_MOST_PAGES = 10_000
_ID = re.compile(rb"<(?:guid|id)\b[^<>]*>\s*([^<]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The body of an answer in a file, and what it is; `asked` is the address that it was asked for at."""

    name: str
    asked: str
    file: BinaryIO
    kind: Kind
    answer: Answer


def fetch(
    fetcher: Fetcher, address: str, known: Memory | None, keep: Callable[[BinaryIO], BinaryIO]
) -> Fetched | Site | Closed | None:
    """What stands at an address: a WordPress site, or a source, or the feed that a page names which is no article; None
    where that has not changed.

    `keep` is given each file, to close it in the end. Raises BadSource.
    """
    # What is asked may be another address of the same server.
    fetcher.know(address)
    fetched = get(fetcher, (known and known.url) or address, known.validators if known else None, keep)
    if fetched is None or fetched.kind not in ("page", "json"):
        return fetched
    site = _site(fetcher, fetched)
    if site is not None or fetched.kind == "json":
        return site or fetched
    fetched.file.seek(0)
    feed = discovery.feed_of(fetched.file.read(PEEK), fetched.answer.url, fetched.answer.charset)
    return fetched if feed is None else get(fetcher, feed, None, keep)


def _site(fetcher: Fetcher, fetched: Fetched) -> Site | Closed | None:
    """The WordPress site whose front page, or whose API, this is."""
    fetched.file.seek(0)
    body = fetched.file.read(_INDEX)
    fetched.file.seek(0)
    if fetched.kind == "json" and b'"namespaces"' not in body and REL not in fetched.answer.links:
        return None
    return find(fetcher, replace(fetched.answer, body=body), fetched.asked)


def get(
    fetcher: Fetcher, url: str, validators: Validators | None, keep: Callable[[BinaryIO], BinaryIO]
) -> Fetched | None:
    """What stands at just this address, as `fetch`."""
    file = keep(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 — whoever keeps it closes it
    name = without_secrets(url)
    answer = fetcher.get(url, accept=_ACCEPT, validators=validators, into=file, limits=_LIMITS).good()
    if answer.not_modified:
        return None
    file.seek(0)
    kind = detect(name, file.read(PEEK))
    file.seek(0)
    return Fetched(name=name, asked=url, file=file, kind=kind, answer=answer)


class Pages:
    """The pages of the feed of a site whose API is closed, the newest first. `known` is what was kept of it."""

    def __init__(self, closed: Closed, known: Memory | None) -> None:
        self._url = f"{closed.home}?feed=rss2&paged="
        self._known = known
        self._number = 0
        self._seen: set[bytes] = set()
        # Of the first page, by which the next run is told that nothing has changed.
        self.validators = Validators()

    @property
    def unchanged(self) -> bool:
        """Whether it is known by its first page that nothing has changed."""
        return self._number == 1 and not self._seen

    def following(self, fetcher: Fetcher, keep: Callable[[BinaryIO], BinaryIO]) -> Fetched | None:
        """The next page; None behind the last one, or where nothing has changed. Raises BadSource."""
        self._number += 1
        first = self._number == 1
        validators = self._known.validators if first and self._known else None
        try:
            fetched = get(fetcher, f"{self._url}{self._number}", validators, keep)
        except Unreachable:
            if first:
                raise
            # Behind the last page it answers 404.
            return None
        ids = _ids_of(fetched.file) if fetched else set()
        if fetched is None or ids <= self._seen or self._number == _MOST_PAGES:
            return None
        self._seen |= ids
        self.validators = fetched.answer.validators if first else self.validators
        return fetched


def _ids_of(file: BinaryIO) -> set[bytes]:
    """What tells the entries of a feed apart from those of another page of it."""
    file.seek(0)
    return set(_ID.findall(file.read(_INDEX)))
