"""The HTML of a WordPress article -> what of it belongs to the article.

WordPress and its plugins put much around what an editor wrote: scripts, boxes of other articles, pictures that appear
when they are scrolled to. What goes leaves its text or its link. The result is the same for the same article, whether
it comes from the REST API or from an export; it is not safe yet, which is the sanitizer's work.
"""

import re
from collections.abc import Iterator
from html import escape

from lxml import etree, html

from feeds.importers.wordpress.boxes import is_foreign
from feeds.importers.wordpress.pictures import largest, mend_picture
from feeds.importers.wordpress.shortcodes import without_shortcodes
from feeds.text.clean import strip_illegal

_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLOCKS = frozenset(
    "address article aside blockquote dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main"
    " nav ol p pre section summary table tbody td tfoot th thead tr ul br video audio".split()
)
# These hold something though they hold no text.
_MEDIA = frozenset("img video audio iframe hr table source picture".split())
_DROPPED = frozenset("script style link meta form input select textarea button template svg".split())
_BARE = frozenset(["span", "font", "center"])
_KEPT_EMPTY = frozenset("br hr td th video audio pre".split())
_FRAMES = frozenset("iframe embed object".split())
_ALONE = re.compile(r"https?://[^\s<>\"]+")
_VIDEO = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)")
# What most articles are made of; such as need nothing but their white space mended.
_PLAIN = re.compile(r"(?:[^<\[]|</?(?:p|strong|em|b|i|h[2-6]|ul|ol|li|blockquote)>|<a href=\"[^\"<>]*\">|</a>)*+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_AROUND_BLOCK = re.compile(r"\s*(</?(?:p|h[2-6]|ul|ol|li|blockquote)>)\s*")
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|\xa0)*</p>")
_PRE_STYLE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
# More tags than any article has: the sanitizer says what is wrong with it.
_MANY = 100_000


def cleaned(text: str) -> str:
    """The article's own HTML, with one way of writing white space."""
    text = _COMMENT.sub("", text)
    plain = _plain(text)
    if plain is not None:
        return plain
    if text.count("<") > _MANY:
        return text
    root = _tree(without_shortcodes(_PRE_STYLE.sub("", text)))
    if root is None:
        return text
    _drop(root)
    _mend_media(root)
    _mend_captions(root)
    _link_addresses(root)
    _drop_empty(root)
    _mend_space(root)
    inner = escape(root.text or "", quote=False)
    return inner + "".join(html.tostring(child, encoding="unicode") for child in root)


def text_of(markup: str) -> str:
    """The text of some HTML, with single spaces; entities decoded once."""
    root = _tree(markup)
    return "" if root is None else _SPACE.sub(" ", " ".join(root.itertext())).strip()


def _plain(text: str) -> str | None:
    """A plain article, mended without looking at its tree; None where it is not that plain."""
    if not _PLAIN.fullmatch(text) or "https://" in text.replace('href="https://', "").replace('">https://', ""):
        return None
    text = _EMPTY_PARAGRAPH.sub("", _SPACE.sub(" ", text))
    return _AROUND_BLOCK.sub(r"\1", text).strip()


def _tree(text: str) -> html.HtmlElement | None:
    try:
        root = html.fragment_fromstring(strip_illegal(text), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root


def _all(root: html.HtmlElement, *names: str) -> Iterator[html.HtmlElement]:
    """The elements of some names, which may go meanwhile, with those that are in the tree when it is their turn."""
    for element in list(root.iter(*names)):
        if isinstance(element.tag, str) and (element is root or element.getparent() is not None):
            yield element


def _drop(root: html.HtmlElement) -> None:
    """Takes out what is none of the article's."""
    for comment in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        comment.drop_tree()
    for element in _all(root):
        if element is root or not _inside(root, element):
            continue
        if element.tag in _DROPPED or is_foreign(element):
            element.drop_tree()
    for element in _all(root, "noscript"):
        if element.find(".//img") is None or _has_lazy_neighbour(element):
            element.drop_tree()
        else:
            element.drop_tag()


def _inside(root: html.HtmlElement, element: html.HtmlElement) -> bool:
    """Whether it still hangs in the tree: an element above it may have gone."""
    while element is not root:
        above = element.getparent()
        if above is None:
            return False
        element = above
    return True


def _has_lazy_neighbour(element: html.HtmlElement) -> bool:
    """Whether the picture for those without scripts stands beside the one for those with."""
    for neighbour in (element.getprevious(), element.getnext()):
        if neighbour is not None and any(True for _ in neighbour.iter("img")):
            return True
    return False


def _mend_media(root: html.HtmlElement) -> None:
    for picture in _all(root, "img"):
        mend_picture(picture)
    for frame in _all(root, *_FRAMES):
        address = frame.get("src") or frame.get("data-src") or frame.get("data-lazy-src") or frame.get("data") or ""
        video = _VIDEO.match(address)
        address = f"https://www.youtube.com/watch?v={video[1]}" if video else address
        if address.startswith("//"):
            address = f"https:{address}"
        if address.startswith(("http:", "https:")):
            _replace(frame, _link(address, frame.get("title") or address))
        else:
            frame.drop_tree()


def _link(address: str, text: str) -> html.HtmlElement:
    paragraph = html.Element("p")
    link = etree.SubElement(paragraph, "a", href=address)
    link.text = text
    return paragraph


def _replace(old: html.HtmlElement, new: html.HtmlElement) -> None:
    parent = old.getparent()
    if parent is not None:
        new.tail, old.tail = old.tail, None
        parent.replace(old, new)


def _classes(element: html.HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _mend_captions(root: html.HtmlElement) -> None:
    """Captions and galleries in the forms of several themes become figures."""
    for box in _all(root, "div", "figure", "dl"):
        classes = _classes(box)
        if "wp-caption" in classes or "gallery-item" in classes:
            picture = box.find(".//img")
            if picture is not None:
                _replace(box, _figure(box, picture, gallery="gallery-item" in classes))
    for box in _all(root, "div"):
        if "gallery" in _classes(box):
            for rest in _all(box, "br"):
                rest.drop_tree()
            box.drop_tag()
    for box in _all(root, "figure"):
        if "wp-block-embed" in _classes(box):
            for wrapper in _all(box, "div"):
                wrapper.tag = "p"


def _figure(box: html.HtmlElement, picture: html.HtmlElement, *, gallery: bool) -> html.HtmlElement:
    link = picture.getparent()
    href = link.get("href") if link is not None and link.tag == "a" else None
    if gallery and largest(picture, href) != picture.get("src"):
        picture.set("src", largest(picture, href))
        # They are the small picture's.
        for name in ("width", "height"):
            picture.attrib.pop(name, None)
    figure = html.Element("figure")
    words = [each for each in box.iter("p", "dd", "figcaption") if "wp-caption-text" in " ".join(_classes(each))]
    figure.append(link if href and not gallery and link is not None else picture)
    figure[0].tail = None
    if words:
        words[0].tag, words[0].tail = "figcaption", None
        figure.append(words[0])
    return figure


def _link_addresses(root: html.HtmlElement) -> None:
    """An address that stands alone in a paragraph was to be a video or the like: it becomes a link."""
    for element in _all(root, "p", "div", "figure"):
        alone = (element.text or "").strip()
        if len(element) == 0 and _ALONE.fullmatch(alone):
            element.text = None
            etree.SubElement(element, "a", href=alone).text = alone


def _drop_empty(root: html.HtmlElement) -> None:
    """Takes out what holds nothing, and the tags of what says nothing."""
    for element in reversed(list(_all(root))):
        if element is root:
            continue
        says_nothing = element.tag in _BARE and not any(element.get(name) for name in ("dir", "lang", "title"))
        if says_nothing or (element.tag == "a" and not element.get("href")):
            element.drop_tag()
        elif element.tag in _BLOCKS and element.tag not in _KEPT_EMPTY and _is_empty(element):
            element.drop_tree()


def _is_empty(element: html.HtmlElement) -> bool:
    return not any(each.tag in _MEDIA for each in element.iter()) and not "".join(element.itertext()).strip()


def _is_block(element: html.HtmlElement | None) -> bool:
    return element is not None and element.tag in _BLOCKS


def _mend_space(root: html.HtmlElement) -> None:
    """One space is as good as many, and between blocks there is none."""
    kept = {each for pre in root.iter("pre") for each in pre.iter()}
    for element in root.iter():
        inner, after = element.text, element.tail
        if inner and element not in kept:
            inner = _SPACE.sub(" ", inner)
            inner = inner.lstrip(" ") if _is_block(element) else inner
            first = element[0] if len(element) else None
            ends = _is_block(first) or (first is None and _is_block(element))
            element.text = inner.rstrip(" ") if ends else inner
        parent = element.getparent()
        if after and parent is not None and parent not in kept:
            after = _SPACE.sub(" ", after)
            after = after.lstrip(" ") if _is_block(element) else after
            following = element.getnext()
            ends = _is_block(following) or (following is None and _is_block(parent))
            element.tail = after.rstrip(" ") if ends else after
