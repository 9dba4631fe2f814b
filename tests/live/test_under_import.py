"""A server while another process writes: not one answer but 200 and 304."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

from tests.live.polling import importing, write_articles
from tests.live.server import Server, stock, wait


def test_not_one_answer_but_200_and_304(start: Callable[..., Server], folder: Path) -> None:
    """Thousands of polls while thousands of articles are imported; a larger run is `benchmarks.under_import`."""
    stock(folder, "first")
    write_articles(folder / "articles.jsonl", 2000)
    server = start().ready()
    counts, wrong = importing(server, folder / "articles.jsonl", requests=3000)
    assert wrong == []
    assert counts.keys() == {200, 304}
    assert counts.total() >= 3000
    wait(lambda: b"article-1999" in server.ask("/world/rss.xml").body, server)
    assert server.end() == 0
    assert "Traceback" not in server.output
    assert "event=store_unwell" not in server.output


def test_no_date_is_later_than_date(start: Callable[..., Server], folder: Path) -> None:
    """`Last-Modified` is the earlier of what is stored and `Date`, in the second of a change too."""
    server = start().ready()
    for number in range(3):
        stock(folder, f"dated-{number}")
        for _ in range(20):
            head = server.ask("/world/rss.xml", method="HEAD").headers
            assert parsedate_to_datetime(head["last-modified"]) <= parsedate_to_datetime(head["date"])
