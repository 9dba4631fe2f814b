"""Which drafts of an import come in, by their time and their number."""

from datetime import datetime, timedelta

from feeds.intake.draft import Draft
from feeds.model import Rejection

# An embargo of more than this is a typing error, most often in the year.
LONGEST_EMBARGO = timedelta(days=30)


class Admission:
    """Looks at the drafts of one import in their order.

    Left out are those published before `since`; with the `limit`th that comes in it is over; refused is what is
    published more than `embargo` ahead of now. None of the three: no such bound.
    """

    def __init__(self, *, since: datetime | None, limit: int | None, embargo: timedelta | None) -> None:
        self._since = since
        self._left = limit
        self._embargo = embargo

    @property
    def over(self) -> bool:
        """Whether nothing more comes in."""
        return self._left == 0

    def look(self, draft: Draft, now: datetime) -> Draft | Rejection | None:
        """The draft if it comes in, why it is refused, or None where it is left out. Not when it is over."""
        published = draft.article.published
        if self._since is not None and published < self._since:
            return None
        if self._embargo is not None and published - now > self._embargo:
            days = (published - now).days
            when = published.isoformat(timespec="minutes")
            reason = f"date_published is {when}, {days} days ahead; mend it or, if that is meant, give --embargo-ok"
            return Rejection(place=draft.place, reason=reason)
        if self._left is not None:
            self._left -= 1
        return draft
