"""HTML on its way in: what is not on the allow-list goes, relative addresses become absolute."""

import re
from html import unescape
from urllib.parse import urljoin

import nh3

from feeds.errors import BadRecord
from feeds.text.clean import strip_illegal

TAGS = {
    "a", "abbr", "article", "aside", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code",
    "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "video",
    "wbr",
}  # fmt: skip
# Not `cite`: nh3 takes it for no address, so it would stay relative, and whatever its scheme is.
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"controls", "src"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "source": {"src", "type"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"controls", "height", "poster", "src", "width"},
}
# These go with their content.
_DROPPED = {"script", "style", "svg", "template", "title", "iframe", "noembed", "noframes", "textarea", "xmp"}
_SCHEMES = {"http", "https", "mailto", "tel"}

# Deeper than anything that a person wrote.
MAX_DEPTH = 500
# nh3 walks up the open elements at each tag (100,000 nested ones are 21 s), and copies the open formatting
# elements into each block (a copy is 300 bytes): so many steps and copies are a fraction of a second.
_MAX_STEPS = 10_000_000
_MAX_COPIES = 500_000
_TOO_DEEP = "content_html nests too many elements in each other; close each element"
# No HTML with fewer tags comes near either.
_FEW = 1000
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# These may end without an end tag (HTML §13.2.6.4.7), and before the next of their kind.
_IMPLIED = frozenset("p li dd dt".split())
_KINDS = {"li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt")}
_BLOCKS = frozenset(
    "address article aside blockquote center details dir div dl fieldset figcaption figure footer h1 h2 h3 h4 h5 h6"
    " header hr li dd dt main nav ol p pre section summary ul".split()
)
# What HTML §13.2.5 reads in one piece: a comment, an element of raw text, a start or an end tag; the end of the
# text ends each. Possessive, so that no input makes it slow.
_S = r"[ \t\n\f\r]"
_VALUE = rf"""{_S}*+={_S}*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+|(?=>)|\Z)"""
_ATTRIBUTES = rf"(?:(?:{_S}|/)*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{_VALUE})?+)*+(?:{_S}|/)*+(?:>|\Z)"
_PIECE = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style|iframe|textarea|title|xmp)(?={_S}|[/>]){_ATTRIBUTES}"
    rf"(?:[^<]|<(?!!--|/(?P=raw)))*+(?:</(?P=raw)(?={_S}|[/>]){_ATTRIBUTES}|\Z)"
    rf"|<(?P<end>/?)(?P<name>[a-z][^ \t\n\f\r/>]*+){_ATTRIBUTES}"
    r"|<[!?/][^>]*+",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
# Behind these, what is a tag and what a tag closes is another matter: only what may open something is counted.
_OTHER = frozenset("svg math script style iframe textarea title xmp noembed noframes noscript plaintext".split())
_START = re.compile(r"<(?P<end>/?)(?P<name>[a-z][^ \t\n\f\r/>]*+)", re.ASCII | re.IGNORECASE)
# Enough of the text for any summary, cut before parsing: an article may be long.
_BEGINNING = (1500, 12_000)
# More of its text than any summary has.
_ENOUGH = 400
_BLOCK_TAG = re.compile(
    "<(?=/?(?:p|div|li|h[1-6]|blockquote|td|th|tr|dd|dt|figcaption|figure|section|article|header|footer|br|hr|pre"
    "|table|ul|ol|dl|aside|caption|details|summary)[ >])"
)
_AGAIN = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, clean_content_tags=_DROPPED, url_schemes=_SCHEMES, link_rel=None)
_WITHOUT_TAGS = nh3.Cleaner(tags=set(), attributes={}, link_rel=None)


class Sanitizer:
    """Cleans the HTML of articles. One cleaner for all, made once; not for two threads at a time."""

    def __init__(self) -> None:
        self._base = ""
        self._cleaner = nh3.Cleaner(
            tags=TAGS,
            attributes=ATTRIBUTES,
            clean_content_tags=_DROPPED,
            url_schemes=_SCHEMES,
            link_rel=None,
            url_relative=self._absolute,
        )

    def clean(self, html: str, base: str) -> str:
        """HTML that is safe to show anywhere, with every address made absolute against `base`.

        Raises BadRecord where elements are nested deeper than anything that a person wrote.
        """
        deepest = html.count("<")
        if deepest > _FEW:
            work = _work(html)
            if work.too_much:
                raise BadRecord(_TOO_DEEP)
            # The parser opens some elements that nobody wrote, such as tbody.
            deepest = 2 * work.depth
        self._base = base
        try:
            cleaned = self._cleaner.clean(html)
        except UnicodeEncodeError:
            # nh3 wants no lone surrogates.
            cleaned = self._cleaner.clean(html.encode("utf-8", "ignore").decode("utf-8"))
        without = strip_illegal(cleaned)
        # nh3 turns &#8; into the character itself, and without it `java&#8;script:` is alive: so once more.
        # And where elements went: an <h2> in a <font> in an <h2> stands in that <h2> then, which nobody reads twice
        # alike. All their tags were there, or more came and went.
        if without != cleaned or any(html.count(tag) != cleaned.count(tag) for tag in ("<", "</")):
            without = self._cleaner.clean(without)
        cleaned = without.strip()
        if deepest > MAX_DEPTH and _work(cleaned).depth > MAX_DEPTH:
            raise BadRecord(_TOO_DEEP)
        return cleaned

    def _absolute(self, url: str) -> str | None:
        try:
            absolute = urljoin(self._base, url)
        except ValueError:
            return None
        # Should Python find a scheme where nh3 saw none.
        return absolute if absolute.startswith(("https:", "http:")) else None


class _Work:
    """How much the HTML parser has to do at most, counted without it.

    What is open here is open in the parser, or was; what may not close anything there closes nothing here.
    """

    def __init__(self) -> None:
        self._open: list[str] = []
        self._formatting = 0
        self._steps = 0
        self._copies = 0
        self.depth = 0

    def start(self, name: str) -> None:
        if name in _BLOCKS and self._open[-1:] == ["p"]:
            self._open.pop()
        if self._open and self._open[-1] in _KINDS.get(name, ()):
            self._open.pop()
        self._copies += self._formatting
        self._steps += len(self._open)
        if name not in _VOID:
            self._open.append(name)
            self._formatting += name in _FORMATTING
            self.depth = max(self.depth, len(self._open))

    def end(self, name: str) -> None:
        self._copies += self._formatting
        self._steps += len(self._open)
        at = len(self._open) - 1
        while at >= 0 and name in _BLOCKS and self._open[at] != name and self._open[at] in _IMPLIED:
            at -= 1
        if at >= 0 and self._open[at] == name:
            del self._open[at:]
            self._formatting -= name in _FORMATTING

    @property
    def too_much(self) -> bool:
        return self._steps > _MAX_STEPS or self._copies > _MAX_COPIES


def _work(html: str) -> _Work:
    """The work that some HTML makes, followed until it is too much."""
    work = _Work()
    at, pattern = html.find("<"), _PIECE
    while at >= 0 and not work.too_much:
        piece = pattern.match(html, at)
        name = piece["name"].lower() if piece and piece["name"] else ""
        if name in _OTHER:
            pattern = _START
        if piece and piece["end"]:
            work.end(name if pattern is _PIECE else "")
        elif name:
            work.start(name)
        at = html.find("<", piece.end() if piece else at + 1)
    return work


def rewritten(html: str) -> str:
    """Clean HTML that something was written into, as the sanitizer writes it; its addresses are absolute already."""
    return _AGAIN.clean(html)


def beginning(html: str) -> str:
    """The text at the beginning of clean HTML, a space between blocks: what a summary is made from."""
    text = ""
    for length in _BEGINNING:
        # Up to a tag's end: what is cut in the middle of a tag is no text.
        cut = html if len(html) <= length else html[: html.rfind(">", 0, length) + 1 or length]
        text = text_of(cut)
        if len(text) >= _ENOUGH or cut is html:
            break
    return text[:_ENOUGH]


def text_of(html: str) -> str:
    """The text of clean HTML: what no element is left of, with a space wherever a block began or ended."""
    bare = _WITHOUT_TAGS.clean(_BLOCK_TAG.sub(" <", html))
    return " ".join(unescape(bare).split())
