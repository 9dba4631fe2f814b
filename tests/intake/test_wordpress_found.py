"""What is a WordPress site, and how it is found (feeds/importers/wordpress/site.py)."""

from feeds.fetch import Fetcher
from feeds.importers.wordpress.site import Closed, Site, find
from tests.fetch.servers import NOT_HERE, answer, redirect
from tests.intake.wordpress import found, wordpress
from tests.wordpress.recorded import Recorded

__all__ = ["wordpress"]


def test_found(wordpress: Recorded) -> None:
    """A site is found by its front page's header, by its head, by its API's address, and by what it is made of."""
    with Fetcher(agent="test", allow_private=True, wait=lambda seconds: None) as fetcher:
        for path in ("/", "/wp-json/", "/?rest_route=/"):
            assert found(wordpress, fetcher, path).home == f"{wordpress.home}/"
        page = f"<link rel='https://api.w.org/' href='{wordpress.home}/wp-json/' />"
        for body in (page, "<img src='/wp-content/x.png'>"):
            wordpress.server.replies["/"] = answer(body.encode(), Content_Type="text/html")
            assert found(wordpress, fetcher).home == f"{wordpress.home}/"
        # With plain addresses there is no /wp-json/.
        wordpress.server.replies["/wp-json/"] = NOT_HERE
        assert found(wordpress, fetcher).home == f"{wordpress.home}/"


def test_found_in_a_language(wordpress: Recorded) -> None:
    """A front page that leads to the one in a language stands for the whole site; that one itself for its language."""
    page = answer(b"<html>", Link=f'<{wordpress.home}/wp-json/>; rel="https://api.w.org/"')
    wordpress.server.replies |= {"/ar/": page, "/": redirect("/ar/")}
    with Fetcher(agent="test", allow_private=True, wait=lambda seconds: None) as fetcher:
        front = fetcher.get(f"{wordpress.home}/")
        assert front.url == f"{wordpress.home}/ar/"
        site = find(fetcher, front, f"{wordpress.home}/")
        assert isinstance(site, Site) and site.language is None
        # Without Polylang or WPML it is a page like others.
        assert find(fetcher, front, front.url) is None
        wordpress.index["namespaces"] = ["wp/v2", "pll/v1"]
        site = find(fetcher, front, front.url)
        assert isinstance(site, Site) and site.language == "ar"
        assert site.speaking(None).language == "ar"
        wordpress.closed.add("/")
        closed = find(fetcher, front, f"{wordpress.home}/")
        assert isinstance(closed, Closed) and closed.home == f"{wordpress.home}/"
        assert find(fetcher, front, front.url) is None


def test_not_found(wordpress: Recorded) -> None:
    """Another page of a site does not stand for the whole, and what is no WordPress is none."""
    with Fetcher(agent="test", allow_private=True, wait=lambda seconds: None) as fetcher:
        page = answer(b"<img src='/wp-content/x.png'>", Link=f'<{wordpress.home}/wp-json/>; rel="https://api.w.org/"')
        wordpress.server.replies["/2026/11/harbour/"] = page
        wordpress.server.replies["/none"] = answer(b"<html>")
        for path in ("/2026/11/harbour/", "/none"):
            assert find(fetcher, fetcher.get(f"{wordpress.home}{path}")) is None


def test_closed(wordpress: Recorded) -> None:
    """A closed API is told from no WordPress, with what it answers."""
    wordpress.closed.add("/")
    with Fetcher(agent="test", allow_private=True, wait=lambda seconds: None) as fetcher:
        closed = find(fetcher, fetcher.get(wordpress.home))
        assert closed == Closed(home=f"{wordpress.home}/", why=f"answers 403 at {wordpress.home}/wp-json/")
