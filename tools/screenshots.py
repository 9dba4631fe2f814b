"""Pictures of the service for the documents, of the samples in a real browser: `make screenshots`."""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ColorScheme = Literal["light", "dark"]

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
# What is shown, and on what: a file for each, light and dark.
SHOWN = {"landing": "", "section": "economy/", "feed": "economy/rss.xml"}
SIZES = {"": (1100, 820), "-telephone": (390, 780)}
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
COLOURS = 128
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


def shoot(browser: Browser, url: str, path: Path, *, size: tuple[int, int], scheme: ColorScheme) -> None:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    drawn = Image.open(io.BytesIO(page.screenshot()))
    # A few colours are enough for paper, ink and small pictures, and a quarter of the bytes. (Of other ways to choose
    # them, one turns what is dark brown.)
    drawn.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    page.close()


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, address in SHOWN.items():
            for device, size in SIZES.items():
                for scheme in SCHEMES:
                    path = IMAGES / f"{name}{device}{'-dark' if scheme == 'dark' else ''}.png"
                    shoot(browser, f"{site}/{address}", path, size=size, scheme=scheme)
        browser.close()
    print(f"written to {IMAGES.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
