"""The query of an address: what of it means something, and what is allowed there."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import parse_qsl

from feeds.errors import BadParameter
from feeds.text.clean import clean_text

MAX_LIMIT = 100
# A search that is longer is nobody's.
MAX_QUERY = 200
# The redirects keep these, and only these; a feed's own address has them in this order.
KEPT = ("q", "limit", "content")
_WORDPRESS = ("feed", "cat")
# Sections to show together, of a form on the landing page; alone in that it may come several times.
SECTION = "section"


def parameters_of(query: str) -> dict[str, str]:
    """The first value of each parameter that means something here; of `section` all, with plus signs between them."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        if name in (*KEPT, *_WORDPRESS):
            found.setdefault(name, value)
        elif name == SECTION:
            found[name] = f"{found[name]}+{value}" if name in found else value
    return found


def search_of(parameters: Mapping[str, str]) -> str:
    """What a search asks for, cleaned. Raises BadParameter."""
    asked = clean_text(parameters.get("q", ""))
    if len(asked) > MAX_QUERY:
        raise BadParameter(f"q has {len(asked)} characters; give {MAX_QUERY} at most")
    return asked


def limit_of(parameters: Mapping[str, str]) -> int | None:
    """How many entries are asked for, if that is said. Raises BadParameter."""
    text = parameters.get("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MAX_LIMIT):
        raise BadParameter(f"limit must be a whole number from 1 to {MAX_LIMIT}")
    return int(text)


def content_of(parameters: Mapping[str, str]) -> Literal["full", "summary"] | None:
    """How much of each article is asked for, if that is said. Raises BadParameter."""
    text = parameters.get("content")
    if text is None:
        return None
    if text == "full":
        return "full"
    if text == "summary":
        return "summary"
    raise BadParameter('content must be "full" or "summary"')
