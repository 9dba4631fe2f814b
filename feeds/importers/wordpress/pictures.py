"""Pictures in articles: those that come when they are scrolled to, in many sizes, or only to count readers."""

import re

from lxml import html

# Where plugins keep the address until it is wanted.
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file", "data-echo", "data-url")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_PLACEHOLDER = re.compile(r"data:|about:|.*(?:lazy|placeholder|blank|spacer|transparent|1x1|grey|loading)[^/]*\.\w+$")
_COUNTS = re.compile(
    r"(?:https?:)?//(?:[\w.-]+\.)?(?:pixel\.wp\.com|stats\.wp\.com|feeds\.feedburner\.com/~r|feedsportal\.com"
    r"|doubleclick\.net|facebook\.com/tr|google-analytics\.com|scorecardresearch\.com|quantserve\.com"
    r"|feeds\.wordpress\.com/1\.0|analytics\.[\w.-]+)",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"[^?#]+\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#].*)?", re.IGNORECASE)
_TINY = ("0", "1", "2", "0px", "1px", "2px")


def mend_picture(picture: html.HtmlElement) -> None:
    """Gives a picture its address; takes it out where it has none, or is one that only counts."""
    source = (picture.get("src") or "").strip()
    if not source or _PLACEHOLDER.match(source):
        waiting = (picture.get(name) or "" for name in _LAZY)
        source = next((address.strip() for address in waiting if address.strip()), "") or _widest(picture) or ""
    size = picture.get("width"), picture.get("height")
    if not source or source.startswith(("data:", "about:")) or _COUNTS.match(source) or any(n in _TINY for n in size):
        picture.drop_tree()
        return
    picture.set("src", source)


def largest(picture: html.HtmlElement, link: str | None) -> str:
    """The address of a gallery's picture as large as it is: where it leads, if to a picture, or of its sizes."""
    if link and _IMAGE.fullmatch(link):
        return link
    return _widest(picture) or picture.get("src") or ""


def _widest(picture: html.HtmlElement) -> str | None:
    """The widest of the sizes (HTML §4.8.4.3.10): `address 640w, address 2x`."""
    found: list[tuple[float, str]] = []
    for name in _SETS:
        for candidate in re.split(r",\s+", (picture.get(name) or "").strip()):
            address, _, size = candidate.strip().rstrip(",").partition(" ")
            number = re.match(r"\d{1,6}(?:\.\d{1,3})?", size.strip())
            if address and not address.startswith("data:"):
                found.append((float(number[0]) if number else 0, address))
    return max(found, key=lambda each: each[0])[1] if found else None
