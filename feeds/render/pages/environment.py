"""The templates of pages: ours, and in their place or upon them the newsroom's own."""

import difflib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup, escape

from feeds.errors import ConfigurationError
from feeds.locales import catalogues
from feeds.render.templates import TEMPLATES, Own
from feeds.text.bidi import rtl_dominant, starts_left

# By this name a newsroom's template reaches ours, to say only what is otherwise: {% extends "khulasat/base.html" %}.
PREFIX = "khulasat"
# What a file is called that is meant to be a template; others may lie beside them.
_KINDS = (".html", ".htm", ".css", ".js", ".jinja", ".jinja2", ".j2")


def environment(own: Own, language: str) -> Environment:
    """The templates of a newsroom, speaking this language. Raises ConfigurationError for what its own have wrong."""
    if own.folder is None:
        return _ours(language)
    made = _made(_Kept(own, own.folder), language)
    _load(made, own, own.folder)
    return made


@cache
def _ours(language: str) -> Environment:
    # They are part of the program, and whoever has no others has the same.
    return _made(None, language)


class _Kept(BaseLoader):
    """Templates as they stood in a newsroom's folder when it was read."""

    def __init__(self, own: Own, folder: Path) -> None:
        self._own = own
        self._folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        if template not in self._own.files:
            raise TemplateNotFound(template)
        text = io.StringIO(self._own.files[template].decode("utf-8-sig"), newline=None).read()
        return text, str(self._folder / template), None


def _made(own: BaseLoader | None, language: str) -> Environment:
    ours = FileSystemLoader(TEMPLATES)
    # A later template must not fail half way through a page: what is not given is a bug.
    made = Environment(
        loader=ChoiceLoader([*([own] if own else []), ours, PrefixLoader({PREFIX: ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(catalogues.translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"bdi": _isolated, "dir": turned, "foreign": _foreign, "breakable": _breakable, "quoted": _quoted}
    return made


def _load(templates: Environment, own: Own, folder: Path) -> None:
    """Compiles all, and finds what they have wrong."""
    found: list[str] = []
    uses: set[str | None] = set()
    for name in own.files:
        if not name.endswith((".html", ".css")):
            continue
        try:
            templates.get_template(name)
            uses |= _used(templates, name)
        except TemplateSyntaxError as fault:
            found.append(f"{fault.filename or folder / name}:{fault.lineno}: {fault.message}; see docs/pages.md")
        except UnicodeDecodeError:
            found.append(f"{folder / name}: is not UTF-8; save it as UTF-8")
    if not found:
        found = [f"{folder / name}: {_unused(name)}" for name in _strangers(own, uses)]
    if found:
        raise ConfigurationError(found)


def _used(templates: Environment, name: str) -> set[str | None]:
    """What a template names: extends, includes, imports. None stands for what it chooses as a page is made."""
    assert templates.loader
    source, _, _ = templates.loader.get_source(templates, name)
    return {used for used in meta.find_referenced_templates(templates.parse(source)) if used != name}


def _strangers(own: Own, uses: set[str | None]) -> Sequence[str]:
    """Files that no page is made of: ours are not called so, and no template of theirs names them."""
    if None in uses:
        return []
    return [name for name in own.files if name.endswith(_KINDS) and name not in (*_names(), *uses)]


def _unused(name: str) -> str:
    given = PurePosixPath(name.lower())
    like = {PurePosixPath(ours).stem: ours for ours in _names() if ours.endswith(given.suffix)}
    like = like or {PurePosixPath(ours).stem: ours for ours in _names()}
    close = difflib.get_close_matches(given.stem, like, n=1)
    meant = f'did you mean "{like[close[0]]}"? ' if close else ""
    names = ", ".join(_names())
    return f"no page is made of it, and no other template uses it; {meant}Ours are {names}; see docs/pages.md"


@cache
def _names() -> Sequence[str]:
    """What our templates are called."""
    return sorted(path.name for path in TEMPLATES.iterdir())


@contextmanager
def translated(template: str, own: Path | None) -> Iterator[None]:
    """What fails in a newsroom's own templates is a fault of its configuration; in ours, a bug."""
    try:
        yield
    except (TemplateError, UnicodeDecodeError) as fault:
        if own is None:
            raise
        what = "is not UTF-8" if isinstance(fault, UnicodeDecodeError) else fault.message
        raise ConfigurationError([f"{own}: {template}: {what}; see docs/pages.md"]) from None


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


def _quoted(text: str) -> Markup:
    """A string of a style sheet (CSS Syntax §4.3.5)."""
    return Markup('"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"')


@pass_context
def _foreign(context: Context, language: str | None) -> dict[str, Any]:
    """`lang`, where a string is in another language than the page; None is the newsroom's."""
    of = language or context["site"].language
    return {} if of == context["page_language"] else {"lang": of}
