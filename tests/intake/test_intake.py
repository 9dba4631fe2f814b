"""One door in: what is new is kept, what changed is updated, what is unchanged stays untouched."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.errors import BadParameter
from feeds.intake.door import restore, withdraw
from feeds.model import Place, Rejection
from feeds.store.contract import Store
from feeds.text.guid import article_key
from tests.intake.conftest import Door
from tests.intake.drafts import NOW, item
from tests.store.articles import raised, versions

pytestmark = pytest.mark.anyio


async def test_what_is_new_is_kept(door: Door) -> None:
    assert await door.take(item(id="1"), item(id=2)) == "2/0/0/0"
    assert await door.guids("world") == {"1", "2"}
    assert (await door.article()).title == "خبر"


async def test_nothing_is_taken_from_nothing(door: Door) -> None:
    before = await versions(door.store)
    assert await door.take() == "0/0/0/0"
    assert await versions(door.store) == before


def log(path: Path) -> bytes:
    """Every write since the store was opened. (To read the store's file itself would drop SQLite's locks.)"""
    written = Path(f"{path}-wal").read_bytes()
    assert written
    return written


async def test_what_is_unchanged_causes_no_write_and_no_version_moves(door: Door) -> None:
    items = [item(id=str(number), sections=["world", "جديد"]) for number in range(5)]
    assert await door.take(*items) == "5/0/0/0"
    before, states = log(door.settings.store_path), await door.store.states()
    door.clock.go(hours=1)
    assert await door.take(*items) == "0/0/5/0"
    assert (
        await door.take(item(id="1", sections=["جديد", "دولي"], date_modified="2026-11-23T13:00:00+02:00")) == "0/0/1/0"
    )
    assert log(door.settings.store_path) == before
    assert await door.store.states() == states


async def test_another_process_sees_no_change_where_there_is_none(door: Door, open_door: Any) -> None:
    await door.take(item())
    other: Store = (await open_door()).store
    await other.changed()
    await door.take(item())
    assert not await other.changed()
    await door.take(item(title="آخر"))
    assert await other.changed()


async def test_what_changed_is_updated_and_only_its_sections_move(door: Door) -> None:
    await door.take(item(id="1"), item(id="2", sections=["sports"]))
    before = await versions(door.store)
    assert await door.take(item(id="1", title="آخر"), item(id="2", sections=["sports"])) == "0/1/1/0"
    assert await raised(door.store, before) == {"", "world"}
    assert (await door.article()).title == "آخر"


async def test_the_modification_moves_only_when_what_a_reader_sees_changes(door: Door) -> None:
    await door.take(item())
    first = (await door.article()).modified
    door.clock.go(hours=1)
    for same in (
        item(sections=["sports"]),
        item(date_modified="2026-11-23T14:40:00+02:00"),
    ):
        await door.take(same)
        assert (await door.article()).modified == first
    await door.take(item(title="آخر"))
    assert (await door.article()).modified == NOW + timedelta(hours=1)
    await door.take(item(title="ثالث", date_modified="2026-11-23T15:00:00+02:00"))
    assert (await door.article()).modified == NOW + timedelta(hours=1, seconds=1)
    door.clock.go(hours=9)
    await door.take(item(title="رابع", date_modified="2026-11-23T17:00:00+02:00"))
    assert (await door.article()).modified == NOW + timedelta(hours=3)


async def test_what_is_marked_as_a_correction_is_shown_again(door: Door) -> None:
    """At the time that the record gives or, where it gives none, at its taking; once."""
    for guid, given, expected in (
        ("a", {}, NOW + timedelta(hours=1)),
        ("b", {"date_modified": "2026-11-23T14:40:00+02:00"}, NOW + timedelta(minutes=40)),
    ):
        door.clock.now = NOW
        await door.take(item(id=guid))
        for _ in range(2):
            door.clock.go(hours=1)
            await door.take(item(id=guid, _feeds={"correction": True}, **given))
            corrected = await door.article(guid)
            assert corrected.modified == corrected.listed_at == expected


async def test_the_modification_moves_forward_also_under_embargo_and_where_the_clock_was_set_back(door: Door) -> None:
    embargo = "2026-12-01T00:00:00+02:00"
    await door.take(item(date_published=embargo))
    before = await door.article()
    await door.take(item(date_published=embargo, title="آخر"))
    assert (await door.article()).modified == before.published + timedelta(seconds=1)
    door.clock.go(days=-30)
    await door.take(item(date_published=embargo, title="ثالث"))
    assert (await door.article()).modified == before.published + timedelta(seconds=2)


async def test_a_record_that_names_its_sections_replaces_the_articles(door: Door) -> None:
    await door.take(item(sections=["world", "sports"]))
    before = await versions(door.store)
    assert await door.take(item(sections=["ثقافة"])) == "0/1/0/0"
    assert (await door.article()).sections == ("ثقافة",)
    assert await raised(door.store, before) == {"", "world", "sports", "ثقافة"}
    assert (await door.guids("world"), await door.guids("ثقافة")) == (set(), {"1"})


async def test_a_record_that_names_none_keeps_the_articles(door: Door) -> None:
    await door.take(item(sections=["world", "sports"]))
    assert await door.take(item(sections=...), item(id="2", sections=...), item(id="3", sections=[])) == "0/0/1/2"
    assert door.rejected == [
        'in:2: sections is missing; give a list such as ["world"], or --section',
        'in:3: sections is empty; name one at least, such as ["world"], or --section',
    ]
    assert await door.take(item(sections=[], title="آخر")) == "0/1/0/0"
    assert (await door.article()).sections == ("world", "sports")


async def test_the_option_adds_one_section(door: Door) -> None:
    assert await door.take(item(), item(id="2", sections=...), section="رياضه") == "2/0/0/0"
    assert (await door.article("1")).sections == ("world", "sports")
    assert (await door.article("2")).sections == ("sports",)
    assert await door.take(item(id="2", sections=...), section="World") == "0/1/0/0"
    assert (await door.article("2")).sections == ("sports", "world")


async def test_sections_are_known_by_any_name_and_counted_once(door: Door) -> None:
    await door.take(item(sections=["World", "دُوَلي", "العالم", "\u200fدولي", "رياضه"]))
    assert (await door.article()).sections == ("world", "sports")


async def test_an_unknown_section_is_made_once_whatever_its_spelling(door: Door) -> None:
    names = [["مدن وبلديات"], ["مُدن وبلديات", "tag"], ["مدن  وبلديّات"], ["مدن-وبلديات"]]
    assert await door.take(*(item(id=str(n), sections=name) for n, name in enumerate(names))) == "4/0/0/0"
    assert await door.titles() == {"مدن-وبلديات": "مدن وبلديات", "tag-2": "tag"}
    assert await door.guids("مدن-وبلديات") == {"0", "1", "2", "3"}
    await door.take(item(id="5", sections=["Tag"]))
    assert await door.guids("tag-2") == {"1", "5"}


async def test_a_configured_section_has_the_configurations_title(door: Door) -> None:
    await door.take(item(sections=["العالم"]))
    assert await door.titles() == {"world": "دولي"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("!!", 'sections holds "!!", which makes no slug; give Arabic or Latin letters'),
        ("\ud800", r'sections holds "\ud800", which makes no slug; give Arabic or Latin letters'),
        ("م" * 201, f'sections holds "{"م" * 79}…", which is 201 long; give 200 at most'),
    ],
)
async def test_a_record_with_a_section_that_can_not_be_makes_none(door: Door, name: str, reason: str) -> None:
    assert await door.take(item(), item(id="2", sections=["جديد", name])) == "1/0/0/1"
    assert door.rejected == [f"in:2: {reason}"]
    assert await door.titles() == {"world": "دولي"}


async def test_unknown_sections_are_refused_where_the_configuration_says_so(open_door: Any) -> None:
    door: Door = await open_door(FEEDS__UNKNOWN_SECTIONS="refuse")
    assert await door.take(item(sections=["دولي", "جديد"]), item(id="2")) == "1/0/0/1"
    assert door.rejected == ['in:1: sections holds "جديد", which is not configured; known are world, sports, ثقافة']
    with pytest.raises(BadParameter, match=r'^--section is "جديد", which is not configured; known are world'):
        await door.take(item(), section="جديد")


async def test_a_section_option_that_can_not_be_is_said_once(door: Door) -> None:
    with pytest.raises(BadParameter, match=r'^--section is "!!", which makes no slug; give Arabic or Latin letters$'):
        await door.take(item(), section="!!")


async def test_a_dry_run_counts_and_writes_nothing(door: Door) -> None:
    await door.take(item())
    states = await door.store.states()
    items = [item(), item(id="2", sections=["جديد"]), item(id="3", sections=["جديد"]), item(id="")]
    assert await door.take(*items, dry_run=True) == "2/0/1/1"
    assert (await door.store.states(), await door.guids()) == (states, {"1"})


async def test_bad_records_do_not_stop_the_rest_and_come_in_their_order(door: Door) -> None:
    items: list[Any] = [item(id=str(number)) for number in range(1000)]
    items[3] = item(id="")
    items[4] = item(id="4", sections=["!!"])
    items[5] = Rejection(place=Place(source="in", position="6"), reason="is not JSON")
    items[6] = item(id="6", date_published="yesterday")
    items[999] = item(id="999", sections=...)
    assert await door.take(*items) == "995/0/0/5"
    assert [each.split(":")[1] for each in door.rejected] == ["4", "5", "6", "7", "1000"]


@pytest.mark.parametrize("second", [1, 399, 400, 999])
async def test_an_id_that_stands_twice_is_reported_with_its_first_place(door: Door, second: int) -> None:
    items = [item(id=str(number)) for number in range(1000)]
    items[second] = item(id="0", title="آخر")
    assert await door.take(*items) == "999/0/0/1"
    assert door.rejected == [f'in:{second + 1}: id "0" stands at in:1 already; give it once']
    assert (await door.article("0")).title == "خبر"


async def test_an_id_counts_where_it_stands_right_first(door: Door) -> None:
    assert await door.take(item(date_published="?"), item(), item()) == "1/0/0/2"
    assert door.rejected[1].startswith('in:3: id "1" stands at in:2 already')


async def test_ids_that_only_look_alike_are_two(door: Door) -> None:
    ids = ["é", "e\u0301", "E", "e", "1", "1 ", "https://x.example/a", "https://x.example/%61"]
    assert await door.take(*(item(id=id) for id in ids)) == "8/0/0/0"
    assert await door.guids() == set(ids)


async def test_a_withdrawn_article_is_refused_until_it_is_restored(door: Door) -> None:
    await door.take(item())
    assert await withdraw(door.store, ["1", "2"], " خطأ\u202e في\x01 الاسم\ud800 ", NOW) == {"1": True, "2": False}
    assert await door.take(item(title="آخر")) == "0/0/0/1"
    assert door.rejected == ['in:1: id "1" was withdrawn; bring it back with `feeds restore`']
    found = await door.store.find(article_key("1"))
    assert getattr(found, "reason", None) == "خطأ في الاسم"
    assert await restore(door.store, ["1", "2"], NOW + timedelta(hours=1)) == {"1": True, "2": False}
    assert await door.take(item(title="آخر")) == "0/1/0/0"


@pytest.mark.parametrize("guid", ["\0", "\udcff", "\ufffe", ""])
async def test_what_is_no_id_can_not_be_withdrawn(door: Door, guid: str) -> None:
    assert await withdraw(door.store, [guid], "", NOW) == {guid: False}
    assert await restore(door.store, [guid], NOW) == {guid: False}


async def test_the_id_stays_whatever_else_changes(door: Door) -> None:
    await door.take(item(url="https://x.example/1"))
    await door.take(
        item(url="https://x.example/2", title="آخر", date_published="2026-11-20T00:00:00Z", sections=["sports"])
    )
    assert await door.guids() == {"1"}
    assert (await door.article()).url == "https://x.example/2"


async def test_a_section_that_only_rejected_records_name_is_not_made(door: Door) -> None:
    """Nor told of, such as one that a token may not change."""
    own = frozenset({"world"})
    assert await door.take(item(id="1"), item(id="2", sections=["econmy"]), only=own) == "1/0/0/1"
    assert door.tally.made == {}
    assert "econmy" not in await door.titles()
    assert await door.take(item(id="2", sections=["econmy"]), item(id="3", sections=["world"])) == "2/0/0/0"
    assert {slug: section.title for slug, section in door.tally.made.items()} == {"econmy": "econmy"}
