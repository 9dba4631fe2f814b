"""What sections are called: any spelling of a name -> the section."""

from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from feeds.addresses import RESERVED
from feeds.errors import BadParameter
from feeds.model import Section
from feeds.text.clean import clean_text
from feeds.text.fold import fold
from feeds.text.slug import slugify

# Of two names, the part that is the same: one letter in three may be mistyped, left out, or change places.
_ALIKE = 0.6
# No section is called by more letters.
_LONGEST = 80


def name_key(name: str) -> str:
    """Equal for two spellings of one name (RTL.md R14); empty for what has no letter and no digit."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(name)).split())


def section_keys(sections: Iterable[Section]) -> frozenset[str]:
    """All that sections are called, by name_key."""
    return frozenset(
        key
        for section in sections
        for name in (section.slug, section.title, *section.aliases)
        if (key := name_key(name))
    )


class SectionNames:
    """The sections there are: the configured ones first, in their order, then those that articles brought."""

    def __init__(self, configured: Iterable[Section], stored: Iterable[Section]) -> None:
        self._by_slug: dict[str, Section] = {}
        self._by_key: dict[str, Section] = {}
        # By slug, what sections were called before: their former slugs.
        self._former: dict[str, tuple[str, ...]] = {}
        for section in configured:
            self._by_slug[section.slug] = section
            self._call(section, section)
        self._configured = frozenset(self._by_slug)
        for section in stored:
            self._former[section.slug] = section.aliases
            self.add(section)

    def add(self, section: Section) -> None:
        """Adds a stored section; its aliases are the slugs that it had before."""
        self._call(section, self._by_slug.setdefault(section.slug, section))

    def _call(self, names: Section, known: Section) -> None:
        for name in (names.slug, names.title, *names.aliases):
            # A title of signs alone ("!!!") is no name that one could be found by.
            if key := name_key(name):
                self._by_key.setdefault(key, known)

    def __iter__(self) -> Iterator[Section]:
        return iter(self._by_slug.values())

    def get(self, slug: str) -> Section | None:
        """The section of exactly this slug."""
        return self._by_slug.get(slug)

    def find(self, name: str) -> Section | None:
        """The section that is called so, by slug, title or alias, in any spelling."""
        return self._by_slug.get(name) or self._by_key.get(name_key(name))

    def slug(self, name: str) -> str | None:
        """The slug of the section that is called so."""
        section = self.find(name)
        return section.slug if section else None

    def near(self, name: str) -> list[Section]:
        """Sections that are called nearly so, the likeliest first, three at most."""
        key = name_key(name[:_LONGEST])
        alike = process.extract(key, self._by_key.keys(), scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
        return list(dict.fromkeys(self._by_key[found] for found, *_ in alike))[:3] if key else []

    def sure(self, name: str) -> str:
        """The slug of the section that is called so. Raises BadParameter, which names those that there are."""
        slug = self.slug(name)
        if slug is None:
            raise BadParameter(f'there is no section "{name}"; there are {", ".join(self._by_slug)}')
        return slug

    def new(self, name: str) -> Section | None:
        """A section for a name that nothing is called by (RTL.md R13), or None where no slug can be made."""
        title = clean_text(name)
        base = slugify(title)
        if not base:
            return None
        slug, number = base, 2
        while slug in RESERVED or slug in self._by_slug:
            slug, number = f"{base}-{number}", number + 1
        return Section(slug=slug, title=title)

    def renames(self) -> list[tuple[str, Section]]:
        """Stored slugs that the configuration calls otherwise now, each with the section it belongs to."""
        found = []
        for slug, section in self._by_slug.items():
            meant = self._by_key[name_key(slug)]
            by_title = self._by_key.get(name_key(section.title), section)
            target = meant if meant.slug != slug else by_title
            if target.slug == slug and slug not in self._configured:
                target = self._heir(slug) or target
            if target.slug != slug:
                found.append((slug, target))
        return found

    def _heir(self, slug: str) -> Section | None:
        """The configured section whose slug a stored one had before: a rename that was undone."""
        former = self._configured.intersection(self._former.get(slug, ()))
        return next((section for section in self if section.slug in former), None)
