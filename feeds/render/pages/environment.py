"""The templates of pages: ours, and in their place or upon them the newsroom's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup, escape

from feeds.errors import ConfigurationError
from feeds.locales import catalogues
from feeds.render.templates import TEMPLATES
from feeds.settings import Settings
from feeds.text.bidi import rtl_dominant, starts_left

# By this name a newsroom's template reaches ours, to say only what is otherwise: {% extends "khulasat/base.html" %}.
PREFIX = "khulasat"


# Read once, since pages say by their dates when what they are made of has changed: by folder and language.
_read: dict[tuple[Path | None, str], Environment] = {}


def environment(settings: Settings) -> Environment:
    """The templates of a newsroom, speaking its language. Raises ConfigurationError for one that can't be read."""
    key = settings.templates_path, catalogues.spoken(settings.site.display_locale)
    found = _read.get(key)
    if found is None:
        found = _read[key] = _made(*key)
    return found


def renew(settings: Settings, trial: Callable[[Settings], None]) -> None:
    """Has a newsroom's templates read as they are now, for an application that begins. Raises ConfigurationError, also
    where `trial` does, and leaves those that were read before to whoever has them."""
    if settings.templates_path:
        key = settings.templates_path, catalogues.spoken(settings.site.display_locale)
        before, _read[key] = _read.get(key), _made(*key)
        try:
            trial(settings)
        except ConfigurationError:
            del _read[key]
            if before:
                _read[key] = before
            raise


def _made(folder: Path | None, language: str) -> Environment:
    ours = FileSystemLoader(TEMPLATES)
    loaders: list[BaseLoader] = [ours, PrefixLoader({PREFIX: ours})]
    if folder:
        loaders.insert(0, FileSystemLoader(folder))
    # A later template must not fail half way through a page: what is not given is a bug.
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(catalogues.translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"bdi": _isolated, "dir": turned, "foreign": _foreign, "breakable": _breakable}
    if folder:
        _load(made, folder)
    return made


def _load(templates: Environment, folder: Path) -> None:
    """Reads all, so that what changes in the folder meanwhile changes nothing; and finds what they have wrong."""
    found = []
    for name in templates.list_templates(["html", "css"]):
        try:
            templates.get_template(name)
        except TemplateSyntaxError as fault:
            found.append(f"{fault.filename or folder / name}:{fault.lineno}: {fault.message}; see docs/pages.md")
        except UnicodeDecodeError:
            found.append(f"{folder / name}: is not UTF-8; save it as UTF-8")
    if found:
        raise ConfigurationError(found)


@contextmanager
def translated(template: str, settings: Settings) -> Iterator[None]:
    """What fails in a newsroom's own templates is a fault of its configuration; in ours, a bug."""
    try:
        yield
    except (TemplateError, UnicodeDecodeError) as fault:
        if settings.templates_path is None:
            raise
        what = "is not UTF-8" if isinstance(fault, UnicodeDecodeError) else fault.message
        raise ConfigurationError([f"{settings.templates_path}: {template}: {what}; see docs/pages.md"]) from None


def turned(text: str) -> str:
    """The `dir` of an element that holds a string: "auto" but where its first letter misleads.

    Pages have no marks (RTL.md R1), and `auto`, as in a bare bdi, turns «FIFA تعلن …» the wrong way.
    """
    return "rtl" if starts_left(text) and rtl_dominant(text) else "auto"


@pass_context
def _isolated(context: Context, text: str, language: str | None = None) -> Markup:
    """A string from the store among others (RTL.md R8), in the newsroom's language or another."""
    attributes = _foreign(context, language)
    if turned(text) == "rtl":
        attributes["dir"] = "rtl"
    opened = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return Markup(f"<bdi{opened}>{escape(text)}</bdi>")


def _breakable(address: str) -> Markup:
    """An address that is too long for its line goes on behind a slash."""
    return escape(address).replace("/", Markup("/<wbr>"))


@pass_context
def _foreign(context: Context, language: str | None) -> dict[str, Any]:
    """`lang`, where a string is in another language than the page; None is the newsroom's."""
    of = language or context["site"].language
    return {} if of == context["page_language"] else {"lang": of}
