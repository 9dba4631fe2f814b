"""HTML that newsrooms have, and HTML that breaks things: strategies for the promises about bodies."""

from html import escape

from hypothesis import strategies as st

from feeds.sanitize import TAGS, Sanitizer
from tests.rtl.strings import headlines, strings

BASE = "https://news.example/desk/"
SANITIZER = Sanitizer()

_BLOCKS = "p li h2 blockquote td th dd dt figcaption div section pre caption summary".split()
_INLINE = "a b bdi bdo code em span q s time video".split()
_DIRS = ["", "", "", "", ' dir="ltr"', ' dir="rtl"', ' dir="auto"', ' dir="LTR"', ' dir=""', ' lang="en"']
_NUMBERS = st.sampled_from(
    ["-5", " -3.5 ", "+218 91 234 5678", "2026-11-23", "و2026-11-23", "-5%", "2020-2026", "021-3333444"]
)
_AROUND = {
    "li": "<ul>{}</ul>",
    "td": "<table><tr>{}</tr></table>",
    "th": "<table><tr>{}</tr></table>",
    "dd": "<dl>{}</dl>",
    "dt": "<dl>{}</dl>",
    "caption": "<table>{}<tr><td>15</td></tr></table>",
    "figcaption": "<figure>{}</figure>",
    "summary": "<details>{}</details>",
}

_texts = st.one_of(headlines(), strings(6), _NUMBERS).map(escape)
_voids = st.sampled_from(["<br>", "<hr>", "<wbr>", '<img src="a.png" alt="صورة > &lt;">', "\n", " "])


def _element(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(_BLOCKS + _INLINE)
    inner = st.lists(content, max_size=4).map("".join)
    return st.builds(
        lambda name, given, inner: _AROUND.get(name, "{}").replace("{}", f"<{name}{given}>{inner}</{name}>"),
        names,
        st.sampled_from(_DIRS),
        inner,
    )


def clean(html: str) -> str:
    return SANITIZER.clean(html, BASE)


def bodies() -> st.SearchStrategy[str]:
    """Clean HTML of blocks in blocks with lines in them, in several languages."""
    content = st.recursive(st.one_of(_texts, _voids), _element, max_leaves=12)
    return st.lists(_element(content), max_size=4).map("".join).map(clean)


def soups() -> st.SearchStrategy[str]:
    """Clean HTML of tags in any order."""
    tags = st.sampled_from(sorted(TAGS))
    pieces = st.one_of(tags.map("<{}>".format), tags.map("</{}>".format), _texts)
    return st.lists(pieces, max_size=12).map("".join).map(clean)
