"""The importer against a real WordPress, started here (site.py): minutes, so `make soak`."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from feeds.fetch import Fetcher
from feeds.importers.source import Source
from feeds.importers.wordpress.export import Export
from feeds.importers.wordpress.site import Site, find
from feeds.model import Record
from tests.cli.conftest import Run, feeds, folder
from tests.live.server import ROOT, Served, Server
from tests.push.live import TOKEN, configure_desk
from tests.wordpress.site import NEEDED, WordPress, missing, running

__all__ = ["feeds", "folder"]

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(missing(), reason=f"no WordPress here: apt-get install {NEEDED}"),
]
COUNT = 250
# And what is published and open of the special ones.
OPEN = COUNT + 3


def summary(done: "subprocess.CompletedProcess[str]") -> str:
    return done.stdout.splitlines()[-1]


def test_a_real_site(tmp_path_factory: pytest.TempPathFactory, feeds: Run) -> None:
    """All of a real site comes, once; what changes, goes and comes back there does so here. Its export is the same."""
    place = tmp_path_factory.mktemp("wordpress")
    with running(place, count=COUNT) as site:
        command = ("import", "--allow-private", f"{site.url}/")

        def bring(*more: str) -> "subprocess.CompletedProcess[str]":
            return feeds(*command, *more)

        assert summary(bring()) == f"new {OPEN}, updated 0, unchanged 0, rejected 0"
        assert summary(bring()) == "new 0, updated 0, unchanged 1, rejected 0"
        site.php("wp_update_post(['ID' => 15, 'post_title' => 'عنوان آخر']);")
        assert summary(bring()) == "new 0, updated 1, unchanged 1, rejected 0"
        site.php("wp_trash_post(16); wp_update_post(['ID' => 17, 'post_status' => 'draft']); wp_delete_post(18, true);")
        done = bring("--reconcile")
        assert "withdrawn 3, which are no longer published there" in done.stderr
        site.php("wp_publish_post(17);")
        bring("--reconcile")
        again = bring("--reconcile")
        assert "withdrawn" not in again.stderr
        _same_by_export(site, place)
        _by_other_ways(site, bring)


def _by_other_ways(site: WordPress, bring: Run) -> None:
    """Without addresses of its own, and with its API closed, a site brings the same articles, and no others."""
    # In another way of taking them, all are read again.
    again = ("--dry-run", "--parents")
    site.php("update_option('permalink_structure', '');")
    assert summary(bring(*again)).startswith("would be new 0, ")
    plug_ins = site.folder / "wp-content" / "mu-plugins"
    plug_ins.mkdir()
    closing = (
        "add_filter('rest_authentication_errors', function () { return new WP_Error('no', 'no', ['status' => 401]); });"
    )
    (plug_ins / "closed.php").write_text(f"<?php\n{closing}\n", "utf-8")
    done = bring(*again, "--section", "world")
    assert "its REST API is closed (answers 401 at" in done.stderr
    counts = dict(part.rsplit(" ", 1) for part in summary(done).split(", "))
    assert counts["would be new"] == counts["rejected"] == "0"
    assert int(counts["would be updated"]) + int(counts["unchanged"]) == OPEN - 2


def _same_by_export(site: WordPress, place: Path) -> None:
    """The records of the export are those of the API."""
    exported = place / "export.xml"
    site.export(exported)
    with exported.open("rb") as file:
        by_export = {
            record.item["id"]: record.item
            for record in Export(Source.of("export.xml", file)).records()
            if isinstance(record, Record)
        }
    with Fetcher(agent="test", allow_private=True) as fetcher:
        found = find(fetcher, fetcher.get(f"{site.url}/"))
        assert isinstance(found, Site)
        found.learn_categories(parents=False)
        posts = [post for page in found.changed(None) for post in page.posts]
    by_rest = {post.guid: post.record.item for post in posts if isinstance(post.record, Record)}
    assert by_rest.keys() == by_export.keys()
    for guid, item in by_rest.items():
        for name in ("title", "summary", "url", "date_published", "authors", "tags", "image"):
            assert (item.get(name) or None) == (by_export[guid].get(name) or None), (guid, name)


# What an editor does to a post, and how the desk answers for it then.
CHANGES = (
    ("wp_update_post(['ID' => {}, 'post_title' => 'عنوان آخر']);", 200),
    ("wp_trash_post({});", 410),
    ("wp_untrash_post({}); wp_publish_post({});", 200),
    ("wp_update_post(['ID' => {}, 'post_password' => 'x']);", 410),
    ("wp_update_post(['ID' => {}, 'post_password' => '']);", 200),
    ("wp_update_post(['ID' => {}, 'post_status' => 'private']);", 410),
    ("wp_update_post(['ID' => {}, 'post_status' => 'publish']);", 200),
    ("wp_delete_post({}, true);", 410),
)


def test_the_plug_in_pushes(tmp_path_factory: pytest.TempPathFactory, folder: Path, feeds: Run) -> None:
    """What is published, changed and taken down in a real WordPress is so on the desk, by docs/push/khulasat-push.php;
    an import finds the same articles."""
    configure_desk(folder, more=TOKEN)
    desk = Server(folder, "--port", "0")
    try:
        desk.ready()
        with running(tmp_path_factory.mktemp("wordpress"), count=1) as site:
            plug_in(site, desk)
            number = int(site.php(PUBLISH))
            guid = site.php(f"echo get_post_field('guid', {number}, 'raw');")

            def look() -> Served:
                return desk.ask(f"/articles?id={quote(guid, safe='')}", {"Authorization": "Bearer a token"})

            item = json.loads(look().body)
            assert item["title"] == "افتتاح ‘السوق’ & الرصيف"
            assert (item["summary"], item["tags"]) == ("مختصر & قصير", ["نفط & غاز"])
            assert item["sections"] == ["world"]
            assert item["authors"] == [{"name": "هدى المختار"}]
            assert "<p>نص <b>الخبر</b>.</p>" in item["content_html"]
            assert item["date_published"].endswith("+02:00")
            said = summary(feeds("import", "--allow-private", f"{site.url}/"))
            assert said == "new 4, updated 0, unchanged 1, rejected 0"
            for change, status in CHANGES:
                site.php(change.replace("{}", str(number)))
                assert look().status == status, change
            assert desk.end() == 0
    finally:
        desk.end()


PUBLISH = """
$tag = wp_insert_term('نفط & غاز', 'post_tag');
echo wp_insert_post([
    'post_title' => "افتتاح 'السوق' & الرصيف", 'post_content' => '<p>نص <b>الخبر</b>.</p>', 'post_status' => 'publish',
    'post_excerpt' => 'مختصر & قصير', 'post_category' => [get_category_by_slug('world')->term_id],
    'tags_input' => ['نفط & غاز'], 'post_author' => get_user_by('login', 'huda')->ID,
]);
"""


def plug_in(site: WordPress, desk: Server) -> None:
    """Does what the plug-in's head says."""
    plug_ins = site.folder / "wp-content" / "mu-plugins"
    plug_ins.mkdir()
    shutil.copy(ROOT / "docs" / "push" / "khulasat-push.php", plug_ins)
    config = site.folder / "wp-config.php"
    lines = f"define('KHULASAT_URL', '{desk.base}');\ndefine('KHULASAT_TOKEN', 'a token');\n"
    config.write_text(config.read_text("utf-8").replace("<?php\n", f"<?php\n{lines}", 1), "utf-8")
