"""MSN (Microsoft Start): content specification 3, RSS 2.0 with Media RSS and Microsoft's own elements."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from feeds.model import Entry, Grave
from feeds.render.media import image_type
from feeds.render.partners.profile import DCTERMS, MEDIA, Length, Markup, Pictures, Profile, Tag, Unwanted
from feeds.text.summary import summarize

_SUPPORT = "https://support.microsoft.com/en-us/topic"
_ITEMS = f"{_SUPPORT}/msn-feed-item-metadata-requirements-0114c19c-36bb-4fef-8322-4a1ed6888329"
_FEEDS = "https://support.microsoft.com/en-us/msn/partner-hub/feed-content-specifications-in-msn-partner-hub"
_HTML = f"{_SUPPORT}/msn-html-guidelines-and-tag-restrictions-2a12f610-f3da-43ea-8dc4-766f6df89e8d"
_TAKEDOWN = f"{_SUPPORT}/msn-content-expiration-and-takedown-rules-c06e8a18-8365-43dc-a5b3-364f1a470edf"
_QUESTIONS = f"{_SUPPORT}/feed-management-faq-for-msn-partner-hub-4690c187-b7e3-4a1e-b738-c294959f009c"
_OLDER = "https://helpcenter.microsoftstart.com/kb/articles/25-feed-content-specifications"
_EXAMPLES = "https://helpcenter.microsoftstart.com/kb/articles/58-atom-and-rss-code-examples"

# Longer ones are rejected unless there is a short one, too ("54 characters or less"; the older examples say 40).
_LONG_TITLE = 150
_SHORT_TITLE = 54
_ELEMENTS = (
    "a b blockquote br caption col colgroup div em h1 h2 h3 h4 h5 i img li ol p small span strong sub sup table tbody"
    " td tfoot th thead tr ul"
)

_INSTEAD = {
    "article": "div", "aside": "div", "dd": "p", "details": "div", "dt": "p", "figcaption": "p", "figure": "div",
    "footer": "div", "h6": "h5", "header": "div", "pre": "p", "section": "div", "summary": "p",
}  # fmt: skip


def _moment(when: datetime) -> str:
    # "Timezones should be expressed in UTC rather than any local timezone."
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _item(entry: Entry) -> Iterator[Tag]:
    yield Tag(name="dcterms:modified", text=_moment(entry.updated))
    if len(entry.title) > _LONG_TITLE:
        yield Tag(name="mi:shortTitle", text=summarize(entry.title, _SHORT_TITLE))
    # "keyword1,keyword2,keyword3"
    if keywords := [tag for tag in entry.tags if "," not in tag]:
        yield Tag(name="media:keywords", text=",".join(keywords))
    image = entry.image
    if image:
        # "Use the media:text tag to specify alt-text." Nothing is said of rights: "this field will default to True".
        described = image.description
        parts = (("media:credit", image.credit), ("media:title", described), ("media:text", described))
        yield Tag(
            name="media:content",
            attributes={"url": image.url, "type": image_type(image), "medium": "image"},
            children=tuple(Tag(name=name, text=text) for name, text in parts if text),
        )


def _removal(grave: Grave) -> Iterator[Tag]:
    # "An expiration date in the past, an updated date that is newer than the last ingested version", the same guid.
    yield Tag(name="dcterms:modified", text=_moment(grave.withdrawn))
    yield Tag(name="mi:expirationDate", text=_moment(grave.withdrawn))


PROFILE = Profile(
    partner="MSN",
    sources=(_ITEMS, _FEEDS, _HTML, _TAKEDOWN, _QUESTIONS, _OLDER, _EXAMPLES),
    # "Older content falls off after about 20 items."
    entries=20,
    namespaces={"mi": "http://schemas.ingestion.microsoft.com/common/", "media": MEDIA, "dcterms": DCTERMS},
    lengths=(
        # "More than 20 characters but not exceed 150 characters unless a short title is also provided."
        Length(field="title", at_least=21, source=_ITEMS),
        # "To avoid truncation on MSN promotional cards, keep headlines under 75 characters."
        Length(field="title", at_most=74, level="advice", source=_FEEDS),
        Length(field="content", at_least=1, source=_ITEMS),
    ),
    unwanted=(
        # "Do not include URLs or shortened URLs" in titles.
        Unwanted(field="title", pattern=r"https?://|www\.", what="holds an address", right="none", source=_FEEDS),
        Unwanted(
            field="content",
            # "Do not use multiple <br> tags in a row for spacing."
            pattern=r"<br>\s*<br>",
            what="has several line breaks in a row",
            right="paragraphs",
            source=_HTML,
        ),
    ),
    pictures=(
        # "Only articles that include images can be auto-published"; sizes are recommended; others "may not display
        # correctly".
        Pictures(
            required=True,
            level="advice",
            types=frozenset(("image/png", "image/jpeg", "image/gif", "image/webp")),
            # "GIFs cannot be used as promotional pictures."
            taken_only=frozenset(("image/gif",)),
            longer=720,
            size=15_000_000,
            ratio=(0.5, 1.89),
            source=_OLDER,
        ),
    ),
    markup=Markup(
        source=_HTML,
        elements=frozenset(_ELEMENTS.split()),
        instead=_INSTEAD,
        # What is struck through would read as if it stood.
        without=frozenset(("audio", "del", "s", "video")),
        depth=10,
        # "Must begin with https://, http://, or mailto:"
        schemes=frozenset(("http", "https", "mailto")),
    ),
    # "MSN only supports HTTPS feed sources."
    https=_FEEDS,
    # "No HTML tags allowed"; the abstract "must be in plain text"; none in "author names, or category labels", either.
    plain=frozenset(("title", "description", "author", "category")),
    # "Each feed URL on MSN must contain content only in the language you associated with that feed."
    one_language=_QUESTIONS,
    # "Less than 365 days old otherwise it will not be ingested."
    youngest=timedelta(days=365),
    item=_item,
    removal=_removal,
)
