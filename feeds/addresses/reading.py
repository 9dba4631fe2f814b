"""A path below the site's address, and its query -> what stands there, or where it does."""

from collections.abc import Mapping
from urllib.parse import urlencode

from feeds.addresses.listings import listing_at, partner_at
from feeds.addresses.parameters import KEPT, SECTION, content_of, limit_of, parameters_of
from feeds.addresses.places import day_at, joined, page_at
from feeds.addresses.segments import segments_of
from feeds.addresses.values import Address, Defaults, FeedAddress, Gone, Located, Lookup, Moved, PageAddress
from feeds.addresses.wordpress import feed_below, with_query
from feeds.addresses.writing import FILES, path_of, spelling
from feeds.errors import BadParameter
from feeds.model import FeedFormat

# What is served at these itself is no business of addresses.
_OPERATION = frozenset(("healthz", "metrics", "readyz", "robots.txt"))
_FILES_FOLDER = "static"
_FORMATS: Mapping[str, FeedFormat] = {name: format for format, name in FILES.items()}


def find(path: str, query: str, *, lookup: Lookup, defaults: Defaults) -> Located | None:
    """What stands at a path below the site's address (percent-encoded, from the slash on), if anything does.

    Raises BadParameter where `limit` or `content` is not what is allowed, or a search has nothing to search for.
    """
    segments = segments_of(path)
    if segments is None:
        return None
    kept, clean = segments
    if moved := _moved_operation(kept, clean) or _moved_file(kept, clean, lookup):
        return moved
    parameters = parameters_of(query)
    found = _read(kept, parameters, lookup)
    if found is None or isinstance(found, Gone):
        return found
    asked = found.selection.search
    if asked == "" and isinstance(found, FeedAddress):
        raise BadParameter("q is missing; give what to search for, such as q=طرابلس")
    if clean and spelling(found) == kept and asked in (None, parameters.get("q", "")):
        return _with_parameters(found, parameters, defaults)
    if asked:
        parameters["q"] = asked
    elif asked is not None:
        parameters.pop("q", None)
    target = path_of(found).partition("?")[0]
    tail = urlencode([(name, parameters[name]) for name in KEPT if name in parameters], errors="replace")
    return Moved(path=target + (f"?{tail}" if tail else ""))


def _moved_operation(kept: list[str], clean: bool) -> Moved | None:
    """Where a path meant that has the wrong case, or slashes too many."""
    name, *others = [segment.lower() for segment in kept if segment] or [""]
    if others or name not in _OPERATION or (clean and kept == [name]):
        return None
    return Moved(path=f"/{name}")


def _moved_file(kept: list[str], clean: bool, lookup: Lookup) -> Moved | None:
    """The same of the files that pages and feeds are shown with."""
    folder, *names = [segment for segment in kept if segment] or [""]
    file = lookup("file", "/".join(names)) if folder.lower() == _FILES_FOLDER else None
    if file is None or (clean and kept == [_FILES_FOLDER, *file.split("/")]):
        return None
    return Moved(path=f"/{_FILES_FOLDER}/{file}")


def _read(segments: list[str], parameters: Mapping[str, str], lookup: Lookup) -> Address | Gone | None:
    """The address that the segments mean, however they are spelled."""
    names = [segment for segment in segments if segment]
    lower = [name.lower() for name in names]
    if lower[:2] == ["comments", "feed"]:
        return Gone()
    if "feed" in lower:
        return feed_below(names, lower.index("feed"), lookup)
    if lower and lower[-1] in _FORMATS:
        folder = day_at(names[:-1], lookup) or page_at(names[:-1], parameters, lookup)
        if folder is None or not folder.has_feed:
            return None
        return FeedAddress(selection=folder.selection, format=_FORMATS[lower[-1]])
    if listed := listing_at(names) or partner_at(names, lookup):
        return listed
    page = page_at(names, parameters, lookup)
    if page == PageAddress() and SECTION in parameters:
        page = joined(page, parameters, lookup)
    return with_query(page, parameters, lookup)


def _with_parameters(address: Address, parameters: Mapping[str, str], defaults: Defaults) -> Address:
    if not isinstance(address, FeedAddress):
        return address
    limit, content = limit_of(parameters), content_of(parameters)
    if address.selection.day:
        # All of a day stands in its archive.
        limit = None
    return FeedAddress(
        selection=address.selection,
        format=address.format,
        limit=None if limit == defaults.limit else limit,
        content=None if content == defaults.content else content,
    )
