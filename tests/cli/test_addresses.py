"""`feeds import` of addresses, folders and patterns: what is there is told by content, and asked for once."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, item, lines
from tests.cli.test_pages import saved
from tests.fetch.servers import Reply, Request, Server, answer, redirect, serving


def rss(*numbers: int, title: str = "خبر") -> bytes:
    items = "".join(
        f"<item><title>{title} {n}</title><guid>{n}</guid><link>/{n}/</link><category>رياضة</category>"
        f"<pubDate>Mon, 0{n} Nov 2026 10:00:00 +0200</pubDate><description>نص {n}</description></item>"
        for n in numbers
    )
    return f"<rss><channel><title>x</title>{items}</channel></rss>".encode()


def test_a_feed_is_asked_for_again_only_where_it_changed(feeds: Run) -> None:
    with serving() as server:
        address = f"{server.base}/feed/"
        server.replies["/feed/"] = [
            answer(rss(1, 2), ETag='"one"', Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT"),
            answer(status="304 Not Modified"),
            answer(rss(1, 2, 3), ETag='"two"'),
        ]
        command = ("import", "--allow-private", "--sections-from-categories", address)
        assert feeds(*command).stdout == "new 2, updated 0, unchanged 0, rejected 0\n"
        again = feeds(*command)
        assert (again.stdout, again.returncode) == ("new 0, updated 0, unchanged 0, rejected 0\n", 0)
        assert again.stderr == f"{address}: has not changed since the last import\n"
        assert feeds(*command).stdout == "new 1, updated 0, unchanged 2, rejected 0\n"
        # Taken in another way, it is another import.
        assert feeds("import", "--allow-private", "--section", "world", address).returncode == 0
        asked = [request.headers.get("if-none-match") for request in server.asked]
        assert asked == [None, '"one"', '"one"', None]
        assert server.asked[1].headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
        assert server.asked[0].headers["user-agent"].startswith("Khulasat/")
    assert [line.split()[:2] for line in feeds("sections").stdout.splitlines()[1:]] == [
        ["world", "3"],
        ["sports", "3"],
        ["ثقافة", "0"],
    ]


def test_what_was_refused_is_asked_for_again(feeds: Run) -> None:
    with serving() as server:
        server.replies["/"] = answer(rss(1), ETag='"one"')
        command = ("import", "--allow-private", f"{server.base}/")
        for _ in range(2):
            done = feeds(*command)
            assert (done.returncode, done.stdout) == (1, "new 0, updated 0, unchanged 0, rejected 1\n")
        assert [request.headers.get("if-none-match") for request in server.asked] == [None, None]


def test_a_page_leads_to_the_feed_that_it_names(feeds: Run) -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="x/feed?a=1&amp;b=2"></head></html>'
    with serving() as server:
        server.replies["/"] = answer(page.encode())
        server.replies["/x/feed?a=1&b=2"] = answer(rss(1, 2), ETag='"one"')
        command = ("import", "--allow-private", "--section", "world", "--strict", f"{server.base}/")
        assert feeds(*command).stdout == "new 2, updated 0, unchanged 0, rejected 0\n"
        assert feeds(*command).stdout == "new 0, updated 0, unchanged 2, rejected 0\n"
        assert server.targets == ["/", "/x/feed?a=1&b=2", "/x/feed?a=1&b=2"]


def test_a_name_and_a_password_are_for_all_that_is_fetched_from_a_server(feeds: Run, folder: Path) -> None:
    """The page, the feed that it names, and that feed the next time; the store does not hold them."""
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed/"></head></html>'
    with serving() as server:

        def guarded(body: bytes) -> Reply:
            def reply(request: Request, connection: object) -> bytes:
                known = request.headers.get("authorization") == "Basic bWU6aHVzaC1odXNo"
                return answer(body, ETag='"x"') if known else answer(status="401 Unauthorized")

            return reply

        server.replies |= {"/": guarded(page.encode()), "/feed/": guarded(rss(1))}
        address = f"http://me:hush-hush@127.0.0.1:{server.port}/"
        command = ("import", "--allow-private", "--section", "world", address)
        for outcome in ("new 1, updated 0, unchanged 0", "new 0, updated 0, unchanged 1"):
            done = feeds(*command)
            assert (done.stdout, done.stderr) == (f"{outcome}, rejected 0\n", "")
        assert server.targets == ["/", "/feed/", "/feed/"]
    assert all(b"hush" not in file.read_bytes() for file in folder.glob("articles.db*"))


def test_where_an_address_leads_today_is_asked_each_time(feeds: Run) -> None:
    """A newest issue that another address leads to; unchanged, it is not sent again."""
    with serving() as server:
        server.replies["/latest"] = [redirect("/1"), redirect("/1"), redirect("/2")]
        server.replies |= {"/1": [answer(rss(1), ETag='"1"'), answer(status="304 Not Modified")], "/2": answer(rss(2))}
        command = ("import", "--allow-private", "--section", "world", f"{server.base}/latest")
        counts = [feeds(*command).stdout.split(",")[0] for _ in range(3)]
        assert counts == ["new 1", "new 0", "new 1"]
        assert server.targets == ["/latest", "/1"] * 2 + ["/latest", "/2"]


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        (answer(b"\x89PNG"), "is no source of articles that is known; give JSON Lines"),
        (answer(status="404 Not Found"), "answers 404 Not Found; check the address"),
    ],
)
def test_an_address_without_articles_is_one_message(feeds: Run, replies: bytes, message: str) -> None:
    with serving() as server:
        server.replies["/"] = replies
        done = feeds("import", "--allow-private", f"{server.base}/")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"{server.base}/: {message}")


def test_the_address_of_an_article_brings_that_article(feeds: Run) -> None:
    with serving() as server:
        body = saved(1).replace("<head>", '<head><link rel="alternate" type="application/rss+xml" href="/feed/">')
        server.replies["/1/"] = [answer(body.encode(), ETag='"one"'), answer(status="304 Not Modified")]
        command = ("import", "--allow-private", f"{server.base}/1/")
        assert feeds(*command).stdout == "new 1, updated 0, unchanged 0, rejected 0\n"
        assert feeds(*command).stderr == f"{server.base}/1/: has not changed since the last import\n"
        assert server.targets == ["/1/", "/1/"]


def test_this_machine_is_only_asked_where_that_is_said(feeds: Run) -> None:
    with serving() as server:
        done = feeds("import", f"{server.base}/")
        assert done.returncode == 2
        assert "give --allow-private" in done.stderr
        assert server.targets == []


def test_a_folder_is_read_with_the_folders_in_it(feeds: Run, folder: Path) -> None:
    (folder / "in" / "deep").mkdir(parents=True)
    (folder / "in" / ".hidden").mkdir()
    (folder / "in" / "page_files").mkdir()
    for name in ("in/b.txt", "in/deep/a", "in/.hidden/c", "in/page_files/d"):
        (folder / name).write_text(lines(item(name)), "utf-8")
    (folder / "in" / "logo.png").write_bytes(b"\x89PNG\0\0")
    done = feeds("import", "in")
    assert (done.returncode, done.stdout) == (0, "new 2, updated 0, unchanged 0, rejected 0\n")
    assert done.stderr == "in: passed over as no articles: 1 (logo.png)\n"


def test_a_pattern_stands_for_its_files_and_a_name_for_itself(feeds: Run, folder: Path) -> None:
    for name in ("1.jsonl", "2.jsonl", "[3].jsonl"):
        (folder / name).write_text(lines(item(name)), "utf-8")
    assert feeds("import", "[12].jsonl").stdout.startswith("new 2,")
    assert feeds("import", "[3].jsonl").stdout.startswith("new 1,")
    assert feeds("import", "*.nothing").stderr.startswith("*.nothing: holds no source of articles (files: 0)")


def test_since_and_limit_choose(feeds: Run) -> None:
    given = rss(1, 2, 3, 4).decode()
    done = feeds("import", "--section", "world", "--since", "2026-11-03", "-", given=given)
    assert done.stdout == "new 2, updated 0, unchanged 0, rejected 0, left out 2\n"
    done = feeds("import", "--section", "world", "--limit", "1", "-", given=given)
    assert done.stdout == "new 1, updated 0, unchanged 0, rejected 0\n"
    wrong = feeds("import", "--since", "yesterday", "-", given=given)
    assert wrong.returncode == 2
    assert '--since is "yesterday"; give a time such as "2026-11-23T14:30:00+02:00"' in wrong.stderr


def test_dates_that_are_hardly_meant_are_refused_or_reported(feeds: Run) -> None:
    given = lines(item("1", date_published="2099-01-01"), item("2", date_published="1970-01-01T00:00:00Z"))
    done = feeds("import", "-", given=given)
    assert done.stdout == "new 1, updated 0, unchanged 0, rejected 1\n"
    assert "days ahead; mend it or, if that is meant, give --embargo-ok" in done.stderr
    old = "standard input:2: date_published is 1970-01-01T00:00+00:00, before 1990; it was taken, check it"
    assert old in done.stderr
    done = feeds("import", "--embargo-ok", "-", given=given)
    assert (done.stdout, done.stderr) == ("new 1, updated 0, unchanged 1, rejected 0\n", "")


def test_what_has_no_date_has_that_of_its_import_and_keeps_it(feeds: Run) -> None:
    given = "<rss><channel><item><title>خبر</title><guid>1</guid></item></channel></rss>"
    done = feeds("import", "--section", "world", "-", given=given)
    assert done.stderr == "standard input: without a date: 1; each has that of its file, and keeps it\n"
    again = feeds("import", "--section", "world", "-", given=given)
    assert (again.stdout, again.stderr) == ("new 0, updated 0, unchanged 1, rejected 0\n", "")


def test_servers_stay_named_without_secrets(feeds: Run) -> None:
    with serving() as server:
        server.replies["/f?key=hidden"] = answer(b"")
        address = f"http://user:word@127.0.0.1:{server.port}/g?key=hidden"
        done = feeds("import", "--allow-private", address)
        assert done.returncode == 2
        assert "hidden" not in done.stderr and "word" not in done.stderr
        assert isinstance(server, Server)
