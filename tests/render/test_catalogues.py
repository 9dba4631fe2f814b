"""What pages say stands in the catalogues, in Arabic and English, and nowhere else (RTL.md R11)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.extract import extract, extract_from_dir
from jinja2 import Environment

from feeds.locales import catalogues, number, with_digits
from tests.render.articles import article, configured
from tests.render.pages import KINDS, page, tree

FEEDS = Path(catalogues.__file__).parents[1]
TEMPLATES = FEEDS / "render" / "templates"
# Words that are the same in every language, or no words of people.
NAMES = re.compile(r"\b(OPML|UTF-8|utf-8|application|ld|json|text|x-opml|image|svg|xml|page|css|js)\b")
# Attributes that people are shown, or hear.
SHOWN = re.compile(r'(?:aria-label|alt|title|placeholder|data-copied|data-done|content)="([^"]*)"')


def said() -> set[str]:
    """Every message of the templates and the program."""
    options = {"trimmed": "true", "newstyle_gettext": "true"}
    kinds = ("**.html", "**.css")
    templates = extract_from_dir(TEMPLATES, [(kind, "jinja2") for kind in kinds], dict.fromkeys(kinds, options))
    found: list[Any] = [message for _, _, message, *_ in templates]
    for path in FEEDS.rglob("*.py"):
        with path.open("rb") as file:
            found += [message for _, message, *_ in extract("python", file)]
    return {message if isinstance(message, str) else message[0] for message in found}


def written(language: str) -> dict[str, Message]:
    return {message.id if isinstance(message.id, str) else message.id[0]: message
            for message in catalogues.read(language) if message.id}  # fmt: skip


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_has_what_is_said_and_nothing_else(language: str) -> None:
    messages = said()
    assert len(messages) > 60
    assert set(written(language)) == messages


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_message_is_translated_whole(language: str) -> None:
    """In each form, with the places that it has in English; a form for one and two may do without the number."""
    for name, message in written(language).items():
        assert not message.fuzzy
        assert len(forms(message)) == (1 if isinstance(message.id, str) else catalogues.read(language).num_plurals)
        for form in forms(message):
            assert form, name
            wanted = places(name) if isinstance(message.id, str) else places(message.id[1])
            assert places(form) == wanted or (not isinstance(message.id, str) and not places(form)), form
            if language == "ar":
                assert re.search(r"[\u0621-\u064a]", form) or form == "، ", form
                # RTL.md R1: pages have no marks.
                assert not re.search(r"[\u200e\u200f\u061c\u2066-\u2069]", form)


def test_arabic_has_six_forms_for_a_number() -> None:
    """0, 1, 2, 3 to 10, 11 to 99, 100 to 102; from 103 on by the last two digits: as Babel's `plural_form` has them."""
    order = ["zero", "one", "two", "few", "many", "other"]
    translations = catalogues.translations("ar")
    forms = [translations.ngettext("The latest article", "The latest %(count)s articles", n) for n in range(1100)]
    known = [forms[n] for n in (0, 1, 2, 3, 11, 100)]
    assert len(set(known)) == 6
    for n, form in enumerate(forms):
        assert form == known[order.index(Locale("ar").plural_form(n))]


@pytest.mark.parametrize(
    ("count", "phrase"),
    [
        (1, "آخر خبر"),
        (2, "آخر خبرين"),
        (3, "آخر 3 أخبار"),
        (10, "آخر 10 أخبار"),
        (11, "آخر 11 خبرًا"),
        (50, "آخر 50 خبرًا"),
        (99, "آخر 99 خبرًا"),
        (100, "آخر 100 خبر"),
        (103, "آخر 103 أخبار"),
        (1002, "آخر 1,002 خبر"),
    ],
)
def test_a_phrase_has_the_form_that_its_number_has_in_arabic(count: int, phrase: str) -> None:
    message = catalogues.translations("ar").ngettext("The latest article", "The latest %(count)s articles", count)
    assert message % {"count": number(count, locale="ar", digits="latn")} == phrase
    assert message % {"count": number(count, locale="ar", digits="arab")} == with_digits(phrase, "arab")


def outside(source: str) -> Iterator[str]:
    """The words of a template that stand in no message: its text, and what of its tags people are shown."""
    data = "".join(
        # What a template fills in is one sign, so that no tag falls apart.
        text if kind == "data" else "\0" * (kind in ("variable_begin", "block_begin"))
        for _, kind, text in Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True).lex(source)
    )
    for shown in [re.sub(r"<[^>]*>", " ", data), *SHOWN.findall(data)]:
        yield from re.findall(r"[^\W\d_]{2,}", NAMES.sub("", shown.replace("width=device-width, initial-scale=1", "")))


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_says_anything_that_is_not_in_the_catalogue(path: Path) -> None:
    assert list(outside(path.read_text("utf-8"))) == []


def test_what_is_not_in_the_catalogue_is_found() -> None:
    """The test above can fail."""
    found = outside('<p title="عنوان">{{ _("Search") }} كلمة {# note #}<b aria-label="{{ x }} more">word</b></p>')
    assert sorted(found) == sorted(["كلمة", "word", "عنوان", "more"])


def test_no_program_says_anything_in_arabic() -> None:
    """But for letters that rules are about, and samples of what to write."""
    rules = ("text", "direction", "importers", "locales", "samples")
    for path in FEEDS.rglob("*.py"):
        if path.relative_to(FEEDS).parts[0] in rules:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.count("\n"):
                words = re.findall(r"[\u0621-\u064a]{2,}", node.value)
                assert words == [] or "«FIFA" in node.value or "q=" in node.value, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_locale_chooses_the_language_of_every_word(kind: str) -> None:
    """In English no Arabic letter is left but the newsroom's own, and in Arabic no English word but names."""
    site = {"title": "Daily", "description": "News", "publisher": "Desk", "copyright": "", "language": "en"}
    sections = [{"slug": "world", "title": "World"}, {"slug": "sports", "title": "Sports"}]
    english = configured(site={**site, "display_locale": "en"}, sections=sections)
    story = article(url=None, title="Title", content_html="<p>Text</p>", summary="Summary", language="en")
    shown = page(kind, [story], english).replace("ليبيا", "").replace("%D9", "")
    assert re.findall(r"[\u0621-\u064a]+", shown) == []
    root = tree(kind, [article(url=None)])
    for element in root.xpath("//script | //code | //*[@lang='en']"):
        element.drop_tree()
    words = set(re.findall(r"[A-Za-z]{2,}", root.xpath("string(//body)")))
    assert words <= {"OPML", "Atom", "RSS", "JSON", "Feed"}
