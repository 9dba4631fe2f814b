"""What the tests of addresses ask with: a desk of four sections, and its defaults."""

from feeds.addresses import Defaults, FeedAddress, Located, Moved, PageAddress, find
from feeds.model import FeedFormat, Section, Selection
from feeds.sections import SectionNames, name_key

SECTIONS = (
    Section(slug="world", title="دولي", aliases=("international", "العالم", "wp-category-3")),
    Section(slug="sports", title="رياضة"),
    Section(slug="economy", title="اقتصاد"),
    Section(slug="أخبار-ليبيا", title="أخبار ليبيا"),
)
NAMES = SectionNames(SECTIONS, ())
DEFAULTS = Defaults(limit=50, content="full")

# The last section's slug as it stands in an address.
LIBYA = "%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1-%D9%84%D9%8A%D8%A8%D9%8A%D8%A7"
KEY = "abcdefghijklmnopqrstuvwx23"


# Tags and authors that had articles, by their slugs.
TOPICS = {("tag", "طاقة"), ("tag", "fifa"), ("author", "salem")}


def look_up(kind: str, name: str) -> str | None:
    if kind == "section":
        return NAMES.slug(name)
    return next((slug for of, slug in TOPICS if of == kind and name_key(slug) == name_key(name)), None)


def ask(target: str) -> Located | None:
    """What stands at a request's target."""
    path, _, query = target.partition("?")
    return find(path, query, lookup=look_up, defaults=DEFAULTS)


def feed(*slugs: str, format: FeedFormat = "rss") -> FeedAddress:
    return FeedAddress(selection=Selection(sections=slugs), format=format)


def page(*slugs: str) -> PageAddress:
    return PageAddress(selection=Selection(sections=slugs))


def moved(target: str) -> str:
    """Where what stood at a target stands."""
    found = ask(target)
    assert isinstance(found, Moved), found
    return found.path
