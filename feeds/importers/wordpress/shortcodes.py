"""`[shortcodes]` that nothing made HTML of: of a plugin that is gone, or in an export, where none are made."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

_TAG = re.compile(r"<[^<>]*>|\[(?P<end>/?)(?P<name>[a-zA-Z][\w-]{0,60})(?P<given>(?:\s[^\[\]<>]{0,2000})?)/?\]")
# WordPress has made typographic quotes of some.
_QUOTE = "[\"'“”″‘’′]"
_GIVEN = re.compile(rf"([\w-]+)\s*=\s*(?:{_QUOTE}(.*?){_QUOTE}(?=\s|$)|(\S+))")
_CAPTION = re.compile(r"\[(?:wp_)?caption\b(?P<given>[^\]]*)\](?P<inner>.*?)\[/(?:wp_)?caption\]", re.DOTALL)
_PICTURE = re.compile(r"\s*((?:<a\b[^<>]*>)?\s*<img\b[^<>]*>\s*(?:</a>)?)(.*)", re.DOTALL)
_EMBED = re.compile(r"\[(embed|video|audio|youtube|vimeo|playlist)\b([^\]]*)\](?:([^\[\]<>]*)\[/\1\])?")
_FILES = ("src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav", "url", "id")
# Names that are shortcodes without anything given to them, too.
_KNOWN = frozenset("gallery caption embed video audio playlist contact-form-7 rev_slider vc_row vc_column toc".split())


def given(text: str) -> dict[str, str]:
    """What is given to a shortcode, by name."""
    found = _GIVEN.findall(unescape(text))
    return {name.lower(): quoted or bare for name, quoted, bare in found}


def without_shortcodes(markup: str) -> str:
    """HTML in which captions are figures, what was to be played is a link, and of the others the inside is left."""
    if "[" not in markup:
        return markup
    markup = _CAPTION.sub(lambda found: _figure(found["given"], found["inner"]), markup)
    markup = _EMBED.sub(lambda found: _link(found[1], found[2], found[3] or ""), markup)
    closed = {found["name"] for found in _TAG.finditer(markup) if found["name"] and found["end"]}
    return _TAG.sub(lambda found: _kept(found, closed), markup)


def replaced(markup: str, name: str, by: Callable[[Mapping[str, str]], str]) -> str:
    """HTML in which something stands for each shortcode of one name."""
    pattern = re.compile(rf"\[{name}((?:\s[^\[\]<>]*)?)/?\]")
    return pattern.sub(lambda found: by(given(found[1])), markup)


def _kept(found: "re.Match[str]", closed: set[str]) -> str:
    name = found["name"]
    if name is None:
        return found[0]
    # [sic] and [1] are an author's.
    is_one = found["end"] or name in closed or name in _KNOWN or "_" in name or "=" in found["given"]
    return "" if is_one else found[0]


def _figure(given_text: str, inner: str) -> str:
    parts = _PICTURE.fullmatch(inner)
    words = given(given_text).get("caption", "")
    if parts is None:
        return inner
    text = parts[2].strip() or escape(words)
    return f"<figure>{parts[1]}" + (f"<figcaption>{text}</figcaption>" if text else "") + "</figure>"


def _link(kind: str, given_text: str, inner: str) -> str:
    files = given(given_text)
    address = inner.strip() or next((files[name] for name in _FILES if name in files), "")
    if kind == "youtube" and address and "/" not in address:
        address = f"https://www.youtube.com/watch?v={address}"
    if not address.startswith(("http://", "https://", "/")):
        return ""
    safe = escape(unescape(address))
    return f'<p><a href="{safe}">{safe}</a></p>'
