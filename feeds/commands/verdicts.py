"""What a partner would say of each article, as a table for people and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from feeds.addresses import PartnerAddress
from feeds.interchange import shown
from feeds.render.partners import Judged, Objection
from feeds.text.plural import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of an article of a section in a partner's feed, or of the feed as a whole (without a guid)."""

    profile: str
    section: str
    guid: str | None
    title: str
    verdict: Literal["taken", "advice", "rejected"]
    objections: tuple[Objection, ...]


def of_partner(address: PartnerAddress, articles: Sequence[Judged], of_all: Sequence[Objection]) -> Iterator[Verdict]:
    """The verdicts of a section: its feed's first, then each article's, the latest first."""
    if of_all:
        yield _verdict(address, None, "the feed as a whole", of_all)
    for each in articles:
        yield _verdict(address, each.entry.guid, each.entry.title, each.objections)


def _verdict(address: PartnerAddress, guid: str | None, title: str, objections: Sequence[Objection]) -> Verdict:
    levels = {objection.level for objection in objections}
    return Verdict(
        profile=address.profile,
        section=address.section,
        guid=guid,
        title=title,
        verdict="rejected" if "rejected" in levels else "advice" if levels else "taken",
        objections=tuple(objections),
    )


def said(verdicts: Sequence[Verdict], *, as_json: bool) -> Iterator[str]:
    """The verdicts, a line each: JSON objects, or a table with a line for each objection."""
    if as_json:
        yield from (json.dumps(asdict(verdict), ensure_ascii=False) for verdict in verdicts)
        return
    rows = [("section", "verdict", "field", "why", "article")]
    for verdict in verdicts:
        # Titles last: letters of two directions in a line keep columns only so.
        title = shown(verdict.title)
        if not verdict.objections:
            rows.append((verdict.section, "taken", "-", "-", title))
        for objection in verdict.objections:
            why = f"{objection.what}; {objection.right}"
            rows.append((verdict.section, objection.level, objection.field, why, title))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        yield "  ".join((*(f"{text:<{width}}" for text, width in zip(row[:4], widths, strict=True)), row[4]))


def summary(profile: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """How many articles become what, and where it stands that it is so."""
    articles = [verdict.verdict for verdict in verdicts if verdict.guid is not None]
    counts = (articles.count("taken"), articles.count("advice"), articles.count("rejected"))
    whole = plural(len(articles), "article")
    yield f"{profile}: {whole}, {counts[0]} taken, {counts[1]} with advice, {counts[2]} rejected"
    sources = dict.fromkeys(objection.source for verdict in verdicts for objection in verdict.objections)
    yield from (f"see {source}" for source in sources)
