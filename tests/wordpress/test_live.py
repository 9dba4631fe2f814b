"""The importer against a real WordPress, started here (site.py): minutes, so `make soak`."""

import subprocess
from pathlib import Path

import pytest

from feeds.fetch import Fetcher
from feeds.importers.source import Source
from feeds.importers.wordpress.export import Export
from feeds.importers.wordpress.site import Site, find
from feeds.model import Record
from tests.cli.conftest import Run, feeds, folder
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
