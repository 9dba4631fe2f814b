"""Summaries of articles that came without one."""

import re
from collections.abc import Iterator

import regex

_CLUSTER = regex.compile(r"\X")
# A full stop within a number, an address or an abbreviation has no space after it. Direction marks may stand
# between: they belong to the space.
_SENTENCE_END = re.compile(r"(?<![.!?؟۔…])[.!?؟۔…]++[\"'”’»›)\]﴾]*+(?=[\u200e\u200f\u061c]*\s)")
# One letter or two, with their marks, are an abbreviation: د. for doctor, أ. ف. ب. for a news agency.
_SHORT = 24
_SHORT_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}'’])(?:\p{L}\p{M}*){1,2}\Z")

# What leads on to the words that are cut off; with the Latin cousins of the Arabic signs.
_TRAILING = frozenset(" ،؛:-–—,;ـ«“([﴿")
_CLOSERS = {"«": "»", "“": "”", "(": ")", "[": "]", "﴿": "﴾"}
_BRACKET = regex.compile(rf"[{regex.escape(''.join((*_CLOSERS, *_CLOSERS.values())), special_only=False)}]")

_ELLIPSIS = "…"


def summarize(text: str, limit: int = 280) -> str:
    """The text itself where it fits, else as much of its beginning as reads well within `limit` characters.

    It ends after the last sentence that ends within the last 40% of the limit; else after a word, with an
    ellipsis. Quotes and brackets left open are closed. White space is one space. Characters are counted as
    code points, and no grapheme cluster (UAX #29) is ever cut.
    """
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return _whole_sentences(text, limit) or _whole_words(text, limit) or _ELLIPSIS[: max(limit, 0)]


def _whole_sentences(text: str, limit: int) -> str:
    """The sentences that fit, or '' where none ends in the last 40%."""
    # One more than may stay: the space after the last sentence.
    for found in reversed(list(_SENTENCE_END.finditer(text, 0, limit + 1))):
        start = found.start()
        if found.end() * 5 <= limit * 3:
            break
        # Two letters with all their marks are no longer than that; a search from the beginning is slow.
        if _SHORT_WORD.search(text, max(0, start - _SHORT), start):
            continue
        whole = text[: found.end()] + _closers(text[: found.end()])
        if len(whole) <= limit:
            return whole
    return ""


def _whole_words(text: str, limit: int) -> str:
    """The words that fit, or as much of the only one as fits, with an ellipsis; '' where nothing does."""
    clusters = list(_clusters(text, limit))
    spaces = [place for place, cluster in enumerate(clusters) if cluster[0] == " "]
    # Clusters second: a text may have no space, or none but after signs that go.
    for place in (*reversed(spaces), *range(len(clusters), 0, -1)):
        end = place
        # Cluster by cluster: a sign that is one with what stands beside it is no mere sign.
        while end and clusters[end - 1] in _TRAILING:
            end -= 1
        head = "".join(clusters[:end])
        whole = head + ("" if head.endswith(("…", "...")) else _ELLIPSIS) + _closers(head)
        if head and len(whole) <= limit:
            return whole
    return ""


def _clusters(text: str, limit: int) -> Iterator[str]:
    """The grapheme clusters that begin within the limit, of a text that goes on after it."""
    for found in _CLUSTER.finditer(text):
        if found.start() >= limit:
            return
        yield found[0]


def _closers(head: str) -> str:
    """What closes the quotes and brackets that the text opens and does not close."""
    missing: list[str] = []
    for character in _BRACKET.findall(head):
        if character in _CLOSERS:
            missing.append(_CLOSERS[character])
        elif character in missing:
            # Those opened within it and never closed are closed by it.
            while missing.pop() != character:
                pass
    return "".join(reversed(missing))
