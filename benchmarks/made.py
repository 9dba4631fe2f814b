"""Made-up articles for measurements: plain, many, and always the same."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2020, 1, 1, tzinfo=UTC)
_WORDS = (
    "أعلنت البلدية اليوم افتتاح الطريق الساحلي بعد أعمال صيانة استمرت عامين كاملين وشملت الجسور والإنارة"
    " وقال المدير إن المشروع يخدم سكان المدينة والقرى المجاورة ويقلل زمن الرحلة إلى النصف"
).split()


def item(number: int, sections: int) -> dict[str, Any]:
    """An article of three paragraphs in one of so many sections; published a minute after the one before."""
    shift = number % len(_WORDS)
    words = _WORDS[shift:] + _WORDS[:shift]
    sentence = " ".join(words)
    paragraph = f"<p>{sentence}. {' '.join(words[:12])} {number}. {sentence}.</p>"
    return {
        "id": f"https://news.example/?p={number}",
        "url": f"https://news.example/{number}/",
        "title": f"{' '.join(words[:6])} {number}",
        "content_html": "\n".join((paragraph, f"<p>15:30 {sentence}.</p>", paragraph)),
        "date_published": (START + timedelta(minutes=number)).isoformat(),
        "authors": [{"name": f"{words[1]} {words[2]}"}],
        "tags": [words[3], words[4]],
        "sections": [f"section-{number % sections}"],
    }


def lines(count: int, sections: int) -> Iterator[str]:
    for number in range(count):
        yield json.dumps(item(number, sections), ensure_ascii=False)
