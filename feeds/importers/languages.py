"""Which language an article is in, where its source says one."""

from feeds.configured import language_tag
from feeds.text.bidi import rtl_dominant

_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he ku ps sd ug ur yi".split())


def language_of(said: str | None, title: str) -> str | None:
    """The tag that is said where it is another than Arabic, and may be right: many sites say en-US and write Arabic."""
    tag = language_tag(str(said or "").strip().replace("_", "-"))
    primary = (tag or "ar").partition("-")[0]
    if primary == "ar" or (primary not in _RIGHT_TO_LEFT and rtl_dominant(title)):
        return None
    return tag
