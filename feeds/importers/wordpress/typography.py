"""What WordPress makes of an article when it shows it, and an export does not hold: typographic signs, paragraphs."""

import re

_PART = re.compile(r"(<[^<>]*>|\[[^\[\]<>]*\])")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_AS_IS = re.compile(r"<(/?)(?:pre|code|kbd|script|style|tt)\b", re.IGNORECASE)
_OPENS = re.compile(r"(?:(?<=[\s(\[{\-—–\"'])|^)([\"'])(?![\s.,:;!?)}\]،؛؟]|$)")
_MULTIPLIED = re.compile(r"(?<=\d)x(?=\d)")
_SIGNS = (
    (" --- ", " — "), ("---", "—"), (" -- ", " — "), ("--", "–"), (" - ", " – "),
    ("...", "…"), ("``", "“"), ("''", "”"), (" (tm)", " ™"),
)  # fmt: skip
_NEEDED = re.compile(r"[\"'`]|--| - |\.\.\.|\(tm\)|\dx\d")
_WHOLE = r"ul|ol|table|h[1-6]|pre|dl|figure|address|p|hr|video|audio|iframe|style|script"
_BLOCK = re.compile(
    rf"(<(?P<tag>{_WHOLE})\b[^<>]*>.*?(?:</(?P=tag)\s*>|\Z)|</?(?:blockquote|div|section|article|aside|figcaption"
    r"|header|footer|main|details|summary|form|fieldset|center|ul|ol|li|table|tr|td|dl|dt|dd|hr)\b[^<>]*>"
    r"|\[(?:caption|wp_caption)\b.*?\[/(?:wp_)?caption\]|\[(?:gallery|playlist|video|audio|embed)\b[^\]]*\])",
    re.DOTALL | re.IGNORECASE,
)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_BLOCKS_INSIDE = "<!-- wp:"


def typographic(markup: str) -> str:
    """HTML with the signs that a typesetter would take, outside tags and programs; without comments."""
    markup = _COMMENT.sub("", markup) if "<!--" in markup else markup
    if not _NEEDED.search(markup):
        return markup
    parts = _PART.split(markup)
    as_is = 0
    for number, part in enumerate(parts):
        if number % 2:
            tag = _AS_IS.match(part)
            as_is = max(0, as_is + ((-1 if tag[1] else 1) if tag else 0))
        elif not as_is and part:
            parts[number] = _signs(part)
    return "".join(parts)


def _signs(text: str) -> str:
    for plain, sign in _SIGNS:
        text = text.replace(plain, sign)
    text = _OPENS.sub(lambda found: "“" if found[1] == '"' else "‘", text)
    return _MULTIPLIED.sub("×", text.replace('"', "”").replace("'", "’"))


def paragraphed(markup: str) -> str:
    """The text of the old editor, which has no paragraphs of its own but empty lines between them."""
    if _BLOCKS_INSIDE in markup:
        return markup
    found: list[str] = []
    at = 0
    markup = markup.replace("\r\n", "\n")
    for block in _BLOCK.finditer(markup):
        found += _loose(markup[at : block.start()])
        found.append(block[0])
        at = block.end()
    return "\n".join([*found, *_loose(markup[at:])])


def _loose(text: str) -> list[str]:
    texts = (paragraph.strip() for paragraph in _PARAGRAPHS.split(text))
    # A line of text ends where the next begins, but for a break that is written out.
    lines = (re.sub(r"(?<!<br>)(?<!<br/>)(?<!<br />)\n", "<br>\n", text) for text in texts if text)
    return [f"<p>{line}</p>" for line in lines]
