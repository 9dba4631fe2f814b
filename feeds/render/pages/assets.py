"""The style sheets and the script: what pages and feeds load. Pages do under an address that changes with the bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment

from feeds.direction import direction_of
from feeds.render.pages.colours import accent
from feeds.render.pages.environment import translated
from feeds.settings import Settings

_SHEET, _SCRIPT = "page.css", "page.js"
# A feed names the other two itself: its bytes don't change with theirs.
_SHEETS = (_SHEET, "rss.css", "atom.css")
ASSETS = (*_SHEETS, _SCRIPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLinks:
    """Where a page loads them from."""

    sheet: str
    script: str

    def below(self, root: str) -> "AssetLinks":
        """The same on a page from which `root` leads to where these begin."""
        return AssetLinks(sheet=root + self.sheet, script=root + self.script)


def assets(templates: Environment, settings: Settings, language: str) -> Mapping[str, bytes]:
    """The files below /static/ that are made of templates, by name, in the language of the pages: a newsroom may have
    its own. Raises ConfigurationError where they can't be made of these."""
    made, own = {}, settings.templates_path
    values = {
        "accent": accent(settings.site.accent),
        # Of feeds and of pages.
        "direction": direction_of(settings.site.language),
        "page_direction": direction_of(language),
    }
    for name in _SHEETS:
        with translated(name, own):
            made[name] = templates.get_template(name).render(values).encode("utf-8")
    assert templates.loader
    with translated(_SCRIPT, own):
        # As it stands: a script is full of braces.
        script, _, _ = templates.loader.get_source(templates, _SCRIPT)
    return made | {_SCRIPT: script.encode("utf-8")}


def asset_links(made: Mapping[str, bytes]) -> AssetLinks:
    """Their addresses, from the landing page."""
    # What a browser keeps of an earlier version would not fit a page of this one.
    sheet, script = (
        f"static/{name}?v={hashlib.blake2b(made[name], digest_size=4).hexdigest()}" for name in (_SHEET, _SCRIPT)
    )
    return AssetLinks(sheet=sheet, script=script)
