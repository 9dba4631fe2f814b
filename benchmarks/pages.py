"""How fast a folder of saved pages comes in, against trafilatura alone: `python -m benchmarks.pages [COUNT]`.

The pages are as large as a news site's: a menu, an article of eight paragraphs, lists of other articles.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made import item

CONFIG = Path(__file__).parent.parent / "config.toml"
# Trafilatura as one would use it: the text with its tags, and what the page says of itself.
ALONE = """
import pathlib, sys, time
from trafilatura import extract
pages = sorted(pathlib.Path(sys.argv[1]).iterdir())
began = time.perf_counter()
for page in pages:
    found = extract(
        page.read_bytes(), output_format="html", with_metadata=True,
        include_formatting=True, include_links=True, include_images=True, include_comments=False,
    )
    assert found
print(time.perf_counter() - began)
"""


def page(number: int) -> str:
    made = item(number, 6)
    links = "".join(f'<li><a href="/other/{number}/{n}/">عنوان خبر آخر من الموقع {n}</a></li>' for n in range(60))
    head = (
        f'<title>{made["title"]}</title><link rel="canonical" href="{made["url"]}">'
        f'<meta property="article:published_time" content="{made["date_published"]}">'
        f'<meta property="article:section" content="{made["sections"][0]}">'
    )
    body = made["content_html"] * 3 + "<h2>تفاصيل</h2><ul><li>أولاً</li><li>ثانياً</li></ul>"
    article = f"<article><h1>{made['title']}</h1><div class='entry-content'>{body}</div></article>"
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8">{head}</head>'
        f"<body><nav><ul>{links}</ul></nav>"
        f"<main>{article}</main><aside><ul>{links}</ul></aside><footer>2026</footer></body></html>"
    )


def main(count: int = 1000) -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        pages = Path(folder, "pages")
        pages.mkdir()
        for number in range(count):
            (pages / f"{number:05}.html").write_text(page(number), "utf-8")
        environ = os.environ | {"FEEDS_STORE__URL": f"sqlite:{folder}/articles.db", "FEEDS_CONFIG": str(CONFIG)}
        alone = subprocess.run([sys.executable, "-c", ALONE, str(pages)], check=True, capture_output=True, text=True)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "feeds", "import", str(pages)], env=environ, check=True)
        ours, theirs = time.perf_counter() - began, float(alone.stdout)
        print(f"{count} saved pages: {count / ours:.0f} a second, from the command's start to its end")
        print(f"trafilatura alone: {count / theirs:.0f} a second; ours / its: {theirs / ours:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
