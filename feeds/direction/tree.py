"""Clean HTML <-> a tree of lxml.

The tree is read with the XML parser. What the sanitizer writes closes every element but the void ones, so it is
XML once those are closed, and the tree is the sanitizer's own. libxml2's HTML parser has older rules of its own
about what closes what: of 3,000 soups of tags it rebuilt 85 into something else (`<dt><dl>`, `<h2><li>`).
"""

from lxml import etree

from feeds.direction.boxes import SPACE
from feeds.sanitize import rewritten

# White space, and what closes an isolate where none is open.
_NOTHING = SPACE + "\u2069"
_VOID = ("br", "col", "hr", "img", "source", "wbr")


def read(html: str) -> etree._Element:
    """A `div` that holds the clean HTML. Raises ValueError where it is not as the sanitizer writes it."""
    # XML knows no &nbsp;, and would make spaces of what breaks a line in an attribute.
    html = html.replace("&nbsp;", "\xa0").replace("\n", "&#10;").replace("\t", "&#9;")
    for name in _VOID:
        html = _closed(html, name)
    # By itself libxml2 stops at a depth of 256, which the sanitizer does not.
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
    try:
        root: etree._Element = etree.fromstring(f"<div>{html}</div>", parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("the sanitizer has not written this") from error
    return root


def unwrapped(root: etree._Element, way: str, language: str) -> etree._Element:
    """What holds the article itself: where it comes wrapped as feeds have it, the innermost such wrapper."""
    while len(root) == 1 and not (root.text or "").strip(_NOTHING) and not (root[0].tail or "").strip(_NOTHING):
        inner = root[0]
        if inner.tag != "div" or inner.get("dir") != way or not set(inner.keys()) <= {"dir", "lang"}:
            break
        # ar is ar-LY, but a whole text in another language says so for itself.
        if inner.get("lang", language).split("-")[0].lower() != language.split("-")[0].lower():
            break
        root = inner
    return root


def written(root: etree._Element) -> str:
    """The HTML within an element. It has been a tree, so only the sanitizer may write it for good: a tree that is
    serialized after its last cleaning can come alive (mutation XSS)."""
    for element in root.iter():
        # XML would write <p/>, which HTML reads as <p>.
        if not element.text and element.tag not in _VOID:
            element.text = ""
    whole = etree.tostring(root, encoding="unicode", with_tail=False)
    return cleaned(whole[whole.index(">") + 1 : whole.rindex("<")])


def cleaned(html: str) -> str:
    """HTML as the sanitizer writes it within an element. At the beginning of all it takes U+FEFF for a byte order mark,
    which it would no longer be once the HTML is wrapped."""
    return rewritten(f"<div>{html}</div>").removeprefix("<div>").removesuffix("</div>")


def _closed(html: str, name: str) -> str:
    """The HTML with a slash in every start tag of a void element. No `<` or `>` stands in a text or a value."""
    head, *pieces = html.split(f"<{name}")
    if not pieces:
        return html
    closed = [head]
    for piece in pieces:
        # <colgroup is no <col.
        own = piece.startswith((" ", ">"))
        end = piece.index(">") if own else 0
        closed += (f"<{name}", piece[:end], "/" if own else "", piece[end:])
    return "".join(closed)
