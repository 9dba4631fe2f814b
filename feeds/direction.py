"""HTML on its way out: which way it runs."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=256)
def direction_of(language: str) -> str:
    """ "rtl" or "ltr" for a BCP 47 tag, by CLDR; what CLDR does not know runs as its script or left to right."""
    tag = language
    while tag:
        try:
            return Locale.parse(tag, sep="-").text_direction
        except (UnknownLocaleError, ValueError):
            tag = tag.rpartition("-")[0]
    return "ltr"


def wrapped(html: str, language: str) -> str:
    """An article's HTML as a feed holds it: one element around it says its language and direction (RTL.md R5)."""
    return f'<div dir="{direction_of(language)}" lang="{language}">{html}</div>'
