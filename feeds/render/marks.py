"""Direction marks as they come into a feed, or not at all: RTL.md R1, R4."""

import re

from feeds.text.bidi import TitleDirection, feed_text, starts_left

# Marks, embeddings, overrides and isolates.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def unmarked(text: str) -> str:
    """A text without any character that does nothing but set a direction: for machines that compare and count."""
    return _DIRECTIONS.sub("", text)


def marked(text: str, mode: TitleDirection) -> str:
    """A clean string as a plain-text field holds it."""
    # The first letter says of most strings that they need no mark; `feed_text` reads all of their words first.
    if mode == "mark" and not starts_left(text):
        return text
    return feed_text(text, mode)
