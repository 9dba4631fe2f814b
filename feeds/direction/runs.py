"""Numbers that run left to right in any text, and come apart where they are not isolated (RTL.md R9).

In a line that runs right to left, the minus of -5 stands behind the number, the groups of a telephone number in
reverse, and 2026-11-23 after an Arabic letter as 23-11-2026 (UAX #9, W2: the numbers become Arabic ones, which
W4 does not join). Percentages, ranges, scores, and Arabic-Indic digits read as they are written.
"""

import re

# Class EN: ASCII's, and Persian's. To the left of Arabic-Indic ones (AN) Arabic writes no minus.
_D = "[0-9۰-۹]"
# Not the second half of a range, of a word like COVID-19, of a date; not where the editor has put an LRM.
_ALONE = r"(?<![\w.,:/+\-−–%٪\u200e])(?<!\d[ \xa0])"
# Arabic writes its conjunctions onto what follows: a letter of its own before a date or a telephone number is
# no part of it. Before a minus it is: the Arabic for COVID-19 has one there too.
_OWN = r"(?<![A-Za-z\d.,:/+\-−–%٪\u200e])"
_MONEY = "[$€£₪]?"
_NEGATIVE = (
    rf"{_ALONE}[-−]{_MONEY}{_D}++(?:[.,٫٬]{_D}++)*+"
    rf"(?:°[CF]?(?![A-Za-z])|{_MONEY}(?![A-Za-z\d%٪‰:/–−-]|[.,٫٬]\d|[ \xa0][%٪]))"
)
# ITU-T E.164: eight to fifteen digits with their country; without it, those that are written in groups.
_INTERNATIONAL = rf"{_OWN}(?:\+|00)[1-9](?:[ \xa0().-]{{0,2}}[0-9]){{7,14}}+(?![\w%])"
_NATIONAL = (
    rf"{_OWN}(?<!\d[ \xa0])0[1-9][0-9]{{0,2}}[ \xa0-][0-9]{{3,4}}(?:[ \xa0-]?[0-9]{{2,4}}){{1,2}}+"
    r"(?![\w%]|[./:,-]\d| \d)"
)
# ISO 8601, a day with or without a time of day.
_TIME = r"T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
_DATE = rf"{_OWN}\d{{4}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:{_TIME})?(?![\w-])"

# One look at most characters, instead of four.
_RUN = re.compile(rf"(?=[-−+\d])(?:{_INTERNATIONAL}|{_DATE}|{_NATIONAL}|{_NEGATIVE})")
# Most texts hold nothing that looks like one, and most of those no sign of it.
_SIGNS = "-−+0"
_PERHAPS = re.compile("[-−+0][$€£₪0-9۰-۹]")


def runs(text: str) -> list[tuple[int, int]]:
    """Where in a text each such number begins and ends."""
    if not any(sign in text for sign in _SIGNS) or _PERHAPS.search(text) is None:
        return []
    return [found.span() for found in _RUN.finditer(text)]
