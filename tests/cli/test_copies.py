"""`feeds import` of copied pages: a folder of them tells what is the site's; a dry run shows what was understood."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.importers.test_copies import page


def copied(folder: Path, count: int) -> None:
    (folder / "copies").mkdir()
    for number in range(count):
        section = ("اقتصاد", "محلي")[number % 2]
        (folder / "copies" / f"{number}.txt").write_text(page(number, section), "utf-8")


def test_a_folder_of_copies_tells_what_is_the_sites(feeds: Run, folder: Path) -> None:
    copied(folder, 6)
    done = feeds("import", "copies", "--dry-run")
    assert done.stdout.splitlines()[-1] == "would be new 6, would be updated 0, unchanged 0, rejected 0"
    first = done.stdout.split("copies/1.txt")[0].splitlines()
    assert first[0].startswith('copies/0.txt: would be new: "خبر جديد من الميناء رقم 0 في الصباح" in ')
    assert [line.strip() for line in first[1:]] == [
        "section: اقتصاد",
        "title: خبر جديد من الميناء رقم 0 في الصباح",
        "lede: افتتح الميناء رصيفاً جديداً طوله 0 متراً، كما تقول البلدية.",
        "heading: ماذا بعد الرصيف 0؟",
        "paragraphs: 2",
        "left out: اترك تعليقاً",
        "left out: تابعوا الساحل في كل مكان",
        "left out: صحيفة الساحل",
    ]


def test_copies_come_in_once_and_stay_as_they_were(feeds: Run, folder: Path) -> None:
    copied(folder, 6)
    done = feeds("import", "copies")
    assert (done.stdout, done.returncode) == ("new 6, updated 0, unchanged 0, rejected 0\n", 0)
    assert done.stderr.splitlines() == [
        "copies: without a date: 6; each has that of its file, and keeps it",
        "made section اقتصاد (اقتصاد)",
        "made section محلي (محلي)",
    ]
    for path in (folder / "copies").iterdir():
        path.touch()
    names = sorted(f"copies/{path.name}" for path in (folder / "copies").iterdir())
    again = feeds("import", *names)
    assert (again.stdout, again.stderr) == ("new 0, updated 0, unchanged 6, rejected 0\n", "")
    (folder / "twice.txt").write_text(page(1, "محلي"), "utf-8")
    twice = feeds("import", *names, "twice.txt")
    assert twice.stderr.startswith("twice.txt: title and section are those of copies/1.txt; give the article once")


def test_a_copy_comes_from_standard_input_too(feeds: Run) -> None:
    assert feeds("import", "-", given=page(1)).stdout == "new 1, updated 0, unchanged 0, rejected 0\n"
