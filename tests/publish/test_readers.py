"""Whoever reads the folder at any moment finds every feed whole, and in the same state in every coding."""

import asyncio
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import pytest

from feeds.errors import PublishError
from feeds.publish.folder import Folder
from feeds.publish.outlet import File
from tests.live.server import ROOT
from tests.newsroom import until
from tests.publish.conftest import Press, news

pytestmark = pytest.mark.anyio


@contextmanager
def reading(folder: Path, *names: str, readers: int = 2) -> Iterator[list[list[int]]]:
    """Readers at work while a block runs; afterwards what each of them says."""
    command = [sys.executable, "-m", "tests.publish.reader", str(folder), *names]
    children = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(readers)
    ]
    said: list[list[int]] = []
    try:
        for child in children:
            assert child.stdout
            assert child.stdout.readline() == b"ready\n"
        yield said
    finally:
        for child in children:
            spoken, faults = child.communicate(b"\n", timeout=60)
            assert child.returncode == 0, faults.decode()
            said.append([int(word) for word in spoken.split()])


def feed(name: str, number: int) -> File:
    """A file that tells its state at its beginning and at its end, of another length each time."""
    body = b"state-%d- " % number + b"text " * (2000 + number % 7 * 500) + b"end"
    variants = {"identity": body, "br": brotli.compress(body, quality=1), "gzip": zlib.compress(body, 1, wbits=31)}
    return File(name=name, variants=variants, modified=1_700_000_000 + number, headers={})  # type: ignore[arg-type]


async def test_no_reader_meets_a_missing_half_or_mixed_state(tmp_path: Path) -> None:
    """Through 200 publications, one after the other; what is kept in the folder meanwhile stays as it is."""
    outlet = Folder(tmp_path / "out")
    await outlet.open()
    names = ("rss.xml", "atom.xml")
    await outlet.put("world", [feed(name, 0) for name in names], keep=(), marks=())
    with reading(tmp_path / "out" / "world", *names) as said:
        for number in range(1, 201):
            changed = names if number % 2 else names[:1]
            keep = [name for name in names if name not in changed]
            await outlet.put("world", [feed(name, number) for name in changed], keep=keep, marks=())
            await outlet.tidy()
    for looks, met, rss, atom in said:
        assert looks > 20
        assert met > 20
        assert (rss, atom) == (200, 199)
    await outlet.close()


async def test_a_file_appears_and_goes_as_a_whole(tmp_path: Path) -> None:
    """With its compressed forms, and without touching those beside it."""
    outlet = Folder(tmp_path, grace=0)
    await outlet.open()
    await outlet.put("world", [feed("rss.xml", 1)], keep=(), marks=())
    await outlet.put("world", [feed("msn.xml", 2)], keep=["rss.xml"], marks=["today"])
    names = {each.name for each in (tmp_path / "world").iterdir()}
    assert names == {".now", ".v2", *(f"{file}{s}" for file in ("rss.xml", "msn.xml") for s in ("", ".br", ".gz"))} | {
        ".v1"
    }
    await outlet.tidy()
    await outlet.put("world", [], keep=["msn.xml"], marks=())
    await outlet.tidy()
    names = {each.name for each in (tmp_path / "world").iterdir()}
    assert names == {".now", ".v3", "msn.xml", "msn.xml.br", "msn.xml.gz"}
    shown = await outlet.shown("world")
    assert shown
    assert shown.files["msn.xml"].digest == feed("msn.xml", 2).digest
    await outlet.close()


async def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    """Notes, a folder that is shown, one that others lie in: by whatever they fail."""
    outlet = Folder(tmp_path)
    await outlet.open()
    (tmp_path / ".published").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(PublishError, match=r"can't be read or written: Is a directory"):
        await outlet.recall()
    with pytest.raises(PublishError, match=r"loop: can't be read or written: Too many levels"):
        await outlet.shown("loop")
    with pytest.raises(PublishError, match=r"loop: can't be read or written: Too many levels"):
        assert not [name async for name in outlet.folders("loop")]
    await outlet.close()


@pytest.mark.soak
async def test_readers_of_a_watched_desk_through_five_hundred_publications(press: Press) -> None:
    """Each change is published by the one that watches; readers look all the while."""
    await press.write(news("state-0-", title="state-0-"))
    async with press.publishing() as publisher:
        watching = asyncio.create_task(publisher.watch())
        out = press.out / "world" / "rss.xml"
        await until(out.exists)
        with reading(press.out / "world", "rss.xml", "atom.xml") as said:
            for number in range(1, 501):
                await press.write(news("changing", title=f"state-{number}-"))
                await until(lambda number=number: f"state-{number}-" in out.read_text("utf-8"))  # type: ignore[misc]
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    for looks, met, *last in said:
        assert looks > 1000
        assert met > 300
        assert last == [500, 500]
