"""HTML pages: what a browser shows of the desk, of a selection, an article, an error, and what they load."""

from pathlib import Path

from feeds.render.pages.assets import ASSETS
from feeds.render.pages.making import FRONT, Pages
from feeds.render.pages.trial import try_out

STATIC = Path(__file__).parents[1] / "static"
# All that there is below /static/, by its name there: no address of them has capitals, nor what is to be quoted.
STATIC_FILES = frozenset(
    (*ASSETS, *(file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*") if file.is_file()))
)

__all__ = ["ASSETS", "FRONT", "STATIC", "STATIC_FILES", "Pages", "try_out"]
