"""`feeds import` of saved pages: a folder of them, once and again."""

from pathlib import Path

from tests.cli.conftest import Run

TEXT = "<p>أعلنت البلدية اليوم افتتاح الطريق الساحلي بعد أعمال صيانة استمرت عامين كاملين.</p>"


def saved(number: int, section: str = "رياضة") -> str:
    return (
        f'<!doctype html><html><head><title>خبر {number}</title><link rel="canonical" href="https://news.example/{number}/">'
        f'<meta property="article:section" content="{section}"><meta property="article:published_time"'
        f' content="2026-11-2{number}T10:00:00+02:00"></head><body><article>{TEXT * 3}</article></body></html>'
    )


def test_a_folder_of_pages_comes_in_once(feeds: Run, folder: Path) -> None:
    (folder / "pages" / "1_files").mkdir(parents=True)
    (folder / "pages" / "1_files" / "frame.html").write_text(saved(9), "utf-8")
    for number in (1, 2, 3):
        (folder / "pages" / f"{number}.htm").write_text(saved(number), "utf-8")
    (folder / "pages" / "copy of 1.htm").write_text(saved(1), "utf-8")
    (folder / "pages" / "empty.htm").write_text("<html></html>", "utf-8")
    done = feeds("import", "pages")
    assert (done.returncode, done.stdout) == (1, "new 3, updated 0, unchanged 0, rejected 2\n")
    assert done.stderr.splitlines() == [
        'pages/copy of 1.htm: id "https://news.example/1/" stands at pages/1.htm already; give it once',
        "pages/empty.htm: holds no article that could be found; give the page of one article",
    ]
    assert feeds("import", "pages/*.htm").stdout == "new 0, updated 0, unchanged 3, rejected 2\n"
    (folder / "pages" / "2.htm").write_text(saved(2).replace("خبر 2", "خبر آخر"), "utf-8")
    assert feeds("import", "pages").stdout == "new 0, updated 1, unchanged 2, rejected 2\n"


def test_a_page_that_was_saved_elsewhere_has_no_script_and_whole_addresses(feeds: Run) -> None:
    given = saved(1).replace(TEXT, TEXT + '<p><a href="../x?a=1">رابط</a> <a href="javascript:alert(1)">آخر</a></p>')
    feeds("import", "-", given=given)
    done = feeds("check", "sports", "--json")
    assert done.returncode == 0, done.stdout
