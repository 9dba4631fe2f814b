"""TOML and environment -> frozen Settings, or every complaint at once."""

import hashlib
import json
import math
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from feeds import configured
from feeds.errors import ConfigurationError
from feeds.model import Section
from feeds.settings import complaints
from feeds.text.clean import clean_text

PREFIX = "FEEDS_"
Key = tuple[str, ...]
Address = Annotated[str, AfterValidator(configured.address)]
# Readers see it, so it is cleaned like an article's (RTL.md R2).
Text = Annotated[str, AfterValidator(clean_text)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Site(_Table):
    """Who publishes, where, and in what language."""

    title: Annotated[Text, Field(min_length=1)]
    description: Text = ""
    url: Annotated[str, AfterValidator(configured.site_url)]
    language: Annotated[str, AfterValidator(configured.language)] = "ar"
    timezone: Annotated[str, AfterValidator(configured.timezone)] = "Africa/Tripoli"
    publisher: Text = ""
    contact: Text = ""
    copyright: Text = ""
    icon: str = ""
    logo: str = ""
    accent: Annotated[str, AfterValidator(configured.colour)] = "#0b6e69"
    display_locale: Annotated[str, AfterValidator(configured.locale)] = "ar"
    digits: Literal["latn", "arab"] = "latn"
    templates: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def path(self) -> str:
        """The path that every address lies under: empty, or with a slash in front and none behind."""
        return urlsplit(self.url).path

    @property
    def is_here(self) -> bool:
        """Whether the address is this machine's own, as the example's is."""
        return configured.is_loopback(urlsplit(self.url).hostname or "")

    @property
    def by(self) -> str:
        return self.publisher or self.title


class StoreTable(_Table):
    url: Annotated[str, AfterValidator(configured.store_url)] = "sqlite:articles.db"


class Server(_Table):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    unix_socket: str = ""
    workers: Annotated[int, Field(ge=1, le=256)] = 1
    metrics: Literal["loopback", "public"] = "loopback"
    access_log: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0


class FeedsTable(_Table):
    entries: Annotated[int, Field(ge=1, le=100)] = 50
    content: Literal["full", "summary"] = "full"
    max_age: Annotated[int, Field(ge=0, le=86400)] = 300
    title_direction: Literal["mark", "isolate", "off"] = "mark"
    media_type: Literal["display", "registered"] = "display"
    unknown_sections: Literal["make", "refuse"] = "make"

    @property
    def ttl(self) -> int:
        """The cache lifetime in whole minutes, rounded up, at least 1."""
        return max(1, math.ceil(self.max_age / 60))


class CacheTable(_Table):
    max_bytes: Annotated[int, Field(ge=1_000_000)] = 134_217_728


class WebSub(_Table):
    hubs: tuple[Address, ...] = ()


class Cdn(_Table):
    purge_url: Annotated[str, AfterValidator(configured.purge_url)] = ""
    method: Literal["PURGE", "POST"] = "PURGE"
    headers: dict[str, str] = {}


class Token(_Table):
    name: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, AfterValidator(configured.digest)]
    sections: tuple[str, ...] = ()


class Api(_Table):
    tokens: tuple[Token, ...] = ()


class SectionTable(_Table):
    slug: Annotated[str, AfterValidator(configured.slug)]
    title: Annotated[Text, Field(min_length=1)]
    description: Text = ""
    aliases: tuple[str, ...] = ()


class Settings(_Table):
    """The whole configuration. Relative paths in it start at `folder`, where its file lies."""

    site: Site
    store: StoreTable = StoreTable()
    server: Server = Server()
    feeds: FeedsTable = FeedsTable()
    cache: CacheTable = CacheTable()
    websub: WebSub = WebSub()
    cdn: Cdn = Cdn()
    api: Api = Api()
    sections: tuple[SectionTable, ...] = ()
    _folder: Path = PrivateAttr(default_factory=Path)

    @property
    def store_path(self) -> Path:
        return self._folder / self.store.url.removeprefix("sqlite:")

    @property
    def templates_path(self) -> Path | None:
        """The folder of the newsroom's own templates, if it has one."""
        return self._folder / self.site.templates if self.site.templates else None

    @property
    def socket_path(self) -> Path | None:
        """The file that is listened on instead of a port, if any."""
        return self._folder / self.server.unix_socket if self.server.unix_socket else None

    def section_list(self) -> tuple[Section, ...]:
        """The configured sections, in their order."""
        return tuple(
            Section(slug=s.slug, title=s.title, description=s.description, aliases=s.aliases) for s in self.sections
        )

    def at(self, origin: str) -> "Settings":
        """The same where the site has an address of its own; else with this scheme, host and port, if any, in it."""
        if not origin or not self.site.is_here:
            return self
        return self.model_copy(update={"site": self.site.model_copy(update={"url": origin + self.site.path})})

    def fingerprint(self, software: str) -> str:
        """What feeds depend on besides the store: equal on every node of the same configuration and software."""
        shown = self.model_dump_json(include={"site", "feeds", "websub", "sections"})
        return hashlib.sha256(f"{software}\n{shown}".encode()).hexdigest()


def load(path: Path, environ: Mapping[str, str] = os.environ, *, text: bytes | None = None) -> Settings:
    """The settings of a file, or of a `text` that stood in it, overridden by the environment.

    Raises ConfigurationError with every fault, each naming the file or the variable, the key, and what would
    be right.
    """
    raw = _read(path, text)
    origins, found = _overlay(raw, environ)
    found += complaints.of_dates(raw)
    found += complaints.of_sections(raw.get("sections"))
    try:
        settings = Settings.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as fault:
        said = {key for key, _ in found}
        found = [*(each for each in complaints.of_validation(fault, Settings) if each[0] not in said), *found]
    if found:
        raise ConfigurationError([f"{_origin(key, origins, path)}: {text}" for key, text in found])
    settings._folder = path.parent
    if settings.templates_path and not settings.templates_path.is_dir():
        where = f"{_origin(('site', 'templates'), origins, path)}: [site] templates"
        raise ConfigurationError([f'{where}: "{settings.site.templates}" is no folder; name one that is there'])
    return settings


def _read(path: Path, text: bytes | None) -> dict[str, Any]:
    read = ""
    try:
        read = (path.read_bytes() if text is None else text).decode("utf-8-sig")
        return tomllib.loads(read)
    except FileNotFoundError:
        right = "name one with --config, or let `feeds init` write it"
        raise ConfigurationError([f"{path}: there is no such file; {right}"]) from None
    except (OSError, UnicodeDecodeError) as fault:
        reason = "is not UTF-8; save it as UTF-8" if isinstance(fault, ValueError) else fault.strerror
        raise ConfigurationError([f"{path}: {reason}"]) from None
    except tomllib.TOMLDecodeError as fault:
        raise ConfigurationError([f"{path}: is not TOML: {fault}{complaints.of_quotes(str(fault), read)}"]) from None


def _overlay(raw: dict[str, Any], environ: Mapping[str, str]) -> tuple[dict[Key, str], list[complaints.Complaint]]:
    """Puts the environment's values into `raw`; returns which variable gave which key, and what gave none.

    Only names with `__` are ours: Kubernetes sets FEEDS_PORT for a service that is called "feeds".
    """
    origins: dict[Key, str] = {}
    found: list[complaints.Complaint] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        # FEEDS__SECTIONS names a key that lies in no table.
        key = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__") if part.strip("_"))
        key = (key[0].lstrip("_"), *key[1:]) if key else ()
        origins[key] = name
        if fault := _misplaced(key) or _unreadable(key, environ[name]):
            found.append((key, fault))
            continue
        table: Any = raw
        for part in key[:-1]:
            table = table.setdefault(part, {}) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[key[-1]] = _from_text(key, environ[name])
    return origins, found


def _misplaced(key: Key) -> str:
    """Why no value can stand at this key: something above it is no table. Unknown keys are found later."""
    if not key:
        return "names no key; write FEEDS_, the table, __ and the key, such as FEEDS_SITE__URL"
    for end in range(1, len(key)):
        above = _annotation(key[:end])
        if above is None:
            break
        if not _is_table(above) and get_origin(above) is not dict:
            whole = f"{PREFIX}{'__'.join(key[:end]) if end > 1 else '_' + key[0]}".upper()
            return f"{complaints.name_of(key[:end])}: has no keys of its own; give it whole in {whole}"
    return ""


def _unreadable(key: Key, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"{complaints.name_of(key)}: is not UTF-8"
    return ""


def _annotation(key: Key) -> Any:
    """The type of what a key names; None where there is no such key."""
    annotation: Any = Settings
    for part in key:
        if _is_table(annotation):
            field = annotation.model_fields.get(part)
            annotation = field.annotation if field else None
        else:
            annotation = get_args(annotation)[1] if get_origin(annotation) is dict else None
    return annotation


def _is_table(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _from_text(key: Key, text: str) -> Any:
    """A variable's text as its key's type: strings as they stand, all else as JSON."""
    annotation = _annotation(key)
    if annotation in (None, str) or get_origin(annotation) is Literal:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _origin(key: complaints.Key, origins: Mapping[Key, str], path: Path) -> str:
    """Where a key was given: by a variable, or one above or below it, else by the file."""
    names = tuple(str(part) for part in key)
    for end in range(len(names), -1, -1):
        if names[:end] in origins and (end or not names):
            return f"environment: {origins[names[:end]]}"
    below = [name for given, name in origins.items() if given[: len(names)] == names]
    return f"environment: {below[0]}" if below else str(path)
