"""Whatever is done to a store, in whatever order, it shows what a store of plain lists would show."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import Article, Author, Section, Selection, Topic
from feeds.store.contract import Store, Writing
from feeds.text.guid import article_key
from tests.store.articles import MINUTE, NOW, Clock, article, digest, of, raised, versions
from tests.store.conftest import IMPLEMENTATIONS
from tests.store.model import ListStore

pytestmark = pytest.mark.anyio

GUIDS = ("a", "ا", "\U0001f600")
SLUGS = ("world", "sports", "economy")
# A section that comes to be by a rename only.
NEW = "culture"
TAGS = ("طرابلس", "طَرَابُلْس", "FIFA", "fifa!", "!!")
AUTHORS = ("سالم", "Salem")
TOPICS = (Topic("tag", "طرابلس"), Topic("tag", "fifa"), Topic("author", "سالم"), Topic("author", "salem"))
SELECTIONS = (
    *(of(*slugs) for slugs in ((), *((slug,) for slug in SLUGS), ("culture", "world"), SLUGS)),
    *(Selection(topic=topic) for topic in TOPICS),
    *(Selection(search=word) for word in ("عنوان", "طرابلس", "Fifa", "سالم", "شيء")),
)

# Few, so that they meet: equal times, embargoes, withdrawals before publication.
times = st.integers(-3, 3).map(lambda minutes: NOW + minutes * MINUTE)


@dataclass(frozen=True)
class Put:
    articles: list[Article]


@dataclass(frozen=True)
class Withdraw:
    guid: str
    when: datetime


@dataclass(frozen=True)
class Restore:
    guid: str
    when: datetime


@dataclass(frozen=True)
class Rename:
    """Of a section that there may not be: then it is made first."""

    slug: str
    to: str


@dataclass(frozen=True)
class Prune:
    before: datetime
    most: int


Act = Put | Withdraw | Restore | Rename | Prune

articles = st.builds(
    article,
    st.sampled_from(GUIDS),
    at=times,
    modified=times,
    correction=st.booleans(),
    sections=st.lists(st.sampled_from(SLUGS), min_size=1, unique=True),
    tags=st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple),
    authors=st.sampled_from(AUTHORS).map(lambda name: (Author(name=name),)) | st.just(()),
    title=st.sampled_from(("عنوان", "عُنوان: شيء", "خبر")),
)
# All of them to begin with, so that there is something to withdraw.
beginnings = st.builds(Put, st.tuples(*(st.builds(article, st.just(guid), at=times) for guid in GUIDS)).map(list))
acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(Put, st.lists(articles, min_size=1, max_size=3)),
    st.builds(Withdraw, st.sampled_from(GUIDS), times),
    st.builds(Restore, st.sampled_from(GUIDS), times),
    st.builds(Prune, times, st.integers(1, 3)),
    st.builds(Rename, st.sampled_from(SLUGS), st.sampled_from((*SLUGS, NEW))),
)


async def do(act: Act, writing: Writing, model: ListStore) -> None:
    match act:
        case Put(articles):
            await writing.put([(each, digest(each)) for each in articles])
            model.put(articles)
        case Withdraw(guid, when):
            assert await writing.withdraw(guid, when, "reason") == model.withdraw(guid, when, "reason")
        case Restore(guid, when):
            assert await writing.restore(guid, when) == model.restore(guid, when)
        case Prune(before, most):
            assert await writing.prune(before, most) == model.prune(before, most)
        case Rename(slug, to):
            await writing.rename_section(slug, Section(slug=to, title=to))
            model.rename_section(slug, to)


async def compare(store: Store, model: ListStore, now: datetime) -> None:
    for selection in SELECTIONS:
        # Fewer than there may be, so that those of one second are cut.
        shelf = await store.shelf(selection, limit=2, graves=2, now=now)
        listed = model.listed(selection)
        embargoes = [each.listed_at for each in listed if each.listed_at > now]
        assert shelf.articles == list(islice((each for each in listed if each.listed_at <= now), 2)), selection
        assert shelf.tombstones == model.buried(selection)[:2]
        assert shelf.changes_at == min(embargoes, default=None)
    for guid in GUIDS:
        kept = model.kept.get(guid)
        shown = kept and (kept.grave[0] if kept.grave else None if kept.pruned else kept.article)
        assert await store.find(article_key(guid)) == shown
    reports = {report.section.slug: report.articles for report in await store.report()}
    assert reports == {slug: len(model.listed(of(slug))) for slug in model.sections}
    standing = await store.standing(now)
    assert standing == {
        slug: sum(each.listed_at < now for each in model.listed(of(*filter(None, [slug]))))
        for slug in ("", *model.sections)
    }
    async with store.writing() as writing:
        assert await writing.known(GUIDS) == model.known()


async def make_missing(store: Store, model: ListStore) -> None:
    for slug in SLUGS:
        if slug not in model.sections:
            async with store.writing() as writing:
                await writing.make_section(Section(slug=slug, title=slug))
            model.make_section(slug)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@given(beginning=beginnings, script=st.lists(acts, min_size=6, max_size=16), now=times)
@settings(deadline=None, max_examples=30)
async def test_a_store_behaves_like_plain_lists(
    implementation: str, beginning: Put, script: list[Act], now: datetime
) -> None:
    """After every transaction feeds, tombstones, embargoes, counts and versions are what they should be."""
    with tempfile.TemporaryDirectory() as folder:
        store = IMPLEMENTATIONS[implementation](Path(folder), Clock())
        await store.open()
        model = ListStore()
        try:
            for act in (beginning, *script):
                await make_missing(store, model)
                before = await versions(store)
                async with store.writing() as writing:
                    await do(act, writing, model)
                assert await raised(store, before) == model.touched
            await compare(store, model, now)
        finally:
            await store.close()
