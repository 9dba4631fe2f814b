"""Which sections a draft belongs to, and what it is called where it brought no id."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from feeds.errors import BadRecord
from feeds.intake.draft import Draft
from feeds.interchange import shown
from feeds.model import Article, Section
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Known
from feeds.text.clean import clean_text
from feeds.text.fold import fold
from feeds.text.guid import made_guid

# Longer than any name of a section.
_MAX_NAME = 200
_NO_SECTION = 'sections is {} such as ["world"], or --section'


class Placing:
    """Finds the sections that drafts name. `made` are those to be made for them; `titles` what a new one of a name
    is called, where that is known."""

    def __init__(self, settings: Settings, stored: Sequence[Section], titles: Mapping[str, str] | None = None) -> None:
        self._titles = titles or {}
        self._names = SectionNames(settings.section_list(), stored)
        self._stored = {section.slug for section in stored}
        self._site = settings.site.url
        self._refuse = settings.feeds.unknown_sections == "refuse"
        self.made: list[Section] = []

    def place(self, draft: Draft, before: Known | None, added: str | None, *, restoring: bool = False) -> Article:
        """The article with its sections. Raises BadRecord; of what was withdrawn, unless it is brought back."""
        if before and before.withdrawn and not restoring:
            raise BadRecord(f"id {shown(draft.article.guid)} was withdrawn; bring it back with `feeds restore`")
        # A record that names its sections replaces the article's, one that names none keeps them; the option adds one.
        found = self._of(draft, added)
        stay = before.sections if before and not draft.names else ()
        slugs = tuple(dict.fromkeys((*stay, *(section.slug for section in found))))
        if not slugs:
            said = "missing; give a list" if draft.names is None else "empty; name one at least,"
            raise BadRecord(_NO_SECTION.format(said))
        for section in found:
            if section.slug not in self._stored:
                self._stored.add(section.slug)
                self.made.append(section)
        article = replace(draft.article, sections=slugs)
        if before and draft.undated:
            # A file's time moves with each copy of it.
            article = replace(article, published=before.published, modified=before.published)
        return article

    def named(self, draft: Draft, added: str | None) -> Draft:
        """The draft with an id, made where it brought none of what stays: its site, first section and title.

        Raises BadRecord.
        """
        first = next(iter(self._of(draft, added)), None)
        if first is None:
            raise BadRecord(_NO_SECTION.format("missing; give a list"))
        guid = made_guid(self._site, first.slug, fold(draft.article.title))
        return replace(draft, article=replace(draft.article, guid=guid), unnamed=False)

    def _of(self, draft: Draft, added: str | None) -> list[Section]:
        return self.find([*(draft.names or ()), *((added,) if added is not None else ())])

    def find(self, names: Sequence[str]) -> list[Section]:
        """The sections of these names, of which some may be new. Raises BadRecord where one can't be."""
        return [self._names.find(clean_text(name)) or self._titled(name) or self._new(name) for name in names]

    def _titled(self, name: str) -> Section | None:
        """The section that has the title that belongs to a name."""
        title = self._titles.get(name)
        return self._names.find(title) if title else None

    def _new(self, name: str) -> Section:
        if len(name) > _MAX_NAME:
            raise BadRecord(f"sections holds {shown(name)}, which is {len(name)} long; give {_MAX_NAME} at most")
        section = self._names.new(name)
        title = clean_text(self._titles.get(name, ""))
        if section and title:
            section = replace(section, title=title)
        elif title:
            section = self._names.new(title)
        if section is None:
            raise BadRecord(f"sections holds {shown(name)}, which makes no slug; give Arabic or Latin letters")
        if self._refuse:
            slugs = ", ".join(known.slug for known in self._names)
            raise BadRecord(f"sections holds {shown(name)}, which is not configured; known are {slugs}")
        self._names.add(section)
        return section
