"""Words as search has them: what the index holds of a text, and what a word of a query looks for (RTL.md R14)."""

import re
from dataclasses import dataclass

from feeds.text.fold import fold

# As FTS5's unicode61: letters and digits make words, all else parts them. The ranges only make it faster.
_BETWEEN = re.compile(r"[^ \u0621-\u063a\u0641-\u064aa-z0-9\w]")

# What Arabic writes onto the front of a word. Each pattern starts at the space before the word.
# ال, بال, كال and لل, each after و or ف too: three letters remain.
_AFTER_ARTICLE = re.compile(r" [وف]?(?:[بك]?ال|لل)([^ ]{3,})")
# و ف ب ك ل: four letters remain.
_AFTER_PARTICLE = re.compile(r" [وفبكل]([^ ]{4,})")
# لل is ل and the article, or ل and the word's own: لليبيا is ليبيا, للبن is لبن.
_AFTER_LAM = re.compile(r" [وف]?ل(ل[^ ]{2,})")
_BARE_ARTICLE = re.compile(r"ال(?=...)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """What a word of a query looks for: any of `folded` among folded words, any of `stripped` among stripped forms.

    What holds several words is a phrase. Both are empty where there is nothing to look for.
    """

    folded: tuple[str, ...]
    stripped: tuple[str, ...]


def words(text: str) -> list[str]:
    """The folded words of a text, as the index parts them."""
    return _words_apart(text).split()


def index_words(text: str) -> tuple[str, str]:
    """What the index holds of a text: its folded words, and their stripped forms, each once; spaces part both.

    The same text gives the same two, so that they can be taken out of the index again.
    """
    folded = _words_apart(text)
    forms = [found for rule in (_AFTER_ARTICLE, _AFTER_PARTICLE, _AFTER_LAM) for found in rule.findall(folded)]
    return folded[1:], " ".join(dict.fromkeys(forms))


def query_forms(word: str) -> Forms:
    """What a word of a query looks for: itself, and itself without its article where three letters remain.

    Both stand among the folded words too: الحكومة finds حكومة. A word that holds several (كوفيد-19) is looked
    for as the phrase that the text has in its place, among the folded words alone.
    """
    parts = words(word)
    if len(parts) != 1:
        return Forms(folded=tuple([" ".join(parts)] if parts else []), stripped=())
    forms = tuple(dict.fromkeys((parts[0], without_article(parts[0]))))
    return Forms(folded=forms, stripped=forms)


def without_article(word: str) -> str:
    """A folded word without its article ال, where three letters remain; else the word."""
    article = _BARE_ARTICLE.match(word)
    return word[article.end() :] if article else word


def _words_apart(text: str) -> str:
    """The folded words with spaces between them, and one in front."""
    return " " + _BETWEEN.sub(" ", fold(text).replace("_", " "))
