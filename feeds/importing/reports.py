"""What an import says of what it did, or would do."""

from collections.abc import Iterator

from feeds.intake.deciding import Change
from feeds.intake.door import Tally
from feeds.interchange import shown

# A date before this is seldom an article's: programs that have none write 1970, and typing errors 1026.
_EARLIEST = 1990


class Report:
    """Counts, and puts into words. A `trial` tells of each article what would be; a `check` tells nothing of those
    that are right."""

    def __init__(self, *, trial: bool = False, check: bool = False) -> None:
        self.tally = Tally()
        self._trial = trial
        self._check = check
        self._undated = 0

    def of_change(self, change: Change) -> Iterator[str]:
        """What is to be said of an article that is new or changed."""
        article, place = change.article, change.draft.place
        self._undated += change.draft.undated and change.outcome == "new"
        if self._check:
            return
        if article.published.year < _EARLIEST:
            when = article.published.isoformat(timespec="minutes")
            yield f"{place}: date_published is {when}, before {_EARLIEST}; it was taken, check it"

    def of_trial(self, change: Change) -> Iterator[str]:
        """What a dry run says of an article: what would become of it, and what was understood."""
        if self._trial:
            article = change.article
            where = ", ".join(article.sections)
            when = article.published.isoformat(timespec="minutes")
            title = shown(article.title or article.summary or article.excerpt)
            yield f"{change.draft.place}: would be {change.outcome}: {title} in {where}, {when}"
            yield from (f"    {line}" for line in change.draft.understood)

    def remarks(self) -> Iterator[str]:
        """What is to be said of a source at its end."""
        if self._undated and not self._check:
            yield f"without a date: {self._undated}; each has that of its file, and keeps it"
        self._undated = 0

    def made(self) -> Iterator[str]:
        """What is to be said of the sections that were made: one may be a typing error."""
        for section in self.tally.made.values():
            yield f"{'would make' if self._trial else 'made'} section {section.slug} ({section.title})"

    def summary(self) -> str:
        """What became of all records, in one line."""
        would = "would be " if self._trial else ""
        tally = self.tally
        counts = [f"{would}new {tally.new}", f"{would}updated {tally.updated}", f"unchanged {tally.unchanged}"]
        counts.append(f"rejected {tally.rejected}")
        if tally.left_out:
            counts.append(f"left out {tally.left_out}")
        return ", ".join(counts)
