"""RSS 2.0 (RSS Advisory Board, 2.0.11) with the Board's profile: the document and its channel."""

from collections.abc import Iterator

from lxml import etree

from feeds.check import markup
from feeds.check.addresses import uri, web_uri
from feeds.check.dates import rfc822, rfc822_moment, rfc3339, w3c
from feeds.check.elements import (
    ATOM,
    DC,
    DCTERMS,
    Vocabulary,
    elements,
    hygiene,
    inherited,
    label,
    multiplicity,
    named,
    split_name,
    structure,
    text,
)
from feeds.check.fields import (
    Rule,
    between,
    field,
    filled,
    language_tag,
    mail_address_with_name,
    one_of,
    positive_integer,
)
from feeds.check.findings import Finding, error, quoted, warning
from feeds.check.links import alternates, history, link, self_link
from feeds.check.media import media
from feeds.check.rss_items import items

_SPEC = "RSS 2.0"
_PROFILE = "RSS Profile"
_CHANNEL_ONCE = ("title", "link", "description")
_CHANNEL_OPTIONAL = (
    "language copyright managingEditor webMaster pubDate lastBuildDate generator docs cloud ttl image rating"
    " textInput skipHours skipDays"
)
_CHANNEL_AT_MOST = tuple(_CHANNEL_OPTIONAL.split())
_ITEM = "title link description author category comments enclosure guid pubDate source"
_IMAGE_ONCE = ("url", "title", "link")
_IMAGE_AT_MOST = ("width", "height", "description")
_INPUT_ONCE = ("title", "description", "name", "link")

RSS = Vocabulary(
    namespace="",
    children={
        "rss": frozenset(("channel",)),
        "channel": frozenset((*_CHANNEL_ONCE, *_CHANNEL_AT_MOST, "category", "item")),
        "item": frozenset(_ITEM.split()),
        "image": frozenset((*_IMAGE_ONCE, *_IMAGE_AT_MOST)),
        "textInput": frozenset(_INPUT_ONCE),
        "skipHours": frozenset(("hour",)),
        "skipDays": frozenset(("day",)),
    },
    attributes={
        "rss": frozenset(("version",)),
        "category": frozenset(("domain",)),
        "cloud": frozenset(("domain", "port", "path", "registerProcedure", "protocol")),
        "enclosure": frozenset(("url", "length", "type")),
        "guid": frozenset(("isPermaLink",)),
        "source": frozenset(("url",)),
    },
    scopes=frozenset(("channel", "item")),
    source=_SPEC,
)

_FIELDS: dict[tuple[str, str], Rule] = {
    ("", "link"): uri,
    ("", "language"): language_tag,
    ("", "pubDate"): rfc822,
    ("", "lastBuildDate"): rfc822,
    ("", "managingEditor"): mail_address_with_name,
    ("", "webMaster"): mail_address_with_name,
    ("", "docs"): uri,
    ("", "ttl"): positive_integer,
    ("", "category"): filled(f"{_SPEC}, category"),
    (DC, "date"): w3c,
    (DC, "language"): language_tag,
    (DCTERMS, "modified"): w3c,
    (ATOM, "updated"): rfc3339,
}
_CLOUD: dict[str, Rule] = {
    "domain": filled(f"{_SPEC}, cloud"),
    "port": between(1, 65535, f"{_SPEC}, cloud"),
    "path": filled(f"{_SPEC}, cloud"),
    "registerProcedure": lambda value: None,  # empty with http-post and soap's default
    "protocol": one_of(("xml-rpc", "soap", "http-post"), f"{_SPEC}, cloud"),
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# One meaning, two elements: readers take either (W3C feed validator, DuplicateSemantics).
_SAME = (
    ("managingEditor", DC, "creator"),
    ("webMaster", DC, "publisher"),
    ("pubDate", DC, "date"),
    ("language", DC, "language"),
    ("copyright", DC, "rights"),
    ("category", DC, "subject"),
    ("lastBuildDate", DCTERMS, "modified"),
)


def rss(root: etree._Element, *, self_url: str | None) -> Iterator[Finding]:
    """Everything about an RSS document, its channel first, then its items."""
    if (version := root.get("version")) != "2.0":
        what = f"version is {quoted(version)}" if version is not None else "has no version"
        yield error("rss", what, 'version="2.0"', f"{_SPEC}, What is RSS?")
    yield from structure("rss", root, RSS)
    yield from multiplicity("rss", root, ("channel",), (), RSS)
    for child in elements(root):
        if split_name(child)[0]:
            yield error("rss", f"{label(child)} stands outside the channel", "elements in the channel", _SPEC)
    for channel in named(root, "", "channel")[:1]:
        yield from _channel(channel, self_url)
        yield from items(channel, RSS)


def _channel(channel: etree._Element, self_url: str | None) -> Iterator[Finding]:
    where = "channel"
    yield from multiplicity(where, channel, _CHANNEL_ONCE, _CHANNEL_AT_MOST, RSS)
    yield from structure(where, channel, RSS)
    for element in elements(channel):
        if rule := _FIELDS.get(split_name(element)):
            yield from field(where, label(element), text(element), rule)
    for element in named(channel, "", "title"):
        yield from markup.title(where, "title", text(element), f"{_PROFILE}, data-types-characterdata")
    for name in ("description", "copyright"):
        for element in named(channel, "", name):
            yield from markup.plain(where, name, text(element), f"{_PROFILE}, data-types-characterdata")
    yield from _image(where, channel)
    yield from _rare(where, channel)
    yield from _order(where, channel)
    yield from _said(where, channel)
    links = named(channel, ATOM, "link")
    for element in links:
        yield from link(where, element)
    yield from alternates(where, links)
    yield from self_link(where, links, self_url, f"{_PROFILE}, namespace-elements-atom-link")
    yield from history(where, channel, links, self_url)
    yield from media(where, channel)
    yield from inherited(where, channel, RSS.scopes)
    yield from hygiene(where, channel, "", RSS.scopes)


def _image(where: str, channel: etree._Element) -> Iterator[Finding]:
    source = f"{_SPEC}, image"
    for image in named(channel, "", "image")[:1]:
        for finding in multiplicity(where, image, _IMAGE_ONCE, _IMAGE_AT_MOST, RSS):
            yield error(where, f"image {finding.what}", finding.right, source)
        for name, rule in (("url", web_uri), ("link", uri)):
            for element in named(image, "", name):
                yield from field(where, f"image {name}", text(element), rule)
        for name, most in (("width", 144), ("height", 400)):
            for element in named(image, "", name):
                yield from field(where, f"image {name}", text(element), between(1, most, source))
        for name in ("title", "link"):
            own, its = named(channel, "", name), named(image, "", name)
            if own and its and text(own[0]) != text(its[0]):
                what = f"image {name} is not the channel's: {quoted(text(its[0]))}"
                yield warning(where, what, quoted(text(own[0])), f"{_PROFILE}, element-channel-image-{name}")
        address = "".join(text(element) for element in named(image, "", "url")[:1]).lower()
        if address.endswith((".svg", ".webp", ".avif", ".ico", ".bmp", ".tif", ".tiff")):
            what = f"image url is neither GIF, JPEG nor PNG: {quoted(address)}"
            yield warning(where, what, "a GIF, JPEG or PNG", source)


def _rare(where: str, channel: etree._Element) -> Iterator[Finding]:
    """cloud, textInput, skipHours, skipDays."""
    for cloud in named(channel, "", "cloud"):
        for name, rule in _CLOUD.items():
            if (value := cloud.get(name)) is None:
                yield error(where, f"cloud has no {name}", f"a {name} attribute", f"{_SPEC}, cloud")
            else:
                yield from field(where, f"cloud {name}", value, rule)
    for box in named(channel, "", "textInput")[:1]:
        right = "no textInput: readers ignore it"
        yield warning(where, "has a textInput", right, f"{_PROFILE}, element-channel-textinput")
        for finding in multiplicity(where, box, _INPUT_ONCE, (), RSS):
            yield error(where, f"textInput {finding.what}", finding.right, f"{_SPEC}, textInput")
    hours = [text(hour) for skip in named(channel, "", "skipHours") for hour in named(skip, "", "hour")]
    days = [text(day) for skip in named(channel, "", "skipDays") for day in named(skip, "", "day")]
    for name, values, rule in (
        ("skipHours", hours, between(0, 23, f"{_SPEC}, skipHours")),
        ("skipDays", days, one_of(_DAYS, f"{_SPEC}, skipDays")),
    ):
        for value in values:
            yield from field(where, name, value, rule)
        if named(channel, "", name) and not values:
            yield error(where, f"{name} is empty", "what is skipped, or no such element", f"{_SPEC}, {name}")
        if len(values) != len(set(values)):
            yield error(where, f"{name} names one twice", "each once", f"{_PROFILE}, element-channel-{name.lower()}")


def _order(where: str, channel: etree._Element) -> Iterator[Finding]:
    names = [split_name(element) for element in elements(channel)]
    first = names.index(("", "item")) if ("", "item") in names else len(names)
    late = [name for namespace, name in names[first:] if not namespace and name != "item"]
    if late:
        right = "the channel's own elements before its items"
        yield warning(where, f"{late[0]} stands after an item", right, "W3C feed validator, MisplacedItem")


def _said(where: str, channel: etree._Element) -> Iterator[Finding]:
    """The language is told; nothing is told twice in two vocabularies; the last build is the last."""
    if not named(channel, "", "language") and not named(channel, DC, "language"):
        right = "a language: some readers choose the direction by it"
        yield warning(where, "has no language", right, "W3C feed validator, MissingDCLanguage")
    for core, namespace, other in _SAME:
        if named(channel, "", core) and (others := named(channel, namespace, other)):
            right = f"{core} alone"
            yield warning(where, f"has {core} and {label(others[0])}", right, "W3C feed validator, DuplicateSemantics")
    built = [rfc822_moment(text(element)) for element in named(channel, "", "lastBuildDate")[:1]]
    dates = [
        moment
        for item in named(channel, "", "item")
        for element in named(item, "", "pubDate")
        if (moment := rfc822_moment(text(element)))
    ]
    if built and built[0] and dates and built[0] < max(dates):
        right = "the last change of the channel, the newest item among them"
        yield warning(where, "lastBuildDate is before the newest item", right, f"{_SPEC}, lastBuildDate")
