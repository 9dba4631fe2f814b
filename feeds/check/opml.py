"""OPML 2.0, as a list of subscriptions (http://opml.org/spec2.opml)."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from feeds.check.addresses import uri, web_uri
from feeds.check.elements import elements, hygiene, label, named, text
from feeds.check.fields import Rule, field, language_tag
from feeds.check.findings import Finding, error, numbered, quoted, warning

_SPEC = "OPML 2.0"
_RULES: dict[str, Rule] = {"xmlUrl": web_uri, "htmlUrl": uri, "language": language_tag}


def opml(root: etree._Element) -> Iterator[Finding]:
    """Everything about a list of subscriptions, its head first, then its outlines."""
    if (version := root.get("version")) != "2.0":
        what = f"version is {quoted(version)}" if version is not None else "has no version"
        yield error("opml", what, 'version="2.0"', _SPEC)
    for name in ("head", "body"):
        if len(named(root, "", name)) != 1:
            yield error("opml", f"has {len(named(root, '', name))} {name} elements", f"one {name} element", _SPEC)
    for head in named(root, "", "head")[:1]:
        if not any(text(title) for title in named(head, "", "title")):
            right = "a title: readers show it"
            yield warning("head", "has no title", right, _SPEC)
    outlines = list(root.iter("outline"))
    for number, outline in enumerate(outlines, 1):
        name = outline.get("text") or ""
        yield from _outline(numbered("outline", number, "text", name), outline)
    yield from _twice(outlines)
    yield from hygiene("opml", root, "", frozenset())
    for body in named(root, "", "body")[:1]:
        if not any(element.tag == "outline" for element in elements(body)):
            yield error("body", "has no outline", "one outline at least", _SPEC)


def _outline(where: str, outline: etree._Element) -> Iterator[Finding]:
    if not (outline.get("text") or "").strip():
        yield error(where, "has no text", "a text attribute: it is what readers show", _SPEC)
    subscription = outline.get("type") == "rss"
    if subscription and outline.get("xmlUrl") is None:
        yield error(where, "has no xmlUrl", "the address of the feed", _SPEC)
    if not subscription and outline.get("xmlUrl") is not None:
        yield error(where, f"has an xmlUrl and type {quoted(outline.get('type') or '')}", 'type="rss"', _SPEC)
    for name, rule in _RULES.items():
        if (value := outline.get(name)) is not None:
            yield from field(where, name, value, rule)
    for child in elements(outline):
        if child.tag != "outline":
            yield error(where, f"holds {label(child)}", "outlines alone", _SPEC)


def _twice(outlines: list[etree._Element]) -> Iterator[Finding]:
    counts = Counter(url for outline in outlines if (url := outline.get("xmlUrl")))
    for url, count in counts.items():
        if count > 1:
            what = f"{count} outlines have the xmlUrl {quoted(url)}"
            yield warning("body", what, "each feed once: readers subscribe twice", _SPEC)
