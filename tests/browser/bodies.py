"""What the proof of bodies is made of: kinds of blocks, and what readers do to what they are given."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Literal

from feeds.direction import directed
from feeds.direction.runs import runs
from feeds.sanitize import Sanitizer
from feeds.text.bidi import holds_left, rtl_dominant

_SANITIZER = Sanitizer()


def first_word(headline: str) -> str:
    """The headline with its first word in bold."""
    head, space, rest = escape(headline).partition(" ")
    return f"<p><b>{head}</b>{space}{rest}</p>"


# Each with a headline that reads right to left. These stand in the right order whatever a reader does, but where
# it drops `dir` and its page is fixed left to right.
MARKED: dict[str, Callable[[str], str]] = {
    "`p`": lambda s: f"<p>{escape(s)}</p>",
    "`p`, bold first": first_word,
    "`p`, a link whole": lambda s: f'<p><a href="https://x.example/">{escape(s)}</a></p>',
    "`p`, laid out in lines": lambda s: f"<p>\n  {escape(s)}\n</p>",
    "`h2`": lambda s: f"<h2>{escape(s)}</h2>",
    "`li`": lambda s: f"<ul><li>{escape(s)}</li></ul>",
    "`li` in `li`": lambda s: f"<ol><li>{escape(s)}<ul><li>{escape(s)}</li></ul></li></ol>",
    "`blockquote`": lambda s: f"<blockquote>{escape(s)}</blockquote>",
    "`p` in `blockquote`": lambda s: f"<blockquote><p>{escape(s)}</p></blockquote>",
    "`td`": lambda s: f"<table><tr><td>{escape(s)}</td></tr></table>",
    "`dt` and `dd`": lambda s: f"<dl><dt>{escape(s)}</dt><dd>{escape(s)}</dd></dl>",
}
# These need something that some reader takes away.
OTHERS: dict[str, Callable[[str], str]] = {
    "`figcaption`": lambda s: f"<figure><figcaption>{escape(s)}</figcaption></figure>",
    "`p` with a `bdi`": lambda s: f"<p>{escape(s)} <bdi>C++</bdi></p>",
    "`p` with `code`": lambda s: f"<p>{escape(s)} <code>a[0] += -1;</code></p>",
    "`p` after `pre`": lambda s: f"<pre>#!/bin/sh -e</pre><p>{escape(s)}</p>",
    "`li` in an English `li`": lambda s: f"<ul><li>The news of today:<ul><li>{escape(s)}</li></ul></li></ul>",
    "text in a `div`": lambda s: f"<div>{escape(s)}</div>",
}
NUMBERS = "`p` with a negative number, a telephone number, a date"
ENGLISH = "`p` in English"
# Beside those that headlines have.
SENTENCES = [
    "بلغت الحرارة -5 درجات في غريان",
    "انخفض المنسوب إلى -1,250.5 متر",
    "يبدأ التسجيل في 2026-11-23 وينتهي في 2026-12-01",
    "2026-11-23 موعد الافتتاح",
    "للحجز: 091-2345678 أو +218 21 333 4444",
    "حُدّث في 2026-11-23T10:00:00Z",
    "5 مصابين، ودرجة الحرارة -3°C ليلًا",
]

Kind = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A piece of an article: clean, and as feeds hold it."""

    kind: Kind
    clean: str
    directed: str

    @property
    def unmarked(self) -> str:
        """The directed form without what is there for guessing readers alone: what ought to be seen."""
        return self.directed.replace("\u200f", "") if "\u200f" not in self.clean else self.directed


def made(kind: Kind, html: str) -> Body:
    clean = _SANITIZER.clean(html, "https://news.example/")
    return Body(kind=kind, clean=clean, directed=directed(clean, "ar"))


def bodies(headlines: list[str]) -> list[Body]:
    """A body of each headline in one kind of block, so that each kind has some of every sort of headline.

    Numbers that come apart and English have a kind of their own.
    """
    dominant = [s for s in headlines if rtl_dominant(s)]
    plain = [s for s in dominant if not runs(s)]
    kinds = [*MARKED.items(), *OTHERS.items()]
    found = [made(kind, make(s)) for n, s in enumerate(plain) for kind, make in [kinds[n % len(kinds)]]]
    found += [made(NUMBERS, f"<p>{escape(s)}</p>") for s in [*dominant, *SENTENCES] if runs(s)]
    found += [made(ENGLISH, f"<p>{escape(s)}</p>") for s in headlines if holds_left(s) and not rtl_dominant(s)]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a reader does: which step of STEPS it takes, and the `dir` of what it puts the body in."""

    name: str
    step: str
    page: Literal["ltr", "rtl", "auto"]


STAGES = [
    Stage(name="put in `dir=ltr`", step="nothing", page="ltr"),
    Stage(name="put in `dir=auto`", step="nothing", page="auto"),
    Stage(name="`class`, `style` dropped", step="style", page="ltr"),
    Stage(name="unknown elements dropped", step="unknown", page="ltr"),
    Stage(name="the same, with their text", step="text", page="ltr"),
    Stage(name="`div` unwrapped, page guesses", step="div", page="auto"),
    Stage(name="`dir` dropped, page guesses", step="dir", page="auto"),
    Stage(name="`dir` dropped, page knows", step="dir", page="rtl"),
    Stage(name="`dir` dropped, page is `ltr`", step="dir", page="ltr"),
]

# What the strictest readers know: HTML 4 without forms and objects.
STEPS = """
const KNOWN = new Set(("a abbr b blockquote br caption cite code dd del dl dt div em h1 h2 h3 h4 h5 h6 hr i img ins li"
    + " ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul").split(" "));
const each = (root, selector, work) => [...root.querySelectorAll(selector)].forEach(work);
const unwrap = element => element.replaceWith(...element.childNodes);
const unknown = work => root => each(root, "*", element => KNOWN.has(element.localName) || work(element));
const STEPS = {
    nothing: () => {},
    style: root => each(root, "*", e => { e.removeAttribute("class"); e.removeAttribute("style"); }),
    unknown: unknown(unwrap),
    text: unknown(element => element.remove()),
    div: root => each(root, "div", unwrap),
    dir: root => each(root, "[dir]", element => element.removeAttribute("dir")),
};
"""
