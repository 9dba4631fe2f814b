"""Pictures of the service for the documents, of the samples in a real browser: `make screenshots`."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

ColorScheme = Literal["light", "dark"]

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
# Nothing of the browser's own goes out to the network.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextlib.contextmanager
def served() -> Iterator[str]:
    """A desk with the sample articles on a free port; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "FEEDS_STORE__URL": f"sqlite:{folder}/articles.db",
            "FEEDS_CONFIG": str(ROOT / "config.toml"),
            "FEEDS_SITE__URL": "http://127.0.0.1:8000",
        }
        feeds = [sys.executable, "-m", "feeds"]
        samples = subprocess.run([*feeds, "samples"], env=environ, check=True, capture_output=True)
        subprocess.run([*feeds, "import", "-"], env=environ, check=True, input=samples.stdout, capture_output=True)
        server = subprocess.Popen(
            [sys.executable, "-u", "-m", "feeds", "serve", "--port", "8000"],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert server.stdout
            for line in server.stdout:
                if found := re.search(r"pages +(http://\S+)/", line):
                    yield found[1]
                    break
            else:
                raise SystemExit("the server did not start; is port 8000 free?")
        finally:
            server.terminate()
            server.wait()


def shoot(browser: Browser, url: str, name: str, *, width: int, height: int, scheme: ColorScheme = "light") -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(url)
    page.screenshot(path=IMAGES / name)
    page.close()


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shoot(browser, f"{site}/", "landing.png", width=1100, height=900)
        shoot(browser, f"{site}/", "landing-dark-telephone.png", width=390, height=800, scheme="dark")
        shoot(browser, f"{site}/economy/rss.xml", "feed.png", width=1100, height=800)
        shoot(browser, f"{site}/economy/atom.xml", "feed-atom.png", width=1100, height=800)
        browser.close()
    print(f"written to {IMAGES.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
