"""What a draft does to the store: decided by what is known of it there."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from feeds.errors import BadRecord, NotAllowed
from feeds.intake.draft import Draft, digest
from feeds.intake.placing import Placing
from feeds.interchange import shown
from feeds.model import Article, Rejection
from feeds.store.contract import Known

Outcome = Literal["new", "updated", "unchanged"]

# The least that feeds can tell apart.
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a record did to the store: the article is new, updated, or as it was. `digest` is the article's."""

    outcome: Outcome
    draft: Draft
    article: Article
    digest: bytes


def decide(known: Known | None, article: Article, mark: bytes, now: datetime) -> tuple[Outcome, Article]:
    """What a record does to what is stored, and the article to keep.

    The modification moves only when what a reader sees changes or is marked as an important correction, and then
    always forward.
    """
    if known is None:
        return "new", article
    if known.withdrawn:
        # RFC 6721 §3: a reader drops the tombstone only for an entry that was updated after it.
        later = max(article.modified, now, known.withdrawn + _SECOND).astimezone(article.modified.tzinfo)
        return "updated", replace(article, modified=later)
    if known.pruned and article.listed_at < known.pruned:
        # Dropped for its age, as it would be again.
        return "unchanged", article
    same = known.digest == mark and not known.pruned
    if same and set(known.sections) == set(article.sections) and known.correction == article.correction:
        return "unchanged", article
    # A correction is shown again, by its modification.
    if same and not (article.correction and not known.correction):
        return "updated", replace(article, modified=known.modified)
    later = article.modified
    if later <= known.modified:
        later = max(now, known.modified + _SECOND).astimezone(later.tzinfo)
    return "updated", replace(article, modified=later)


def change_of(
    draft: Draft,
    before: Known | None,
    placing: Placing,
    *,
    added: str | None,
    only: frozenset[str] | None,
    restoring: bool,
    now: datetime,
) -> Change | Rejection:
    """What a draft does, or why it can't be taken; `added`, `only` and `restoring` as of door.Options."""
    try:
        article = placing.place(draft, before, added, restoring=restoring)
        _may_stand(article, before, only)
    except BadRecord as fault:
        return Rejection(place=draft.place, reason=str(fault), forbidden=isinstance(fault, NotAllowed))
    mark = digest(article)
    outcome, article = decide(before, article, mark, now)
    return Change(outcome=outcome, draft=draft, article=article, digest=mark)


def _may_stand(article: Article, before: Known | None, only: frozenset[str] | None) -> None:
    """Raises NotAllowed where an article stands, or stood, in a section that it may not."""
    if only is None:
        return
    others = {*article.sections, *(before.sections if before else ())} - only
    if others:
        mine = ", ".join(sorted(only))
        raise NotAllowed(f"sections hold {shown(min(others))}, which this token may not change; it may change {mine}")
