"""What comes in of an import: by its time, by its number; and what comes without an id or a date."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from feeds.intake.admission import LONGEST_EMBARGO
from feeds.model import Place, Record
from tests.intake.conftest import Door
from tests.intake.drafts import NOW, item
from tests.newsroom import SITE
from tests.store.articles import versions

pytestmark = pytest.mark.anyio


def dated(id: str, days: float) -> dict[str, Any]:
    return item(id=id, date_published=(NOW + timedelta(days=days)).isoformat())


def bare(position: str = "1", *, days: float = 0, **more: Any) -> Record:
    """A record as a copy of a page makes it: no id, and the time of its file."""
    raw = item(id=..., date_published=(NOW + timedelta(days=days)).isoformat(), **more)
    return Record(place=Place(source="copies", position=position), item=raw, unnamed=True, undated=True)


async def test_an_embargo_is_taken_and_a_date_in_the_far_future_refused(door: Door) -> None:
    given = (dated("a", 29), dated("b", 31), dated("c", -9999))
    assert await door.take(*given, embargo=LONGEST_EMBARGO) == "2/0/0/1"
    assert door.rejected == [
        "in:2: date_published is 2026-12-24T12:00+00:00, 31 days ahead; mend it or, if that is meant, give --embargo-ok"
    ]
    assert await door.guids() == {"a", "c"}
    assert await door.take(*given) == "1/0/2/0"


async def test_what_was_published_before_is_left_out(door: Door) -> None:
    assert await door.take(dated("a", -3), dated("b", -1), dated("c", -2), since=NOW - timedelta(days=2)) == "2/0/0/0"
    assert door.tally.left_out == 1
    assert await door.guids() == {"b", "c"}


async def test_a_limit_holds_over_all_sources_of_an_intake(door: Door) -> None:
    assert await door.take(dated("a", -3), item(id=""), dated("b", -1), dated("c", -2), limit=3) == "3/0/0/1"
    assert await door.take(dated("d", -3), limit=3) == "0/0/0/0"
    assert (await door.guids(), door.tally.left_out) == ({"a", "b", "c"}, 0)


async def test_what_each_record_changed_is_told(door: Door) -> None:
    await door.take(item(id="1"), item(id="2"))
    assert [change.outcome for change in door.changes] == ["new", "new"]
    await door.take(item(id="1", title="آخر"), item(id="2"), dry_run=True)
    (change,) = door.changes
    assert (change.outcome, change.article.title, str(change.draft.place)) == ("updated", "آخر", "in:1")


async def test_an_id_is_made_of_site_section_and_folded_title(door: Door) -> None:
    """DESIGN section 4: the UUIDv5 in the URL namespace of the three, a line each."""
    assert await door.take(bare(title="أخبارٌ  اليوم", sections=["العالم"])) == "1/0/0/0"
    made = uuid.uuid5(uuid.NAMESPACE_URL, f"{SITE}\nworld\nاخبار اليوم")
    assert await door.guids("world") == {f"urn:uuid:{made}"}


async def test_what_came_without_id_and_date_stays_as_it_was_first(door: Door) -> None:
    """Another spelling is the same article; a file's time moves with each copy of it, the article's does not."""
    await door.take(bare(title="أخبار اليوم"))
    before = await versions(door.store)
    assert await door.take(bare(title="أخبار اليوم", days=5)) == "0/0/1/0"
    assert await versions(door.store) == before
    assert await door.take(bare(title="اخبار اليوم", days=6)) == "0/1/0/0"
    (guid,) = await door.guids()
    assert (await door.article(guid)).published == NOW


async def test_the_same_title_twice_in_a_section_is_refused_with_the_first_place(door: Door) -> None:
    assert await door.take(bare("a.txt"), bare("b.txt"), bare("c.txt", sections=["sports"])) == "2/0/0/1"
    assert door.rejected == [
        "copies:b.txt: title and section are those of copies:a.txt; give the article once, or another title"
    ]


async def test_without_a_section_no_id_can_be_made(door: Door) -> None:
    assert await door.take(bare(sections=...), bare("2", sections=["!!"])) == "0/0/0/2"
    assert door.rejected[0] == 'copies:1: sections is missing; give a list such as ["world"], or --section'
    assert await door.take(bare(sections=...), section="world") == "1/0/0/0"


async def test_relative_addresses_are_resolved_where_they_stood(door: Door) -> None:
    raw = item(content_html='<p><a href="b">x</a></p>', url="https://other.example/1/")
    assert await door.take(Record(place=Place(source="in"), item=raw, base="https://here.example/a/")) == "1/0/0/0"
    assert 'href="https://here.example/a/b"' in (await door.article()).content_html
