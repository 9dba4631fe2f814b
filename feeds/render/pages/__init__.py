"""HTML pages: what a browser shows of the desk, of a selection, an article, an error, and what they load."""

from pathlib import Path

from feeds.render.pages.assets import ASSETS, assets
from feeds.render.pages.making import (
    FRONT,
    about_page,
    article_page,
    error_page,
    landing_page,
    selection_page,
)
from feeds.render.pages.trial import read_again

STATIC = Path(__file__).parents[1] / "static"

__all__ = [
    "ASSETS",
    "FRONT",
    "STATIC",
    "about_page",
    "article_page",
    "assets",
    "error_page",
    "landing_page",
    "read_again",
    "selection_page",
]
