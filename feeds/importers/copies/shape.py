"""The lines of a copied page -> section, title, lede, sub-headings and paragraphs."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from feeds.importers.copies.dates import date_of
from feeds.importers.copies.site import begins_comments, is_site, others
from feeds.sections import name_key

# Characters and words of what may be a section's name; a title; a sub-heading.
_SECTION = (40, 4)
_TITLE = (250, 40)
_HEADING = (90, 14)
# A line of more characters is text, whatever it ends with.
_ENOUGH = 120
# A summary is no whole article.
_MAX_SUMMARY = 600
_STOPS = (".", "!", "…", "،", "؛", ":", ",", ";", "۔")
_CLOSING = '»”")]’'
_BULLET = re.compile(r"(?:[-–—•▪●◦*·]|[0-9٠-٩]{1,2}[-.)])\s+(?=\S)")
_CRUMBS = re.compile(r"\s*[/»›>|←]\s*")
_BY = re.compile(r"(?:بواسطة|كتب|كتبه|كتبها|إعداد|تحرير|By)\s*[::]?\s+(?=\S)", re.IGNORECASE)
_HOME = frozenset(map(name_key, ("الرئيسية", "الصفحة الرئيسية", "Home")))
# What a dry run shows of a line.
_SHOWN = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What was made of a copy; `account` says it for a person to look at. `date` has no offset."""

    section: str
    title: str
    summary: str
    html: str
    author: str
    date: str
    account: tuple[str, ...]


def understand(lines: Sequence[str], *, site: Collection[str], sections: Collection[str]) -> Understanding | str:
    """What the clean lines of a copy say, or why they are no article. `site` and `sections` are keys of lines."""
    left_out: list[str] = []
    kept = _articles(lines, site, sections, left_out)
    if _begins_with_site(kept, sections):
        left_out.append(kept.pop(0))
    section, title, rest = _beginning(kept, sections)
    if not title:
        return "has no line that could be a title; give the copy of a whole page"
    author, date, body = _said_of_it(rest)
    if not any(_is_paragraph(line) or len(line) > _ENOUGH for line in body):
        return "has a title and no text behind it; give the copy of a whole page"
    html, headings = _body(body)
    lede = body[0] if not _is_heading(body, 0) and not _BULLET.match(body[0]) and len(body[0]) <= _MAX_SUMMARY else ""
    said = {"section": section, "title": title, "by": author, "date": date, "lede": lede}
    account = [
        f"{name}: {_cut(value) or '(none)'}" for name, value in said.items() if value or name in ("section", "lede")
    ]
    account += [f"heading: {_cut(heading)}" for heading in headings]
    account.append(f"paragraphs: {html.count('<p>') + html.count('<li>')}")
    account += [f"left out: {_cut(line)}" for line in left_out]
    return Understanding(
        section=section, title=title, summary=lede, html=html, author=author, date=date, account=tuple(account)
    )


def _articles(lines: Sequence[str], site: Collection[str], sections: Collection[str], left_out: list[str]) -> list[str]:
    """The lines that are the article's; `left_out` takes the others."""
    keys = [name_key(line) for line in lines]
    kept: list[tuple[str, bool]] = []
    skip: int | None = 0
    for number, (line, key) in enumerate(zip(lines, keys, strict=True)):
        if begins_comments(key) and any(map(_is_paragraph, (each for each, _ in kept))):
            left_out.extend(lines[number:])
            break
        beside, following = others(key)
        if skip != 0 and not is_site(key) and not beside and not _is_paragraph(line) and len(line) <= _TITLE[0]:
            skip = None if skip is None else skip - 1
            left_out.append(line)
            continue
        skip = following if beside else 0
        if beside or (is_site(key) and key not in sections and not date_of(line)):
            left_out.append(line)
        else:
            kept.append((line, key in site))
    return _without_shared(kept, sections, left_out)


def _without_shared(kept: list[tuple[str, bool]], sections: Collection[str], left_out: list[str]) -> list[str]:
    """Without the lines that many pages share: but the section is shared by many, and stands before the title."""
    first = next((number for number, (_, shared) in enumerate(kept) if not shared), len(kept))
    own: list[str] = []
    for line, shared in kept[first:]:
        # Many articles have one author and one day, which stand before the text.
        says = not any(map(_is_paragraph, own)) and (date_of(line) or _BY.match(line))
        (left_out if shared and not says else own).append(line)
    before = [line for line, _ in kept[:first]]
    if before and _may_be_section(before[-1], sections) and not _begins_with_section(own, sections):
        own.insert(0, before.pop())
    left_out.extend(before)
    return own


def _beginning(lines: Sequence[str], sections: Collection[str]) -> tuple[str, str, Sequence[str]]:
    """The section (may be empty), the title, and what follows."""
    section = ""
    if lines and len(crumbs := _CRUMBS.split(lines[0])) > 1 and name_key(crumbs[0]) in _HOME:
        section, lines = crumbs[1], lines[1:]
        if lines and name_key(lines[0]) == name_key(section):
            lines = lines[1:]
    elif _begins_with_section(lines, sections):
        section, lines = lines[0], lines[1:]
    if not lines or len(lines[0]) > _TITLE[0]:
        return section, "", lines
    return section, lines[0], lines[1:]


def _begins_with_section(lines: Sequence[str], sections: Collection[str]) -> bool:
    """Whether the first line is the section: known as one, or shorter than a title that follows it."""
    if len(lines) < 3 or not _may_be_section(lines[0], sections):
        return False
    title = lines[1]
    return name_key(lines[0]) in sections or (
        len(title) > len(lines[0]) and len(title) <= _TITLE[0] and not _is_paragraph(title)
    )


def _begins_with_site(lines: Sequence[str], sections: Collection[str]) -> bool:
    """Whether the first line is the site's name, and the section is the second."""
    if len(lines) < 4 or not _may_be_section(lines[0], ()) or not _begins_with_section(lines[1:], sections):
        return False
    return name_key(lines[1]) in sections or not _begins_with_section(lines, sections)


def _may_be_section(line: str, sections: Collection[str]) -> bool:
    characters, words = _SECTION
    short = (
        len(line) <= characters and len(line.split()) <= words and not _stops(line) and not line.endswith(("؟", "?"))
    )
    return name_key(line) in sections or (short and not any(c.isdigit() for c in line))


def _said_of_it(lines: Sequence[str]) -> tuple[str, str, list[str]]:
    """Author and date where lines of their own say them before the text, and the text."""
    author = date = ""
    rest = list(lines)
    while rest and not _is_paragraph(rest[0]):
        found = date_of(rest[0])
        by = _BY.match(rest[0])
        if found:
            date = date or found
        elif by and len(rest[0].split()) <= 6 and not author:
            author = rest[0][by.end() :].rstrip(":")
        else:
            break
        rest.pop(0)
    return author, date, rest


def _body(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The text as HTML, and its sub-headings."""
    parts: list[str] = []
    headings: list[str] = []
    for number, line in enumerate(lines):
        bullet = _BULLET.match(line)
        if bullet and (_beside_bullet(lines, number) or not line[0].isdigit()):
            kind = "ol" if line[0].isdigit() else "ul"
            item = f"<li>{escape(line[bullet.end() :], quote=False)}</li></{kind}>"
            if parts and parts[-1].endswith(f"</{kind}>"):
                parts[-1] = parts[-1].removesuffix(f"</{kind}>") + item
            else:
                parts.append(f"<{kind}>{item}")
        elif _is_heading(lines, number):
            headings.append(line)
            parts.append(f"<h2>{escape(line, quote=False)}</h2>")
        else:
            parts.append(f"<p>{escape(line, quote=False)}</p>")
    return "\n".join(parts), headings


def _beside_bullet(lines: Sequence[str], number: int) -> bool:
    """A number at the beginning is a bullet where others stand beside it."""
    return any(0 <= beside < len(lines) and _BULLET.match(lines[beside]) for beside in (number - 1, number + 1))


def _is_heading(lines: Sequence[str], number: int) -> bool:
    """A short line without a full stop before a longer one."""
    line = lines[number]
    characters, words = _HEADING
    return (
        len(line) <= characters
        and len(line.split()) <= words
        and not _stops(line)
        and number + 1 < len(lines)
        and len(lines[number + 1]) > len(line)
        and not _BULLET.match(line)
        and (_is_paragraph(lines[number + 1]) or _BULLET.match(lines[number + 1]) is not None)
    )


def _is_paragraph(line: str) -> bool:
    """Whether a line is a sentence, or longer than a title."""
    return len(line) > _TITLE[0] or (len(line.split()) > _SECTION[1] and _stops(line))


def _stops(line: str) -> bool:
    return line.rstrip(_CLOSING + " ").endswith(_STOPS)


def _cut(line: str) -> str:
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
