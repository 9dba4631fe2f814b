"""The same store and configuration give the same bytes: DESIGN section 3, HTTP.md rule 2."""

import json
import locale
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from feeds import samples
from feeds.model import FEED_FORMATS
from feeds.render.xml import rss
from tests.newsroom import CONFIG, opened
from tests.render.articles import SITE, article, document, rendered
from tests.store.articles import NOW

ROOT = Path(__file__).parents[2]
SECTIONS = {"world", "sports"}
# Of other days, month names, hash orders; these locales are on every Debian.
ENVIRONMENTS = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4711"},
    {"TZ": "Africa/Tripoli", "LC_ALL": "POSIX", "PYTHONHASHSEED": "random"},
]


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    """The configuration of a store that holds the samples of two sections."""
    items = [item for item in samples.items(site_url=SITE, now=NOW) if {*item["sections"]} <= SECTIONS]
    assert len(items) > 10
    async with opened(tmp_path, text=CONFIG) as newsroom:
        await newsroom.write(*(article(**{"url": None, **item}) for item in items))
    return tmp_path / "config.toml"


def render_in_child(config: Path, environment: Mapping[str, str], cwd: Path) -> Any:
    cwd.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in ("TZ", "LC_ALL", "LANG", "PYTHONHASHSEED")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.render.child", str(config)],
        env={**kept, **environment, "PYTHONPATH": str(ROOT)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.anyio
async def test_every_process_gives_the_same_bytes_and_validators(config: Path, tmp_path: Path) -> None:
    """In any time zone, locale, hash order and folder, one after the other."""
    found = [
        render_in_child(config, environment, tmp_path / str(number)) for number, environment in enumerate(ENVIRONMENTS)
    ]
    # All, three sections; a page and three formats of each; three partners' feeds of each section; OPML, the sitemap.
    assert len(found[0]) == 4 * 4 + 3 * 3 + 2
    assert found[0] == found[1] == found[2]


def test_seconds_later_the_bytes_are_the_same() -> None:
    """feedgen's own times are the clock's."""
    first, second = [rendered([article()], format) for format in FEED_FORMATS], int(time.time())
    while int(time.time()) == second:
        time.sleep(0.05)
    assert [rendered([article()], format) for format in FEED_FORMATS] == first


def test_the_locale_is_untouched_though_several_threads_render_at_once() -> None:
    """feedgen's date formatter switches it for the whole process; four threads left it at "C"."""
    before, interval = locale.setlocale(locale.LC_ALL), sys.getswitchinterval()
    made = document([article()])
    try:
        chosen = locale.setlocale(locale.LC_ALL, "C.UTF-8")
        # So that threads meet in the middle of it.
        sys.setswitchinterval(1e-6)
        with ThreadPoolExecutor(8) as threads:
            bodies = set(threads.map(lambda _: rss(made), range(2000)))
        assert locale.setlocale(locale.LC_ALL) == chosen
        assert len(bodies) == 1
    finally:
        sys.setswitchinterval(interval)
        locale.setlocale(locale.LC_ALL, before)
