"""How long articles take to be directed: `python -m benchmarks.direction`.

10,000 paragraphs in articles of ten, half of which need something; the aim is less than a second on one core. For
comparison, what the sanitizer takes for the same articles.
"""

from time import perf_counter

from feeds.direction import directed
from feeds.sanitize import rewritten

COUNT = 10_000
EACH = 10

SENTENCE = "أعلنت البلدية اليوم افتتاح الطريق الساحلي بعد أعمال صيانة استمرت عامين كاملين وشملت الجسور والإنارة. "
# Half of them as most are; the others start with Latin letters or digits, hold links and other languages.
PARAGRAPHS = [
    f"<p>{SENTENCE * 3}</p>",
    f"<p>FIFA تعلن مواعيد كأس العالم 2030. {SENTENCE * 3}</p>",
    f"<p>{SENTENCE * 2}<strong>وقال المدير</strong> إن المشروع يخدم سكان المدينة.</p>",
    f'<p>15:30 <a href="https://news.example/?p=1&amp;q=2">تقرير Reuters</a> {SENTENCE * 2}</p>',
    f"<h2>{SENTENCE[:40]}</h2>",
    f"<p>درجات الحرارة بين -5 و12 في 2026-11-23، هاتف <b>+218 91 234 5678</b>. {SENTENCE * 2}</p>",
    f"<blockquote><p>«{SENTENCE * 2}»</p></blockquote>",
    "<p>The municipality announced today that the coastal road has been opened after two years of work.</p>",
    f"<ul><li>{SENTENCE}</li><li>G20 {SENTENCE}</li></ul>",
    f'<p>{SENTENCE * 3}<br><img src="https://news.example/a.png" alt="صورة"> 🔥 {SENTENCE}</p>',
]


def main() -> None:
    """Times one pass over the articles and prints it."""
    articles = [
        "\n".join(PARAGRAPHS[(number + place) % len(PARAGRAPHS)] for place in range(EACH)) + f"<p>{number}</p>"
        for number in range(COUNT // EACH)
    ]
    seconds = []
    for work in (lambda html: directed(html, "ar"), rewritten):
        start = perf_counter()
        for html in articles:
            work(html)
        seconds.append(perf_counter() - start)
    print(
        f"direction: {COUNT:,} paragraphs in {seconds[0]:.3f} s, {COUNT / seconds[0]:,.0f} paragraphs/s"
        f" (aim: under 1 s); the sanitizer alone {seconds[1]:.3f} s"
    )


if __name__ == "__main__":
    main()
