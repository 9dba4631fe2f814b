"""What a record does to what is stored, as a pure function."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.deciding import decide
from feeds.intake.draft import digest
from feeds.model import Article
from feeds.store.contract import Known
from tests.store.articles import NOW, article

moments = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — as asked for
sections = st.lists(st.sampled_from(["world", "sports", "ثقافة"]), min_size=1, unique=True).map(tuple)
articles = st.builds(
    lambda published, later, **rest: article(at=published, modified=published + later, **rest),
    moments,
    st.timedeltas(timedelta(), timedelta(days=400)),
    title=st.sampled_from(["أ", "ب"]),
    sections=sections,
    correction=st.booleans(),
)


def known(stored: Article, withdrawn: datetime | None = None) -> Known:
    return Known(
        digest=digest(stored),
        sections=stored.sections,
        published=stored.published,
        modified=stored.modified,
        correction=stored.correction,
        withdrawn=withdrawn,
    )


def after(stored: Article | None, given: Article, now: datetime = NOW) -> tuple[str, Article]:
    return decide(known(stored) if stored else None, given, digest(given), now)


@given(articles, moments)
def test_what_is_not_known_is_new_as_it_came(given: Article, now: datetime) -> None:
    assert after(None, given, now) == ("new", given)


@given(articles, articles, moments)
def test_it_is_unchanged_where_nothing_changed_that_anybody_sees(
    stored: Article, given: Article, now: datetime
) -> None:
    outcome, _ = after(stored, given, now)
    same = digest(stored) == digest(given)
    as_it_was = set(stored.sections) == set(given.sections) and stored.correction == given.correction
    assert (outcome == "unchanged") == (same and as_it_was)
    assert outcome != "new"


@given(articles, articles, moments)
def test_the_modification_moves_only_when_what_a_reader_sees_changes_and_then_always_forward(
    stored: Article, given: Article, now: datetime
) -> None:
    outcome, kept = after(stored, given, now)
    if digest(stored) == digest(given) and stored.correction >= given.correction:
        assert outcome == "unchanged" or kept.modified == stored.modified
    else:
        assert kept.modified > stored.modified
        # What the record says stands where it is later, and nothing is made up where it does.
        assert kept.modified == given.modified or given.modified <= stored.modified
        assert kept.modified in (given.modified, now, stored.modified + timedelta(seconds=1))


@given(articles, articles, moments)
def test_nothing_but_the_modification_is_decided(stored: Article, given: Article, now: datetime) -> None:
    _, kept = after(stored, given, now)
    assert replace(kept, modified=given.modified) == given


@given(articles, articles, moments)
def test_what_was_kept_is_unchanged_the_next_time(stored: Article, given: Article, now: datetime) -> None:
    """So an import can be run again at any time."""
    _, kept = after(stored, given, now)
    assert after(kept, given, now)[0] == "unchanged"


def test_a_modification_that_is_made_up_has_the_offset_of_the_record() -> None:
    there: dict[str, Any] = {"at": datetime.fromisoformat("2026-11-23T10:00:00+02:00")}
    _, kept = after(article(**there), article(title="آخر", **there))
    assert kept.modified.isoformat() == "2026-11-23T14:00:00+02:00"
