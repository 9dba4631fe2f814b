"""An entry as a partner's profile wants it: without direction marks, with the elements that are allowed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

import nh3

from feeds.model import Attachment, Author, Entry, Image
from feeds.render.marks import unmarked
from feeds.render.partners.profile import Markup, Profile
from feeds.sanitize import ATTRIBUTES, TAGS, text_of
from feeds.text.summary import summarize

_ANY = Markup(source="", elements=frozenset(TAGS))
# What campaigns are measured by.
_TRACKING = "utm_"


def fitted(entry: Entry, profile: Profile) -> Entry:
    """The entry with all that can be done about it without changing what it says."""
    content = _content(entry.content_html, profile.markup) if entry.content_html else None
    return replace(
        entry,
        permalink=link(entry.permalink, profile),
        title=unmarked(entry.title).strip(),
        summary=_description(unmarked(entry.summary).strip(), content, profile),
        content_html=content,
        authors=tuple(Author(name=unmarked(author.name), url=author.url) for author in entry.authors),
        sections=tuple(replace(section, title=unmarked(section.title)) for section in entry.sections),
        tags=tuple(unmarked(tag) for tag in entry.tags),
        image=_image(entry.image) if entry.image else None,
        attachments=tuple(_file(file) for file in entry.attachments),
    )


def link(address: str, profile: Profile) -> str:
    """An article's address, without the parameters that campaigns are measured by where a partner says so; all else of
    it stays as it is written."""
    parts = urlsplit(address)
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not pair.lower().startswith(_TRACKING)]
    return parts._replace(query="&".join(kept)).geturl() if profile.untracked and kept != pairs else address


def _description(summary: str, content: str | None, profile: Profile) -> str:
    """The summary; where that is shorter than is asked for, more of the text's beginning."""
    least = max((rule.at_least for rule in profile.lengths if rule.field == "description"), default=0)
    if len(summary) >= least or not content:
        return summary
    # A summary ends within the last two fifths of what it may have.
    longer = summarize(text_of(content), 2 * least)
    return longer if len(longer) > len(summary) else summary


def _content(html: str, markup: Markup | None) -> str:
    # Before the cleaner: it is the last to see a text, and what was taken out of one may bring another thing to life.
    markup = markup or _ANY
    cleaner = _cleaner(markup.elements, markup.without, markup.schemes)
    return str(cleaner.clean(_renamed(unmarked(html), markup.instead))).strip()


def _renamed(html: str, instead: Mapping[str, str]) -> str:
    """Clean HTML with other names for some elements."""
    if not instead:
        return html
    names = "|".join(map(re.escape, instead))
    return re.sub(rf"(</?)({names})(?=[ />])", lambda found: found[1] + instead[found[2]], html)


@lru_cache(maxsize=32)
def _cleaner(elements: frozenset[str], without: frozenset[str], schemes: frozenset[str]) -> nh3.Cleaner:
    attributes = {name: set(found) for name, found in ATTRIBUTES.items() if name == "*" or name in elements}
    return nh3.Cleaner(
        tags=set(elements),
        attributes=attributes,
        clean_content_tags=set(without),
        url_schemes=set(schemes),
        link_rel=None,
    )


def _image(image: Image) -> Image:
    return replace(image, description=unmarked(image.description), credit=unmarked(image.credit))


def _file(file: Attachment) -> Attachment:
    return replace(file, title=unmarked(file.title))
