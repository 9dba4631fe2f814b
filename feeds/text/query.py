"""What a search asks for -> what the full-text index is asked (SQLite's FTS5), pure."""

import re

from feeds.text.words import query_forms, words

# A phrase in any of the quotation marks that are typed, or a word; a hyphen in front excludes it.
_TERM = re.compile(r"""(?P<without>-?)(?:["“”„«](?P<phrase>[^"“”„«»]*)["“”„»]|(?P<word>[^\s"“”„«»]+))""")
_QUOTES = re.compile('["“”„«»]')
# More words than these find nothing that fewer would not.
_MAX_TERMS = 16


def match_of(query: str) -> str:
    """The expression that finds what a query asks for: every word, every "phrase", and no -word.

    What makes no sense as such (a quotation mark alone, exclusions alone) is taken as plain words. Empty where
    there is no word to look for.
    """
    terms = [_term(found) for found in _TERM.finditer(query)]
    wanted = [term for without, term in terms if term and not without]
    if len(_QUOTES.findall(query)) % 2 or not wanted:
        wanted, excluded = [_word(word) for word in words(query)], []
    else:
        excluded = [term for without, term in terms if term and without]
    if not wanted:
        return ""
    return " NOT ".join([f"({' AND '.join(wanted[:_MAX_TERMS])})", *excluded[:_MAX_TERMS]])


def _term(found: re.Match[str]) -> tuple[bool, str]:
    if found["word"] is not None:
        return bool(found["without"]), _word(found["word"])
    return bool(found["without"]), _column("folded", (" ".join(words(found["phrase"])),))


def _word(word: str) -> str:
    forms = query_forms(word)
    parts = [part for part in (_column("folded", forms.folded), _column("stripped", forms.stripped)) if part]
    return f"({' OR '.join(parts)})" if parts else ""


def _column(name: str, forms: tuple[str, ...]) -> str:
    # Folded words hold letters and digits alone, so nothing in the quotation marks ends them.
    quoted = [f'"{form}"' for form in forms if form]
    return f"{name} : ({' OR '.join(quoted)})" if quoted else ""
