"""A record -> an article as it will be kept: checked, cleaned, addresses absolute. Knows nothing of the store."""

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from feeds.configured import language_tag
from feeds.direction import spelled_out
from feeds.errors import BadRecord
from feeds.interchange import Item, read_item, read_time, shown
from feeds.model import Article, Attachment, Author, Image, Origin, Place, Record
from feeds.sanitize import Sanitizer, beginning
from feeds.text.clean import clean_text, xml_illegal
from feeds.text.iri import to_uri
from feeds.text.summary import summarize

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article before its sections are known: `names` as the record gave them, None where it did not.

    `unnamed`, `undated` and `understood` as of Record; without a name, the article's guid is empty.
    """

    place: Place
    article: Article
    names: tuple[str, ...] | None
    unnamed: bool = False
    undated: bool = False
    understood: tuple[str, ...] = ()


class Drafter:
    """Makes drafts of records. `base` resolves relative addresses of articles without one of their own;
    not for two threads at a time."""

    def __init__(self, *, base: str, zone: tzinfo) -> None:
        self._base = base if base.endswith("/") else f"{base}/"
        self._zone = zone
        self._sanitizer = Sanitizer()

    def draft(self, record: Record, now: datetime) -> Draft:
        """Raises BadRecord: what is wrong; what would be right."""
        item = read_item({**record.item, "id": "-"} if record.unnamed else record.item)
        article = self._article(item, record, now)
        if not article.title and not article.summary and not article.excerpt:
            raise BadRecord("has no title, and its content no text to make one from; give a title")
        return Draft(
            place=record.place,
            article=article,
            names=None if item.sections is None else tuple(item.sections),
            unnamed=record.unnamed,
            undated=record.undated,
            understood=record.understood,
        )

    def _article(self, item: Item, record: Record, now: datetime) -> Article:
        url = _address("url", item.url, None) if item.url else None
        base = record.base or url or self._base
        title = clean_text(item.title or "")
        content = self._sanitizer.clean(_html(item), base)
        if not title and not content:
            raise BadRecord("has neither title nor content; give one of them")
        summary = clean_text(item.summary or "")
        published, modified = self._times(item, now, undated=record.undated)
        language = _language(item.language)
        return Article(
            guid="" if record.unnamed else _guid(item.id),
            url=url,
            title=title,
            summary=summary,
            excerpt="" if summary else summarize(clean_text(beginning(content))),
            content_html=content,
            directed_html=spelled_out(content, language),
            published=published,
            modified=modified,
            authors=_authors(item),
            tags=tuple(dict.fromkeys(tag for tag in map(clean_text, item.tags or ()) if tag)),
            language=language,
            image=_image(item, base),
            attachments=_attachments(item, base),
            origin=_origin(item),
            correction=bool(item.feeds and item.feeds.correction),
        )

    def _times(self, item: Item, now: datetime, *, undated: bool) -> tuple[datetime, datetime]:
        """When it was published and modified."""
        published = read_time("date_published", item.date_published, self._zone)
        if undated:
            # A file's time has no offset of its own: like every other without one it is in the newsroom's zone.
            published = read_time("date_published", published.astimezone(self._zone).isoformat(), self._zone)
        modified = read_time("date_modified", item.date_modified, self._zone) if item.date_modified else published
        # A clock that runs ahead must not keep later changes from being later.
        return published, max(published, min(modified, now.astimezone(modified.tzinfo)))


def digest(article: Article) -> bytes:
    """Equal for two states of an article that look the same to a reader."""
    # What is long is not quoted by repr, which looks at every character.
    long = (article.title, article.summary, article.content_html)
    rest = (
        *map(len, long),
        article.url,
        article.published.isoformat(),
        article.language,
        article.authors,
        article.tags,
        article.image,
        article.attachments,
        article.origin,
    )
    return hashlib.blake2b("".join((*long, repr(rest))).encode("utf-8"), digest_size=16).digest()


def _guid(guid: str) -> str:
    if not guid or guid.isspace():
        raise BadRecord("id is empty; give a text that is this article's for ever")
    if len(guid) > 2000:
        raise BadRecord(f"id has {len(guid)} characters; give 2000 at most")
    forbidden = xml_illegal(guid)
    if forbidden is not None:
        raise BadRecord(f"id holds U+{ord(forbidden):04X}, which XML forbids; give an id without it")
    return guid


def _html(item: Item) -> str:
    if item.content_html and not item.content_html.isspace():
        return item.content_html
    paragraphs = _PARAGRAPHS.split((item.content_text or "").replace("\r\n", "\n").strip())
    return "".join(f"<p>{html.escape(text, quote=False)}</p>".replace("\n", "<br>") for text in paragraphs if text)


def _address(name: str, address: str, base: str | None) -> str:
    uri = to_uri(address, base)
    if uri is None:
        raise BadRecord(f"{name} is {shown(address)}; give a whole address, https://…")
    return uri


def _authors(item: Item) -> tuple[Author, ...]:
    given = item.authors if item.authors is not None else [item.author] if item.author else []
    found = [Author(name=clean_text(each.name or ""), url=to_uri(each.url) if each.url else None) for each in given]
    return tuple(dict.fromkeys(author for author in found if author.name))


def _language(language: str | None) -> str | None:
    if not language:
        return None
    tag = language_tag(language)
    if tag is None:
        raise BadRecord(f'language is {shown(language)}; give a language tag such as "ar" or "ar-LY"')
    return tag


def _image(item: Item, base: str) -> Image | None:
    if not item.image:
        return None
    more = item.feeds.image if item.feeds else None
    return Image(
        url=_address("image", item.image, base),
        mime_type=_media_type("_feeds.image.mime_type", more.mime_type) if more and more.mime_type else None,
        size=more.size_in_bytes if more else None,
        width=more.width if more else None,
        height=more.height if more else None,
        description=clean_text(more.description or "") if more else "",
        credit=clean_text(more.credit or "") if more else "",
    )


def _attachments(item: Item, base: str) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            url=_address(f"attachments[{number}].url", file.url, base),
            mime_type=_media_type(f"attachments[{number}].mime_type", file.mime_type),
            title=clean_text(file.title or ""),
            size=file.size_in_bytes,
            duration=file.duration_in_seconds,
        )
        for number, file in enumerate(item.attachments or ())
    )


def _media_type(name: str, text: str) -> str:
    # RFC 6838 §4.2; parameters say nothing to a feed reader.
    kind = text.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(kind):
        raise BadRecord(f'{name} is {shown(text)}; give a media type such as "audio/mpeg"')
    return kind


def _origin(item: Item) -> Origin | None:
    source = item.feeds.source if item.feeds else None
    if source is None:
        return None
    return Origin(title=clean_text(source.title), url=_address("_feeds.source.url", source.url, None))
