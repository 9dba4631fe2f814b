"""What a web server in front of the folder needs to know beside the files: names of sections and partners, the path of
the site, lifetimes, pages of errors."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote, unquote_to_bytes

from feeds.addresses import partner_file
from feeds.heads import FEED_POLICY, POLICY, page_policy
from feeds.model import Section
from feeds.publish.outlet import File
from feeds.render.pages import Pages
from feeds.render.profiles import profiles
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.text.slug import quote_slug
from feeds.web.problems import Problems

# The folder that it stands in. No server shows names that begin with a dot.
FOLDER = ".server"
# Other names no address of ours has, and they would have to be quoted in each language otherwise.
_PLAIN = re.compile(r"[\w -]+")
_CATEGORY = re.compile(r"wp-category-([0-9]+)")
_DETAILS = {404: "There is nothing at this address.", 410: "There are no comments here, and no feed of them."}

_POLICIES = {"$feeds_page_policy": dict(page_policy())[POLICY], "$feeds_feed_policy": FEED_POLICY}


def server_files(pages: Pages, sections: Iterable[Section], now: int) -> list[File]:
    """The files, dated by a Unix second."""
    names = _names(sections)
    texts = {"nginx.conf": _nginx(pages.settings, names), "Caddyfile": _caddy(pages.settings, names)}
    bodies = {name: text.encode() for name, text in texts.items()} | _errors(pages)
    return [File(name=name, variants={"identity": body}, modified=now, headers={}) for name, body in bodies.items()]


def _names(sections: Iterable[Section]) -> Mapping[str, str]:
    """What sections are called in addresses, in small letters -> the slug as it stands there."""
    found: dict[str, str] = {}
    listed = list(sections)
    for section in listed:
        found[section.slug.lower()] = quote_slug(section.slug)
    for section in listed:
        for name in (*section.aliases, section.title):
            if _PLAIN.fullmatch(name):
                found.setdefault(name.lower(), quote_slug(section.slug))
    return found


def _categories(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, slug in names.items():
        if found := _CATEGORY.fullmatch(name):
            yield found[1], slug


def _partners() -> Iterator[tuple[str, str]]:
    """What partners are called in addresses, in small letters, and their file in a section."""
    for name in profiles():
        yield name, partner_file(name)


def _spelled(path: str) -> str:
    """The path of a site as a regular expression of its spellings: any byte may be percent-encoded."""
    found = []
    for byte in unquote_to_bytes(path):
        encoded = "".join(f"[{digit.upper()}{digit.lower()}]" if digit.isalpha() else digit for digit in f"{byte:02x}")
        plain = f"{re.escape(chr(byte))}|" if 0x20 < byte < 0x7F else ""
        found.append("/" if byte == 0x2F else f"(?:{plain}%{encoded})")
    return "".join(found)


def _literally(path: str) -> str:
    """The path of a site as a regular expression of what it is decoded, between quotes."""
    return re.escape(unquote(path)).replace('"', '\\"')


def _below(path: str) -> Iterator[str]:
    """To nginx: what lies below the path of the site, of what was asked for, and of what it makes of that. Its own
    files are asked for by the way, and lie below none."""
    yield f'map $request_uri $feeds_asked {{ "~^{_spelled(path)}(?<feeds_before>/[^?]*)" $feeds_before; }}'
    yield "map $uri $feeds_below {"
    yield "    volatile;"
    if path:
        escaped = _literally(path)
        yield "    default /.elsewhere;"
        yield '    "~^/\\.(?:clean|query|server|site)" "";'
        yield f'    "~^{escaped}(?<feeds_inner>/.*)$" $feeds_inner;'
        yield f'    "~^{escaped}$" /.site;'
    else:
        yield '    default "";'
    yield "}"


def _nginx(settings: Settings, names: Mapping[str, str]) -> str:
    def table(of: str, to: str, rows: Iterable[tuple[str, str]]) -> str:
        # A name may be one of nginx's own words.
        lines = [f'    "\\{name}" "{slug}";' if name.isascii() else f'    "{name}" "{slug}";' for name, slug in rows]
        return "\n".join([f"map {of} {to} {{", '    default "";', *lines, "}"])

    def fixed(name: str, value: object) -> str:
        return f"map $host {name} {{ default '{value}'; }}"

    # Names of Arabic letters take three times as many bytes.
    room = 64 * 2 ** max(0, (4 * len(names)).bit_length() - 5)
    return "\n".join(
        [
            "# Written by `feeds publish`. nginx reads it when it is reloaded: after sections, aliases, or the",
            "# configuration have changed, and after an upgrade.",
            f"map_hash_max_size {max(2048, room)};",
            "map_hash_bucket_size 512;",
            fixed("$feeds_site", settings.site.url),
            fixed("$feeds_language", settings.site.language),
            fixed("$feeds_max_age", settings.feeds.max_age),
            fixed("$feeds_hubs", _hubs(settings)),
            # An apostrophe would end it otherwise.
            *(f'map $host {name} {{ default "{value}"; }}' for name, value in _POLICIES.items()),
            table("$feeds_name", "$feeds_slug", names.items()),
            table("$arg_cat", "$feeds_category", _categories(names)),
            table("$feeds_partner_name", "$feeds_partner", _partners()),
            *_below(settings.site.path),
            "",
        ]
    )


def _caddy(settings: Settings, names: Mapping[str, str]) -> str:
    def table(of: str, to: str, rows: Iterable[tuple[str, str]]) -> list[str]:
        # Another case is the same name.
        lines = [f'\t\t"~(?i)^{re.escape(name)}$" "{slug}"' for name, slug in rows]
        return [f"\tmap {of} {to} {{", *lines, '\t\tdefault ""', "\t}"]

    return "\n".join(
        [
            "# Written by `feeds publish`. Caddy reads it when it is reloaded: after sections, aliases, or the",
            "# configuration have changed, and after an upgrade.",
            "(khulasat) {",
            "\tvars {",
            f'\t\tfeeds_site "{settings.site.url}"',
            f'\t\tfeeds_language "{settings.site.language}"',
            f'\t\tfeeds_max_age "{settings.feeds.max_age}"',
            f"\t\tfeeds_hubs `{_hubs(settings)}`",
            *(f'\t\t{name.removeprefix("$")} "{value}"' for name, value in _POLICIES.items()),
            "\t}",
            *table("{feeds_name}", "{feeds_slug}", names.items()),
            *table("{query.cat}", "{feeds_category}", _categories(names)),
            *table("{feeds_partner_name}", "{feeds_partner}", _partners()),
            *_caddy_below(settings.site.path),
            "",
        ]
    )


def _caddy_below(path: str) -> Iterator[str]:
    """To Caddy: as to nginx; and where another site is, or this one's path without the slash at its end."""
    yield "\tmap {http.request.orig_uri} {feeds_asked} {"
    yield f'\t\t"~^{_spelled(path)}(/[^?]*)" "${{1}}"'
    yield '\t\tdefault "/"'
    yield "\t}"
    yield "}"
    yield "(khulasat_elsewhere) {"
    if path:
        escaped = _literally(path)
        yield f'\t@site path_regexp "^{escaped}$"'
        yield "\thandle @site {"
        yield "\t\timport khulasat_moved /"
        yield "\t}"
        yield f'\t@elsewhere not path_regexp "^{escaped}/"'
        yield "\terror @elsewhere 404"
    yield "}"
    yield "(khulasat_below) {"
    if path:
        yield f'\turi strip_prefix "{path}"'
    yield "}"


def _hubs(settings: Settings) -> str:
    """What Link says of them, behind the feed itself. To nginx a dollar begins a variable's name."""
    return "".join(f', <{quote(hub, safe=":/?#[]@!&()*+,;=%~")}>; rel="hub"' for hub in settings.websub.hubs)


def _errors(pages: Pages) -> dict[str, bytes]:
    """What is answered where nothing stands, or nothing any more: to a person, and to a machine."""
    found = {}
    # A page for every address can't name the sections that one of them may have meant.
    problems = Problems(pages, lambda: SectionNames((), ()))
    for status, detail in _DETAILS.items():
        for name, path in (("html", b"/nothing/"), ("json", b"/nothing.xml")):
            scope = {"type": "http", "raw_path": path, "query_string": b""}
            found[f"{status}.{name}"] = bytes(problems.answer(scope, status, detail).body)
    return found
