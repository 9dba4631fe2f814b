"""What pages say, in the reader's language: gettext catalogues, compiled when they are first wanted.

Messages are named by their English text. A new one goes into `ar.po` and `en.po`; a test compares both with what
the templates and the program say.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent
# The first one speaks for every locale that has none.
LANGUAGES = ("ar", "en")


def spoken(locale: str) -> str:
    """The language that pages speak for a locale: its own where there is a catalogue of it, else Arabic."""
    language = Locale.parse(locale, sep="-").language
    return language if language in LANGUAGES else LANGUAGES[0]


def read(language: str) -> Catalog:
    """The catalogue of a language, as it is written."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def translations(language: str) -> Translations:
    """The catalogue of a language, as it is spoken."""
    compiled = BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return Translations(fp=compiled)
