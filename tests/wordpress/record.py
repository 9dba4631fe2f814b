"""Records what a real WordPress answers, for the tests without one: `python -m tests.wordpress.record FOLDER`.

FOLDER is where it is made (tests/wordpress/site.py). Its address becomes http://wordpress.example in the records.
"""

import json
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from feeds.importers.wordpress.post import EMBED, FIELDS
from tests.wordpress.site import running

DATA = Path(__file__).parent / "data"
HOME = "http://wordpress.example"
_INDEX = ("name", "url", "home", "gmt_offset", "timezone_string", "namespaces")


def main(folder: Path) -> None:
    with running(folder, count=8) as site:

        def ask(path: str, **parameters: str) -> str:
            with urllib.request.urlopen(f"{site.url}{path}?{urlencode(parameters)}") as answer:
                return str(answer.read().decode())

        def keep(name: str, text: str) -> None:
            text = text.replace(site.url, HOME).replace(site.url.partition("//")[2], HOME.partition("//")[2])
            (DATA / name).write_text(text, encoding="utf-8")

        def keep_json(name: str, value: object) -> None:
            keep(name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

        DATA.mkdir(parents=True, exist_ok=True)
        index = json.loads(ask("/wp-json/"))
        keep_json("index.json", {name: index[name] for name in _INDEX})
        order = {"per_page": "100", "orderby": "modified", "order": "asc"}
        keep_json("posts.json", json.loads(ask("/wp-json/wp/v2/posts", _fields=FIELDS, _embed=EMBED, **order)))
        fields = {"per_page": "100", "hide_empty": "false", "_fields": "id,name,slug,parent"}
        keep_json("categories.json", json.loads(ask("/wp-json/wp/v2/categories", **fields)))
        keep("feed.xml", ask("/", feed="rss2"))
        exported = folder / "export.xml"
        site.export(exported)
        keep("export.xml", exported.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
