"""The configuration (DESIGN.md section 6): the example, the defaults, the environment, the fingerprint."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.errors import ConfigurationError
from feeds.settings import Settings, load

EXAMPLE = Path(__file__).parents[1] / "config.toml"

SMALLEST = """
[site]
title = "خلاصات"
url = "https://example.org"
"""

# /أخبار
NEWS = "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a configuration; its path."""

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def complaints(path: Path, environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as fault:
        load(path, environ)
    return fault.value.complaints


def test_the_example_runs_as_it_is() -> None:
    """`config.toml` at the top level is a working example; what it sets is the default, where there is one."""
    settings = load(EXAMPLE, {})
    assert settings.site.url == "http://127.0.0.1:8000"
    assert [section.slug for section in settings.section_list()][:2] == ["world", "local"]
    smallest = Settings.model_validate_json('{"site": {"title": "x", "url": "https://example.org"}}')
    for table in ("store", "server", "feeds", "cache", "websub", "cdn", "api"):
        assert getattr(settings, table) == getattr(smallest, table)


def test_the_example_names_every_key() -> None:
    """Every table and key stands in the example, set or as a comment: nothing is hidden."""
    lines = [line.lstrip("# ") for line in EXAMPLE.read_text(encoding="utf-8").splitlines()]
    for table, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", {})
        for key in inner.keys() - {"tokens"}:
            assert [line for line in lines if line.startswith(f"{key} = ")], f"[{table}] {key}"
    for key in ("[[api.tokens]]", "name = ", "sha256 = ", "[[sections]]", "slug = ", "aliases = "):
        assert [line for line in lines if line.startswith(key)], key


def test_the_smallest_configuration(write: Write) -> None:
    """A title and an address are enough."""
    settings = load(write(SMALLEST), {})
    assert (settings.site.language, settings.site.zone) == ("ar", ZoneInfo("Africa/Tripoli"))
    assert (settings.feeds.entries, settings.feeds.content, settings.feeds.ttl) == (50, "full", 5)
    assert settings.site.by == "خلاصات"
    assert settings.section_list() == ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("ar", "ar"), ("ar-LY", "ar-LY"), ("AR-ly", "ar-LY"), ("ar-arab-ly", "ar-Arab-LY"), ("en", "en")],
)
def test_the_language_is_a_tag_of_bcp_47_with_or_without_a_region(write: Write, given: str, kept: str) -> None:
    """In whatever case it is given (RTL.md R6)."""
    assert load(write(SMALLEST), {"FEEDS_SITE__LANGUAGE": given}).site.language == kept


def test_relative_paths_start_at_the_file(write: Write, tmp_path: Path) -> None:
    """The store lies beside the configuration, wherever the process runs; an absolute path stays."""
    assert load(write(SMALLEST), {}).store_path == tmp_path / "articles.db"
    assert load(write(SMALLEST), {"FEEDS_STORE__URL": "sqlite:/srv/a.db"}).store_path == Path("/srv/a.db")


@pytest.mark.parametrize(
    ("url", "kept", "path"),
    [
        ("https://example.org", "https://example.org", ""),
        ("https://example.org/", "https://example.org", ""),
        ("https://EXAMPLE.org:8443/feeds/", "https://example.org:8443/feeds", "/feeds"),
        ("https://example.org/a/b", "https://example.org/a/b", "/a/b"),
        ("https://example.org/أخبار/", f"https://example.org{NEWS}", NEWS),
        ("https://مثال.إختبار/", "https://xn--mgbh0fb.xn--kgbechtv", ""),
        ("http://[::1]:8000", "http://[::1]:8000", ""),
    ],
)
def test_the_address_of_the_site(write: Write, url: str, kept: str, path: str) -> None:
    """`[site] url` may have a path: every address then lies under it. It is kept as an ASCII URI."""
    site = load(write(SMALLEST), {"FEEDS_SITE__URL": url}).site
    assert (site.url, site.path) == (kept, path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """What Windows' editor saves is read."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.encode())
    assert load(path, {}).site.title == "خلاصات"


def test_what_readers_see_is_cleaned(write: Write) -> None:
    """Texts of the configuration are cleaned like an article's (RTL.md R2)."""
    text = '[site]\ntitle = "\\u202eخلاصات\\u200b "\nurl = "https://example.org"'
    assert load(write(text), {}).site.title == "خلاصات"


@pytest.mark.parametrize(("max_age", "ttl"), [(0, 1), (1, 1), (60, 1), (61, 2), (300, 5), (86400, 1440)])
def test_the_ttl_is_the_lifetime_in_whole_minutes(write: Write, max_age: int, ttl: int) -> None:
    """Whole minutes, rounded up, at least 1."""
    assert load(write(f"{SMALLEST}[feeds]\nmax_age = {max_age}"), {}).feeds.ttl == ttl


def test_the_environment_overrides_any_key(write: Write) -> None:
    """Texts stand as they are, numbers and lists as JSON; tables that the file lacks are made."""
    settings = load(
        write(SMALLEST),
        {
            "FEEDS_SITE__TITLE": "2026",
            "FEEDS_SITE__DESCRIPTION": '["لا قائمة"]',
            "FEEDS_SERVER__PORT": "9000",
            "FEEDS_FEEDS__CONTENT": "summary",
            "FEEDS_WEBSUB__HUBS": '["https://hub.example.org/", "https://المحور.example/"]',
            "FEEDS_CDN__HEADERS": '{"Fastly-Key": "k"}',
            "FEEDS_CDN__HEADERS__ACCEPT": "5",
            "FEEDS__SECTIONS": '[{"slug": "world", "title": "دولي", "aliases": ["العالم"]}]',
        },
    )
    assert (settings.site.title, settings.site.description) == ("2026", '["لا قائمة"]')
    assert (settings.server.port, settings.feeds.content) == (9000, "summary")
    assert settings.websub.hubs == ("https://hub.example.org/", "https://xn--mgbmm8eft.example/")
    assert settings.cdn.headers == {"Fastly-Key": "k", "accept": "5"}
    assert [(section.slug, section.aliases) for section in settings.section_list()] == [("world", ("العالم",))]


def test_the_environment_replaces_a_list_of_the_file(write: Write) -> None:
    """A list of the environment stands for the whole of the file's, faults of which are gone with it."""
    file = f'{SMALLEST}[[sections]]\nslug = "feed"\ntitle = "x"'
    settings = load(write(file), {"FEEDS__SECTIONS": '[{"slug": "world", "title": "دولي"}]'})
    assert [section.slug for section in settings.section_list()] == ["world"]


@pytest.mark.parametrize(
    "name",
    ["FEEDS_PORT", "FEEDS_CONFIG", "FEEDS_SITE", "FEEDS_SERVICE_HOST", "FEEDS_PORT_8000_TCP", "PATH", "XFEEDS_SITE__X"],
)
def test_names_that_are_not_ours_are_ignored(write: Write, name: str) -> None:
    """Only names with `__` are ours: Kubernetes sets FEEDS_PORT."""
    assert load(write(SMALLEST), {name: "tcp://10.0.0.1:80"}) == load(write(SMALLEST), {})


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("FEEDS_SERVER__WORKERS", "many", "[server] workers: must be a whole number, not 'many'"),
        ("FEEDS_SERVER__WORKERS", "0", "[server] workers: 0 is too small; give at least 1"),
        (
            "FEEDS_SITE__URL",
            "example.org",
            '[site] url: "example.org" is no address; give a whole one, such as https://example.org/',
        ),
        ("FEEDS_SITE__DIGITS", "roman", '[site] digits: "roman" is not allowed; use "latn" or "arab"'),
        ("FEEDS_WEBSUB__HUBS", "https://h", "[websub] hubs: must be a list, such as [\"…\"], not 'https://h'"),
        (
            "FEEDS_WEBSUB__HUBS",
            '["h"]',
            '[websub] hubs: entry 1: "h" is no address; give a whole one, such as https://example.org/',
        ),
        ("FEEDS_STORE__PATH", "x", "[store] path: is not known; known are url"),
        ("FEEDS_SIGHT__TITLE", "x", '[sight]: is not known; did you mean "site"?'),
        ("FEEDS__SIGHT", "x", '[sight]: is not known; did you mean "site"?'),
        ("FEEDS__SITE", "x", "[site]: must be a table, not 'x'"),
        ("FEEDS__SECTIONS", "world", "[sections]: must be a list of tables; write [[sections]]"),
        (
            "FEEDS__SECTIONS",
            '[{"slug": "tag", "title": "x"}]',
            '[[sections]] 1: slug: "tag" is reserved; choose another',
        ),
        ("FEEDS_API__TOKENS", '[{"name": "x"}]', "[[api.tokens]] 1: sha256: is missing; it must be given"),
        ("FEEDS_SECTIONS__0__SLUG", "x", "[sections]: has no keys of its own; give it whole in FEEDS__SECTIONS"),
        ("FEEDS_WEBSUB__HUBS__0", "x", "[websub] hubs: has no keys of its own; give it whole in FEEDS_WEBSUB__HUBS"),
        ("FEEDS_SITE__TITLE__AR", "x", "[site] title: has no keys of its own; give it whole in FEEDS_SITE__TITLE"),
        ("FEEDS__", "x", "names no key; write FEEDS_, the table, __ and the key, such as FEEDS_SITE__URL"),
        ("FEEDS_SITE__TITLE", "\udcff", "[site] title: is not UTF-8"),
    ],
)
def test_a_fault_of_the_environment_names_the_variable(write: Write, name: str, value: str, complaint: str) -> None:
    """What a variable gives wrong is said of the variable, not of the file."""
    assert complaints(write(SMALLEST), {name: value}) == (f"environment: {name}: {complaint}",)


def test_the_fingerprint_is_of_what_feeds_show(write: Write) -> None:
    """Equal for equal settings; another one for another software, title, hub or section."""
    same = load(write(SMALLEST), {}).fingerprint("1.0")
    assert load(write(f"{SMALLEST}# a comment\nlanguage = 'ar'\n"), {}).fingerprint("1.0") == same
    assert load(write(SMALLEST), {}).fingerprint("1.1") != same
    for name, value in {
        "FEEDS_SITE__TITLE": "x",
        "FEEDS_FEEDS__ENTRIES": "51",
        "FEEDS_WEBSUB__HUBS": '["https://hub.example.org/"]',
        "FEEDS__SECTIONS": '[{"slug": "world", "title": "x"}]',
    }.items():
        assert load(write(SMALLEST), {name: value}).fingerprint("1.0") != same


def test_the_fingerprint_is_the_same_on_every_node(write: Write) -> None:
    """Where a node keeps its store, listens, calls or whom it lets in changes no byte of a feed."""
    same = load(write(SMALLEST), {}).fingerprint("1.0")
    for name, value in {
        "FEEDS_STORE__URL": "sqlite:/elsewhere.db",
        "FEEDS_SERVER__PORT": "1",
        "FEEDS_CACHE__MAX_BYTES": "2000000",
        "FEEDS_CDN__PURGE_URL": "https://cdn.example.org/{tag}",
        "FEEDS_API__TOKENS": f'[{{"name": "x", "sha256": "{"0" * 64}"}}]',
    }.items():
        assert load(write(SMALLEST), {name: value}).fingerprint("1.0") == same


def test_settings_do_not_change(write: Write) -> None:
    """Settings are frozen."""
    settings = load(write(SMALLEST), {})
    with pytest.raises(ValueError, match="frozen"):
        settings.site.title = "x"
