"""The files of an entry as feeds tell of them: one enclosure in RSS, the rest as Media RSS."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from feeds.model import Attachment, Entry, Image

# By the name's ending; not the machine's table of types: the bytes must be the same on every node.
_IMAGE_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file with what RSS requires of an enclosure; `length` is "0" if unknown, `duration` in whole seconds."""

    url: str
    type: str
    length: str
    title: str = ""
    duration: int | None = None


def enclosures(entry: Entry) -> list[Enclosure]:
    """The files of an entry; its picture where there is no other."""
    if entry.attachments:
        return [_of_attachment(file) for file in entry.attachments]
    return [_of_image(entry.image)] if entry.image else []


def _of_attachment(file: Attachment) -> Enclosure:
    return Enclosure(
        url=file.url,
        type=file.mime_type,
        length=str(file.size or 0),
        title=file.title,
        duration=round(file.duration) if file.duration else None,
    )


def _of_image(image: Image) -> Enclosure:
    return Enclosure(url=image.url, type=image_type(image), length=str(image.size or 0))


def image_type(image: Image) -> str:
    """A picture's media type: as given, else by its name, else the commonest."""
    if image.mime_type:
        return image.mime_type
    return _IMAGE_TYPES.get(urlsplit(image.url).path.rpartition(".")[2].lower(), "image/jpeg")
