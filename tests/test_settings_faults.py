"""Every fault of a configuration: one clear message that names the file, the key, and what would be right."""

from pathlib import Path

import pytest

from feeds.addresses import RESERVED
from feeds.errors import ConfigurationError
from feeds.settings import load

SITE = '[site]\ntitle = "x"\nurl = "https://example.org"\n'
ONE = '[[sections]]\nslug = "world"\ntitle = "دولي"\naliases = ["العالم"]\n'
NO_ADDRESS = "is no address; give a whole one, such as https://example.org/"
NO_END = "Expected newline or end of document after a statement"
NO_TAG = 'is no language tag; give one of BCP 47, such as "ar" or "ar-LY"'
NO_ZONE = 'is no time zone; give one of IANA\'s, such as "Africa/Tripoli"'
NO_LOCALE = 'is no known locale; give one such as "ar", "ar-SY" or "ar-MA"'
NO_STORE = 'is no store; give "sqlite:" and a path, such as "sqlite:articles.db"'
NO_SLUG = 'is no slug; use small Latin or Arabic letters, digits and "-"'
NO_PURGE = "is no address; give a whole one, such as https://cdn.example.org/{tag}"
NO_BASE = "has a query or a fragment; give scheme, host and, if need be, a path"
TAKEN = "is already a name of [[sections]] 1"
A_DATE = "2026-11-23 is a date or a time, which no key takes; put a text in quotes"

# What is added to a good [site] table, and what is said of it.
FAULTS = [
    ('titel = "x"', '[site] titel: is not known; did you mean "title"?'),
    ('[sight]\ntitle = "x"', '[sight]: is not known; did you mean "site"?'),
    ("description = 5", "[site] description: must be a text in quotes, not 5"),
    ("description = 2026-11-23", f"[site] description: {A_DATE}"),
    ("[cache]\nmax_bytes = 2026-11-23", f"[cache] max_bytes: {A_DATE}"),
    ("[websub]\nhubs = [2026-11-23]", f"[websub] hubs: entry 1: {A_DATE}"),
    ('language = "ar_LY"', f'[site] language: "ar_LY" {NO_TAG}'),
    ('language = "arabic"', f'[site] language: "arabic" {NO_TAG}'),
    ('language = ""', f'[site] language: "" {NO_TAG}'),
    ('display_locale = "ar_SY"', f'[site] display_locale: "ar_SY" {NO_LOCALE}'),
    ('timezone = "Mars/Base"', f'[site] timezone: "Mars/Base" {NO_ZONE}'),
    ('timezone = "../passwd"', f'[site] timezone: "../passwd" {NO_ZONE}'),
    ('accent = "red"', '[site] accent: "red" is no colour; give one such as "#0b6e69"'),
    ('display_locale = "xx"', f'[site] display_locale: "xx" {NO_LOCALE}'),
    ('[store]\nurl = "postgres:x"', f'[store] url: "postgres:x" {NO_STORE}'),
    ('[server]\nport = "8000"', "[server] port: must be a whole number, not '8000'"),
    ("[server]\nport = 80.5", "[server] port: must be a whole number, not 80.5"),
    ("[server]\nport = 70000", "[server] port: 70000 is too large; give at most 65535"),
    ("[feeds]\nentries = 0", "[feeds] entries: 0 is too small; give at least 1"),
    ('[feeds]\ncontent = "it\'s"', '[feeds] content: "it\'s" is not allowed; use "full" or "summary"'),
    ('[websub]\nhubs = "https://h"', "[websub] hubs: must be a list, such as [\"…\"], not 'https://h'"),
    ('[websub]\nhubs = ["https://h", "h"]', f'[websub] hubs: entry 2: "h" {NO_ADDRESS}'),
    ('[cdn]\npurge_url = "cdn/{tag}"', f'[cdn] purge_url: "cdn/{{tag}}" {NO_PURGE}'),
    ('[cdn]\nheaders = "x"', "[cdn] headers: must be a table, not 'x'"),
    ("[cdn]\nheaders = { Key = 5 }", "[cdn.headers] Key: must be a text in quotes, not 5"),
    (
        '[[api.tokens]]\nname = "x"\nsha256 = "abc"',
        "[[api.tokens]] 1: sha256: is no SHA-256; give 64 hexadecimal digits",
    ),
    ("[api.tokens]\nx = 1", "[api] tokens: must be a list of tables; write [[api.tokens]]"),
    ('[sections]\nslug = "a"', "[sections]: must be a list of tables; write [[sections]]"),
    ('[[sections]]\nslug = "a"', "[[sections]] 1: title: is missing; it must be given"),
    ('[[sections]]\nslug = "a"\ntitle = " "', "[[sections]] 1: title: is empty; give a text"),
    (f'{ONE}[[sections]]\nslug = "feed"\ntitle = "x"', '[[sections]] 2: slug: "feed" is reserved; choose another'),
    ('[[sections]]\nslug = "A b"\ntitle = "x"', f'[[sections]] 1: slug: "A b" {NO_SLUG}'),
    (
        '[[sections]]\nslug = "a"\ntitle = "x"\naliases = ["b", 5]',
        "[[sections]] 1: aliases: entry 2: must be a text in quotes, not 5",
    ),
    (
        f'{ONE}[[sections]]\nslug = "world"\ntitle = "x"',
        f'[[sections]] 2: slug: "world" {TAKEN} ("world"); choose another',
    ),
    (
        f'{ONE}[[sections]]\nslug = "b"\ntitle = "دَوْلي"',
        f'[[sections]] 2: title: "دَوْلي" {TAKEN} ("دولي"); choose another',
    ),
    (
        f'{ONE}[[sections]]\nslug = "b"\ntitle = "y"\naliases = ["العـالم"]',
        f'[[sections]] 2: aliases: "العـالم" {TAKEN} ("العالم"); choose another',
    ),
]


def complaints(path: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as fault:
        load(path, {})
    assert str(fault.value) == "\n".join(fault.value.complaints)
    return fault.value.complaints


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.toml"


@pytest.mark.parametrize(("text", "complaint"), FAULTS)
def test_a_fault_is_one_clear_message(path: Path, text: str, complaint: str) -> None:
    """The message names the file, the key and what would be right; nothing else is said."""
    path.write_text(SITE + text, encoding="utf-8")
    assert complaints(path) == (f"{path}: {complaint}",)


@pytest.mark.parametrize("slug", sorted(RESERVED - {slug for slug in RESERVED if "." in slug}))
def test_a_reserved_slug_is_refused(path: Path, slug: str) -> None:
    """The first segments of other addresses can't be slugs."""
    path.write_text(f'{SITE}[[sections]]\nslug = "{slug}"\ntitle = "x"', encoding="utf-8")
    assert complaints(path) == (f'{path}: [[sections]] 1: slug: "{slug}" is reserved; choose another',)


def test_all_faults_are_told_at_once(path: Path) -> None:
    """Whoever mends a configuration reads one list, not one fault after the other."""
    first = 'titel = "x"\n[server]\nport = "x"\nworkers = 0\n[[sections]]\nslug = "feed"\ntitle = "x"\n'
    path.write_text(f'{SITE}{first}[[sections]]\nslug = "y"\ntitle = "X"\n', encoding="utf-8")
    assert complaints(path) == (
        f'{path}: [site] titel: is not known; did you mean "title"?',
        f"{path}: [server] port: must be a whole number, not 'x'",
        f"{path}: [server] workers: 0 is too small; give at least 1",
        f'{path}: [[sections]] 1: slug: "feed" is reserved; choose another',
        f'{path}: [[sections]] 2: title: "X" is already a name of [[sections]] 1 ("x"); choose another',
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "[site]: is missing; it must be given"),
        ("site = 5", "[site]: must be a table, not 5"),
        ("[site]\ntitle = 'x'", "[site] url: is missing; it must be given"),
        ('[site]\nurl = "https://e.org"\ntitle = ""', "[site] title: is empty; give a text"),
        ('[site]\ntitle = "x"\nurl = "ftp://e.org"', f'[site] url: "ftp://e.org" {NO_ADDRESS}'),
        ('[site]\ntitle = "x"\nurl = "https://e.org/?a"', f'[site] url: "https://e.org/?a" {NO_BASE}'),
        (SITE + '\n\nfeeds = "x', "is not TOML: Illegal character '\\n' (at line 6, column 11)"),
        *(
            (f"[site]\n{line}", f"is not TOML: {fault} (at line 2, column {column}); put a text in quotes: {right}")
            for line, fault, column, right in (
                ("title = خُلاصات", "Invalid value", 9, 'title = "…"'),
                ("title = «خُلاصات»", "Invalid value", 9, 'title = "…"'),
                ("  accent=#0b6e69\r", "Invalid value", 10, 'accent = "…"'),
                ("title = 2030 أخبار", NO_END, 14, 'title = "…"'),
                ("title =", "Invalid value", 8, 'title = "…"'),
                ('hubs = ["https://e.org", https://e.org]', "Invalid value", 26, 'hubs = ["…"]'),
            )
        ),
        # Where something else is wrong, quotes would not mend it.
        ("port = 08000", f"is not TOML: {NO_END} (at line 1, column 9)"),
        ('title = "a" b', f"is not TOML: {NO_END} (at line 1, column 13)"),
        ("headers = { a = b }", "is not TOML: Invalid value (at line 1, column 17)"),
        ("# x\n[site\n", "is not TOML: Expected ']' at the end of a table declaration (at line 2, column 6)"),
    ],
)
def test_a_file_that_is_not_right_as_a_whole(path: Path, text: str, complaint: str) -> None:
    """What is missing, and where the file is no TOML, with its line."""
    path.write_text(text + "\n", encoding="utf-8")
    assert complaints(path) == (f"{path}: {complaint}",)


def test_a_file_that_is_not_there(path: Path) -> None:
    """The message says how to name another."""
    right = "name one with --config, or let `feeds init` write it"
    assert complaints(path) == (f"{path}: there is no such file; {right}",)


def test_a_folder_is_no_file(path: Path) -> None:
    """A path to a folder is said to be one."""
    path.mkdir()
    assert complaints(path) == (f"{path}: Is a directory",)


def test_a_file_that_is_not_utf_8(path: Path) -> None:
    """Windows-1256 is not guessed at."""
    path.write_bytes('[site]\ntitle = "خلاصات"'.encode("cp1256"))
    assert complaints(path) == (f"{path}: is not UTF-8; save it as UTF-8",)
