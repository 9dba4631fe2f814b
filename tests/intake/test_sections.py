"""Sections are found by slug, title or alias, in any spelling; names that nobody knows make new ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.addresses import RESERVED
from feeds.model import Section
from feeds.sections import SectionNames, name_key
from feeds.text.slug import is_slug

WORLD = Section(slug="world", title="دولي", aliases=("international", "العالَم"))
CULTURE = Section(slug="ثقافة-وفنون", title="ثقافة وفنون")
CITIES = Section(slug="مدن", title="مُدُن", aliases=("بلديات",))


def names() -> SectionNames:
    """Two sections of the configuration, and one that an article brought and that was called otherwise once."""
    return SectionNames([WORLD, CULTURE], [CITIES, Section(slug="world", title="عالمي")])


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("world", "world"), ("World", "world"), (" WORLD ", "world"), ("دولي", "world"), ("دُوَلي", "world"),
        ("دولى", "world"),
        ("دولـــي", "world"), ("\u200fدولي\u200f", "world"), ("International", "world"), ("العالم", "world"),
        ("ثقافة-وفنون", "ثقافة-وفنون"), ("ثقافه  وفنون", "ثقافة-وفنون"), ("ثقافة_وفنون", "ثقافة-وفنون"),
        ("مدن", "مدن"), ("بلديات", "مدن"), ("عالمي", "world"),
    ],
)  # fmt: skip
def test_a_section_is_found_in_any_spelling(name: str, slug: str) -> None:
    assert names().slug(name) == slug


@pytest.mark.parametrize("name", ["", " ", "!!", "worlds", "دوليون", "ثقافة", "\ud800"])
def test_other_names_are_nobodys(name: str) -> None:
    assert names().find(name) is None
    assert names().slug(name) is None


def test_the_configuration_goes_before_what_articles_brought() -> None:
    both = SectionNames([WORLD], [Section(slug="dwly", title="دولي")])
    assert both.find("دولي") is WORLD
    assert [section.slug for section in both] == ["world", "dwly"]


def test_what_the_configuration_says_of_a_section_stands() -> None:
    assert names().get("world") is WORLD
    assert names().get("World") is None


def test_the_order_is_the_configurations_then_that_of_their_making() -> None:
    assert [section.slug for section in names()] == ["world", "ثقافة-وفنون", "مدن"]


@pytest.mark.parametrize(
    ("name", "slug", "title"),
    [
        ("Human Rights", "human-rights", "Human Rights"),
        (" رأي\u202e عام ", "رأي-عام", "رأي عام"),
        ("Tag", "tag-2", "Tag"),
        ("Feed", "feed-2", "Feed"),
        ("C++", "c", "C++"),
        ("٢٠٢٦", "2026", "٢٠٢٦"),
    ],
)
def test_an_unknown_name_makes_a_section_with_a_slug_of_its_name(name: str, slug: str, title: str) -> None:
    """A reserved slug gets -2."""
    assert names().new(name) == Section(slug=slug, title=title)


@pytest.mark.parametrize("name", ["", "!!", "日本", "\ud800", "…", "😀"])
def test_a_name_without_arabic_or_latin_letters_makes_none(name: str) -> None:
    assert names().new(name) is None


def test_names_that_are_not_one_but_make_one_slug_get_numbers() -> None:
    found = names()
    for number, name in enumerate(["مدن日", "مدن月", "مدن火"], start=2):
        section = found.new(name)
        assert section == Section(slug=f"مدن-{number}", title=name)
        found.add(section)
        assert found.find(name) == section


def test_a_made_section_is_found_by_its_name_from_then_on() -> None:
    found = names()
    made = found.new("مال وأعمال")
    assert made
    found.add(made)
    assert found.find("مال و اعمال") is None
    assert found.find("مَال وَأعمال") is found.find("مال-وأعمال") is made


def test_what_a_section_was_called_before_is_still_its_name_when_others_are_added() -> None:
    found = names()
    found.add(Section(slug="x", title="x"))
    assert found.slug("بلديات") == "مدن"


def test_a_title_of_signs_alone_is_no_name() -> None:
    odd = SectionNames([Section(slug="odd", title="!!!")], [])
    assert odd.find("؟؟") is None
    assert odd.renames() == []


def test_stored_slugs_that_the_configuration_calls_otherwise_now_are_renamed() -> None:
    configured = [Section(slug="sports", title="رياضة", aliases=("sport",)), WORLD]
    stored = [
        Section(slug="sport", title="Sport"),
        Section(slug="دولي", title="دولي"),
        CITIES,
        Section(slug="world", title="x"),
    ]
    assert SectionNames(configured, stored).renames() == [("sport", configured[0]), ("دولي", WORLD)]


def test_a_configured_slug_that_was_a_stored_sections_before_takes_it_back() -> None:
    """Unless the configuration means that section by its slug, or by its title."""
    old, other = Section(slug="tripoli", title="طرابلس"), Section(slug="x", title="شؤون البلاد")
    stored = Section(slug="capital", title="شؤون البلاد", aliases=("tripoli",))
    assert SectionNames([WORLD, old], [stored]).renames() == [("capital", old)]
    assert SectionNames([old, other], [stored]).renames() == [("capital", other)]
    assert SectionNames([old, Section(slug="capital", title="y")], [stored]).renames() == []


@given(st.text(max_size=100))
def test_whatever_the_name_the_section_that_it_makes_can_stand(name: str) -> None:
    made = names().new(name)
    if made is None:
        return
    assert is_slug(made.slug)
    assert made.slug not in RESERVED
    assert names().get(made.slug) is None


@given(st.text(max_size=30))
def test_the_key_of_a_name_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
