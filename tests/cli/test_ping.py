"""`feeds ping`: tells the hubs by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.newsroom import CONFIG, CULTURE, SITE
from tests.push.receiver import Receiver

FILES = ("rss.xml", "atom.xml", "feed.json")


@pytest.fixture
def hub(folder: Path) -> Iterator[Receiver]:
    """A hub that the configuration names."""
    receiver = Receiver()
    (folder / "config.toml").write_text(f'{CONFIG}\n[websub]\nhubs = ["{receiver.url}"]\n', "utf-8")
    yield receiver
    receiver.close()


def test_every_feed_is_told_of(feeds: Run, hub: Receiver) -> None:
    """In the three formats: each section's and the whole desk's, a line each."""
    done = feeds("ping")
    assert done.returncode == 0, done.stderr
    expected = {f"{SITE}{part}/{file}" for part in ("", "/world", "/sports", f"/{CULTURE}") for file in FILES}
    assert set(hub.topics()) == expected
    assert set(done.stdout.splitlines()) == {f"{topic}: {hub.url}: 202 Accepted" for topic in expected}


def test_some_sections_are_told_of(feeds: Run, hub: Receiver) -> None:
    """By whatever name."""
    done = feeds("ping", "رياضه", "international")
    assert done.returncode == 0, done.stderr
    assert hub.topics() == sorted(f"{SITE}/{slug}/{file}" for slug in ("sports", "world") for file in FILES)


def test_what_is_not_taken_is_said(feeds: Run, hub: Receiver) -> None:
    """Exit status 1, and each on standard error."""
    hub.status = 500
    done = feeds("ping", "sports")
    assert done.returncode == 1
    assert done.stdout == ""
    assert [line.split(": ")[-1] for line in done.stderr.splitlines()] == ["500 Internal Server Error"] * 3


def test_wrong_use_is_one_line(feeds: Run, hub: Receiver, folder: Path) -> None:
    """A section that there is not; no hub at all."""
    done = feeds("ping", "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'there is no section "nothing"; there are world, sports, ثقافة\n'
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    done = feeds("ping")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "config.toml: [websub] hubs names no hub; give at least one address\n"
    assert hub.calls == []
