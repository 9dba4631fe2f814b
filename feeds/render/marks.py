"""Direction marks as they come into a feed: RTL.md R1, R4."""

from feeds.text.bidi import TitleDirection, feed_text, starts_left


def marked(text: str, mode: TitleDirection) -> str:
    """A clean string as a plain-text field holds it."""
    # The first letter says of most strings that they need no mark; `feed_text` reads all of their words first.
    if mode == "mark" and not starts_left(text):
        return text
    return feed_text(text, mode)
