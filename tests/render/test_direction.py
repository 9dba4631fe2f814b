"""Which way an article's HTML runs: RTL.md R5, R6."""

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from feeds.configured import language_tag
from feeds.direction import direction_of, wrapped


@pytest.mark.parametrize(
    "language",
    [
        *["ar", "ar-LY", "ar-001", "fa", "fa-AF", "he", "ur", "ckb", "ps", "yi", "dv", "ug", "syr", "nqo"],
        # The Arabic of Libya, Tunisia, Egypt, the Levant; Arabic by its other name, Dari, South Azerbaijani.
        *["ayl", "aeb", "arz", "apc", "arb", "prs", "azb"],
        *["ku-Arab", "az-Arab", "ms-Arab", "pa-PK", "pa-Arab", "kk-CN", "ff-Adlm", "und-Arab"],
    ],
)
def test_right_to_left(language: str) -> None:
    assert direction_of(language) == "rtl"


@pytest.mark.parametrize(
    "language",
    ["en", "en-GB", "fr", "ku", "az", "ar-Latn", "pa", "sd-Deva", "zh-Hant-TW", "mn-Mong", "zxx", "qaa", "de-1901"],
)
def test_left_to_right(language: str) -> None:
    """Also what nobody knows, and what runs downwards: HTML's dir has no third value."""
    assert direction_of(language) == "ltr"


def test_every_locale_runs_as_cldr_says() -> None:
    for identifier in locale_identifiers():
        tag = identifier.replace("_", "-")
        known = Locale.parse(identifier).text_direction
        if language_tag(tag) == tag and known in ("rtl", "ltr"):
            assert direction_of(tag) == known, tag


def test_one_element_around_the_html_says_its_language_and_direction() -> None:
    assert wrapped("<p>نص</p>", "ar-LY") == '<div dir="rtl" lang="ar-LY"><p>نص</p></div>'
    assert wrapped("<p>text</p>", "en") == '<div dir="ltr" lang="en"><p>text</p></div>'
