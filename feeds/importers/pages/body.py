"""The text of a page's article as clean HTML, found by trafilatura."""

import logging
import re
from html import escape

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, use_config

from feeds.sections import name_key

# It says each page that it leaves alone; we say that ourselves, with the page's name.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# What news there is in a few lines is news: below this many characters it would take the page's text as it comes.
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "80")
# A text of shorter lines alone is a list of links.
_SENTENCE = 40
_LINES = re.compile(r"[\n<>]")
# Its own names of elements (TEI), as HTML has them. What is not here loses its tags and keeps its text.
_SAME = frozenset("p table code del blockquote pre".split())
_NAMES = {"item": "li", "row": "tr", "quote": "blockquote", "lb": "br", "details": "div", "summary": "p"}
_WEIGHTS = {"#b": "strong", "#i": "em", "#u": "u", "#sub": "sub", "#sup": "sup", "#t": "code"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PARAGRAPHS = re.compile(r"\s*\n\s*")


def body_of(tree: HtmlElement, title: str, text: str) -> str:
    """The article's text as HTML, without its title; the text that the page gives in its data where none is found."""
    try:
        found = bare_extraction(
            tree,
            output_format="html",
            include_formatting=True,
            include_links=True,
            include_images=True,
            include_comments=False,
            config=_CONFIG,
        )
        html = _html(found.body, title) if isinstance(found, Document) and found.body is not None else ""
    except Exception:
        html = ""
    if max(map(len, _LINES.split(html))) >= _SENTENCE:
        return html
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in _PARAGRAPHS.split(text.strip()) if part)


def _html(body: etree._Element, title: str) -> str:
    for first in body[:1]:
        if first.tag == "head" and name_key("".join(first.itertext())) == name_key(title):
            body.remove(first)
    for element in list(body.iter(etree.Element)):
        _rename(element)
    etree.strip_tags(body, "none")
    return "\n".join(etree.tostring(each, encoding="unicode", method="html").strip() for each in body)


def _rename(element: etree._Element) -> None:
    rend, target = element.get("rend") or "", element.get("target")
    name = str(element.tag)
    image = {key: value for key in ("src", "alt", "title") if (value := element.get(key))}
    spans = {key: value for key in ("colspan", "rowspan") if (value := element.get(key))}
    header = element.get("role") == "head"
    element.attrib.clear()
    if name == "head":
        # The title is the one of the first order.
        element.tag = rend if rend in _HEADINGS - {"h1"} else "h2"
    elif name == "hi":
        element.tag = _WEIGHTS.get(rend, "em")
    elif name == "ref":
        element.tag = "a" if target else "none"
        element.attrib.update({"href": target} if target else {})
    elif name == "list":
        element.tag = "ol" if rend == "ol" else "ul"
    elif name == "graphic":
        element.tag = "img"
        element.attrib.update(image)
    elif name == "cell":
        element.tag = "th" if header else "td"
        element.attrib.update(spans)
    elif name in _NAMES:
        element.tag = _NAMES[name]
    elif name != "body" and name not in _SAME:
        element.tag = "none"
