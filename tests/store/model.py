"""A store that is plain lists, for comparison: what the contract says, without regard for cost."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feeds.model import Article, Selection, Tombstone
from feeds.sections import name_key
from feeds.store.contract import Known
from feeds.text.fold import fold
from feeds.text.words import words
from tests.store.articles import digest


@dataclass
class Kept:
    article: Article
    # Of the article as it was put: a rename or a restoration is no change of its source.
    digest: bytes
    # With whether it had been seen.
    grave: tuple[Tombstone, bool] | None = None
    pruned: datetime | None = None


@dataclass
class ListStore:
    """Sections and articles as the last transaction left them; `touched` says what it changed."""

    sections: list[str] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def make_section(self, slug: str) -> None:
        self.sections.append(slug)
        self.touched = {slug}

    def rename_section(self, slug: str, to: str) -> None:
        if slug == to:
            self.touched = {"", slug}
            return
        if to in self.sections:
            self.sections.remove(slug)
        else:
            self.sections[self.sections.index(slug)] = to
        for kept in self.kept.values():
            moved = tuple(to if section == slug else section for section in kept.article.sections)
            kept.article = replace(kept.article, sections=tuple(dict.fromkeys(moved)))
        self.touched = {"", to}

    def put(self, articles: list[Article]) -> None:
        self.touched = set()
        for article in {article.guid: article for article in articles}.values():
            old = self.kept.get(article.guid)
            self.touched |= {"", *article.sections, *(old.article.sections if old else ())}
            self.kept[article.guid] = Kept(article, digest(article))

    def withdraw(self, guid: str, when: datetime, reason: str) -> bool:
        self.touched = set()
        kept = self.kept.get(guid)
        if kept is None or kept.grave:
            return False
        seen = kept.article.published <= when
        withdrawn = max(when, kept.article.modified.astimezone(when.tzinfo)) if seen else when
        kept.grave = (Tombstone(guid=guid, withdrawn=withdrawn, reason=reason), seen)
        self.touched = {"", *kept.article.sections}
        return True

    def restore(self, guid: str, when: datetime) -> bool:
        self.touched = set()
        kept = self.kept.get(guid)
        if kept is None or not kept.grave or kept.pruned:
            return False
        modified = max(when, kept.grave[0].withdrawn + timedelta(seconds=1))
        self.kept[guid] = Kept(replace(kept.article, modified=modified), kept.digest)
        self.touched = {"", *kept.article.sections}
        return True

    def prune(self, before: datetime, most: int) -> int:
        """Listed ones first, from the oldest on; then those whose tombstones were seen."""
        self.touched = set()

        def old(graves: bool) -> list[Kept]:
            found = [
                each
                for each in self.kept.values()
                if not each.pruned
                and bool(each.grave) == graves
                and (not each.grave or each.grave[1])
                and each.article.listed_at < before
            ]
            by_guid = sorted(found, key=lambda each: each.article.guid, reverse=True)
            return sorted(by_guid, key=lambda each: each.article.listed_at)

        going = [*old(False), *old(True)][:most]
        for each in going:
            each.pruned = before
            if not each.grave:
                self.touched |= {"", *each.article.sections}
        return len(going)

    def known(self) -> dict[str, Known]:
        return {
            guid: Known(
                digest=kept.digest,
                sections=kept.article.sections,
                published=kept.article.published,
                modified=kept.article.modified,
                correction=kept.article.correction,
                withdrawn=kept.grave[0].withdrawn if kept.grave else None,
                pruned=kept.pruned,
            )
            for guid, kept in self.kept.items()
        }

    def listed(self, selection: Selection) -> list[Article]:
        """Everything of a selection in its order, embargoed too."""
        found = [
            kept.article
            for kept in self.kept.values()
            if not kept.grave and not kept.pruned and holds(selection, kept.article)
        ]
        by_guid = sorted(found, key=lambda article: article.guid)
        return sorted(by_guid, key=lambda article: article.listed_at, reverse=True)

    def buried(self, selection: Selection) -> list[Tombstone]:
        if selection.search is not None:
            return []
        found = [
            kept.grave[0]
            for kept in self.kept.values()
            if kept.grave and kept.grave[1] and holds(selection, kept.article)
        ]
        by_guid = sorted(found, key=lambda grave: grave.guid)
        return sorted(by_guid, key=lambda grave: grave.withdrawn, reverse=True)


def holds(selection: Selection, article: Article) -> bool:
    """Whether an article belongs to a selection. A search is one word that every spelling has, without prefixes."""
    if selection.topic:
        kind, slug = selection.topic
        names = article.tags if kind == "tag" else [author.name for author in article.authors]
        return name_key(slug) in map(name_key, names)
    if selection.search is not None:
        authors = (author.name for author in article.authors)
        return fold(selection.search) in words(" ".join((article.title, *article.tags, *authors)))
    return not selection.sections or bool(set(article.sections) & set(selection.sections))
