"""HTML on its way out: which way it runs, in readers that ask and in readers that guess."""

from functools import lru_cache

from babel.core import get_global

from feeds.direction.boxes import Way
from feeds.direction.isolates import ISOLATES
from feeds.direction.marks import Marking
from feeds.direction.tree import cleaned, read, unwrapped, written
from feeds.sanitize import rewritten
from feeds.text.clean import strip_illegal

# ISO 15924: the scripts in use that run right to left (letters of the classes R and AL, UAX #9).
_RIGHT_TO_LEFT = frozenset(("Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"))


@lru_cache(maxsize=256)
def direction_of(language: str) -> Way:
    """ "rtl" or "ltr" for a BCP 47 tag: its script's or, where it names none, its language's likely one (CLDR)."""
    return "rtl" if _script(language) in _RIGHT_TO_LEFT else "ltr"


def _script(tag: str) -> str | None:
    head, *rest = tag.split("-")
    # arb is ar, prs is fa-AF: CLDR knows such a language by its other name.
    aliases, scripts = get_global("language_aliases"), get_global("likely_subtags")
    base, *implied = str(aliases.get(head, head)).split("_")
    subtags = [*rest, *implied]
    for subtag in subtags:
        if len(subtag) == 4 and subtag.isalpha():
            return subtag
    # The region first: Punjabi is written otherwise in Pakistan (pa-PK) than in India.
    for key in (*(f"{base}_{subtag}" for subtag in subtags), base):
        if likely := scripts.get(key):
            return str(likely).split("_")[1]
    return None


def wrapped(html: str, language: str) -> str:
    """An article's HTML as a feed holds it: one element around it says its language and direction (RTL.md R5)."""
    return f'<div dir="{direction_of(language)}" lang="{language}">{html}</div>'


def directed(html: str, language: str) -> str:
    """The clean HTML of an article in a language as feeds hold it (RTL.md R5); of its own result, the same.

    Blocks that a guessing reader would turn round have an RLM in front, those that run otherwise than the article
    a `dir`, numbers that come apart a span; one element around it all says language and direction. All else is
    as the sanitizer writes it. Pure.
    """
    return wrapped(_spelled_out(html, language), language)


def spelled_out(html: str, language: str | None) -> str | None:
    """What `directed` wraps, or None where that is the HTML as it is.

    Made at intake and kept, since it takes longer than rendering. An article that names no language is an Arabic
    one: what is kept must not depend on the configuration.
    """
    found = _spelled_out(html, language or "ar")
    return None if found == html else found


def _spelled_out(html: str, language: str) -> str:
    way = direction_of(language)
    # A parser of HTML takes any break of a line for a line feed, and so the sanitizer writes it.
    plain = strip_illegal(html).replace("\r\n", "\n").replace("\r", "\n")
    try:
        root = read(plain)
    except ValueError:
        # Between two cleanings: the first makes characters of &#8; and the like.
        plain = rewritten(strip_illegal(rewritten(plain)))
        root = read(plain)
    body = unwrapped(root, way, language)
    marking = Marking(way, isolated=ISOLATES.search(plain) is not None, directed=" dir=" in plain)
    marking.mark(body)
    if marking.changed or body is not root:
        plain = written(body)
    elif plain != html:
        plain = cleaned(plain)
    return plain
