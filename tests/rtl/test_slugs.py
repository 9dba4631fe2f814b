"""R13: the names in addresses."""

import re
from unicodedata import is_normalized
from urllib.parse import unquote

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from feeds.text.slug import MAX_LENGTH, is_slug, quote_slug, slugify
from tests.rtl.strings import headlines, paragraphs, strings

titles = st.one_of(strings(), headlines(), paragraphs())


@given(titles)
def test_a_slug_is_ascii_or_arabic_words_joined_by_hyphens(s: str) -> None:
    """Letters and digits alone, small ASCII ones or Arabic ones, without marks, in NFC, at most 80."""
    slug = slugify(s)
    words = slug.split("-") if slug else []
    assert all(regex.fullmatch(r"(?V1)[a-z0-9[\p{Script=Arabic}&&\p{Lo}]]+", word) for word in words)
    assert is_normalized("NFC", slug)
    assert len(slug) <= MAX_LENGTH


@given(titles)
def test_a_slug_is_its_own_slug(s: str) -> None:
    """slugify is idempotent, and what it makes is a slug unless nothing remains."""
    slug = slugify(s)
    assert slugify(slug) == slug
    assert is_slug(slug) == (slug != "")


@given(titles)
def test_slugs_survive_an_address(s: str) -> None:
    """quote_slug writes RFC 3986 with capitals, in ASCII; whoever unquotes it has the slug again."""
    slug = slugify(s)
    quoted = quote_slug(slug)
    assert re.fullmatch(r"(?:[a-z0-9-]|%[0-9A-F]{2})*", quoted)
    assert unquote(quoted, errors="strict") == slug


@given(st.one_of(st.text(), strings()))
def test_only_a_slug_is_a_slug(s: str) -> None:
    """is_slug is true of exactly the strings that slugify leaves alone, but for ''."""
    assert is_slug(s) == (s == slugify(s) != "")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("رئيس الحكومة يصل إلى بنغازي", "رئيس-الحكومة-يصل-إلى-بنغازي"),
        ("FIFA تعلن مواعيد كأس العالم ٢٠٣٠", "fifa-تعلن-مواعيد-كأس-العالم-2030"),
        ("مُحَمَّدٌ يَكْتُبُ", "محمد-يكتب"),
        ("محـــمد", "محمد"),
        ("«الجزيرة»: مقتل صحفي،في غزة؟", "الجزيرة-مقتل-صحفي-في-غزة"),
        ("\u200fقرار\u200f جديد\u200e", "قرار-جديد"),
        ("می\u200cروم", "می-روم"),
        ("ا\u0653ل أ ا\u0654", "آل-أ-أ"),
        ("ﺍﻟﺤﻜﻮﻣﺔ", "الحكومة"),
        ("Café Ænima, Łódź & İstanbul", "cafe-aenima-lodz-istanbul"),
        ("Don't, S&P 500", "dont-s-p-500"),
        ("Ａ１ ½", "a1-1-2"),
        ("Привет FIFA שלום 中国", "fifa"),
        ("🔥 خبر 🇱🇾", "خبر"),
        ("Привет!", ""),
        ("…", ""),
        ("", ""),
    ],
)
def test_titles_become_slugs(title: str, slug: str) -> None:
    """Marks go, accents go, digits are ASCII, punctuation parts words, other scripts are dropped."""
    assert slugify(title) == slug


def test_a_long_slug_ends_with_a_whole_word() -> None:
    """At most 80 characters, cut at a hyphen; a word that just fits stays, one too long for itself is cut."""
    assert slugify("كلمة " * 30) == "-".join(["كلمة"] * 16)
    assert slugify("ا" * 39 + " " + "ب" * 40 + " ت") == "ا" * 39 + "-" + "ب" * 40
    assert slugify("ا" * 39 + " " + "ب" * 41) == "ا" * 39
    assert slugify("ا" * 100) == "ا" * 80


@pytest.mark.parametrize("s", ["FIFA", "مُحمد", "a--b", "-a", "a-", "a_b", "a b", "٢٠٣٠", "é", "a/b", "%D8", "ا" * 81])
def test_what_is_no_slug(s: str) -> None:
    """Capitals, marks, foreign digits and signs, empty words and more than 80 characters are refused."""
    assert not is_slug(s)
