"""The style sheet and the script: what pages load, each under an address that changes with its bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment

from feeds.render.pages.colours import accent
from feeds.render.pages.environment import environment, translated
from feeds.settings import Settings

ASSETS = SHEET, SCRIPT = "page.css", "page.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLinks:
    """Where a page loads them from."""

    sheet: str
    script: str


def assets(settings: Settings) -> Mapping[str, bytes]:
    """The files below /static/ that are made of templates, by name: a newsroom may have its own."""
    with translated("page.css, page.js", settings):
        return _assets(environment(settings), settings.site.accent)


@lru_cache(maxsize=8)
def _assets(templates: Environment, colour: str) -> Mapping[str, bytes]:
    sheet = templates.get_template(SHEET).render(accent=accent(colour))
    assert templates.loader
    # As it stands: a script is full of braces.
    script, _, _ = templates.loader.get_source(templates, SCRIPT)
    return {SHEET: sheet.encode("utf-8"), SCRIPT: script.encode("utf-8")}


def asset_links(settings: Settings, root: str) -> AssetLinks:
    """Their addresses on a page from which `root` leads to the landing page."""
    # What a browser keeps of an earlier version would not fit a page of this one.
    versions = {name: hashlib.blake2b(body, digest_size=4).hexdigest() for name, body in assets(settings).items()}
    return AssetLinks(
        sheet=f"{root}static/{SHEET}?v={versions[SHEET]}", script=f"{root}static/{SCRIPT}?v={versions[SCRIPT]}"
    )
