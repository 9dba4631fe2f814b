"""HTML on its way out: which way it runs."""

from functools import lru_cache

from babel.core import get_global

# ISO 15924: the scripts in use that run right to left (letters of the classes R and AL, UAX #9).
_RIGHT_TO_LEFT = frozenset(("Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"))


@lru_cache(maxsize=256)
def direction_of(language: str) -> str:
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
