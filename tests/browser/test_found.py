"""Feeds are found from the addresses of pages, by a finder that is not ours."""

import feedfinder2
import feedparser
import pytest


@pytest.mark.filterwarnings("ignore:No parser was explicitly specified")
@pytest.mark.parametrize(
    ("page", "own"),
    [("", ""), ("economy/", "economy/"), ("economy+world/", "economy+world/"), ("about/", "")],
)
def test_a_page_leads_a_finder_to_its_feeds(page: str, own: str, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its links of the registered types alone: the page's own feed, then everything."""
    monkeypatch.setenv("NO_PROXY", "*")
    found = feedfinder2.find_feeds(f"{site}/{page}")
    wanted = [f"{site}/{folder}{file}" for folder in dict.fromkeys((own, "")) for file in ("rss.xml", "atom.xml")]
    assert sorted(found) == sorted(wanted)
    assert feedparser.parse(found[0]).entries
