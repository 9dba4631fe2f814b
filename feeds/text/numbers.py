"""Numbers of our own in plain text that runs right to left (RTL.md R9)."""

import re

_LRM = "\u200e"
_DIGITS = r"[0-9٠-٩]"
# -2.5, −1,234, +218 21 444 5555, 2026-11-23, 2026-11-23T14:30:00+02:00.
_TURNED = re.compile(
    rf"[-−]{_DIGITS}[0-9٠-٩.,٫٬]*"
    rf"|\+{_DIGITS}(?:[ ()/-]{{0,2}}{_DIGITS}){{5,14}}"
    rf"|{_DIGITS}{{4}}-{_DIGITS}{{2}}-{_DIGITS}{{2}}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?"
)


def in_plain_text(number: str) -> str:
    """A negative number, a phone number or an ISO date with U+200E in front; all else as it is.

    Without it the sign would stand behind the number, and the parts of a phone number or a date in the order of
    words. Percentages, ranges and what editors write stay as they are. HTML has `<span dir="ltr">` for it.

    Nothing that feeds and pages say of their own is such a number at present: counts are positive, dates are in words.
    Whoever comes to write one into a plain text (a title, a description, an attribute) writes it so.
    """
    return _LRM + number if _TURNED.fullmatch(number) else number
