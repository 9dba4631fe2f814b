"""What `feeds publish s3://…` promises, against an S3 server in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient

from feeds.errors import PublishError
from feeds.model import Section
from feeds.publish.bringing import Tally
from feeds.publish.bucket import Bucket
from feeds.publish.outlet import SUFFIXES
from feeds.publish.running import publish_once
from feeds.text.guid import article_key
from tests.live.server import ROOT, environment, wait
from tests.newsroom import CONFIG, ask, configure
from tests.publish.conftest import Press, live, news, stock

pytestmark = pytest.mark.anyio
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("s3") / "log"
    # It takes a port of its own, and says which.
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stdout=file, stderr=file, cwd=ROOT
        )
    wait(lambda: b"Running on http://" in log.read_bytes() or server.poll() is not None)
    (port,) = [line.rpartition(":")[2] for line in log.read_text().splitlines() if "Running on http://" in line]
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(30)


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> BaseClient:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket="news")
    return client


async def publish(press: Press, url: str = "s3://news/feeds") -> Tally:
    press.ahead += timedelta(seconds=2)
    return await publish_once(press.settings, press.reader(), Bucket(url), clock=press.clock)


def keys(s3: BaseClient) -> dict[str, str]:
    """The tag of every object, by its key below the prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="news", Prefix="feeds/")
    return {each["Key"].removeprefix("feeds/"): each["ETag"] for page in pages for each in page.get("Contents", ())}


async def test_objects_have_the_bytes_and_headers_of_the_live_service(press: Press, s3: BaseClient) -> None:
    """In every coding: content type, coding, language and cache headers."""
    await stock(press)
    await publish(press)
    found = keys(s3)
    async with live(press) as app:
        for name in ("index.html", "world/rss.xml", "ثقافة/feed.json", "tags/sea/atom.xml", "opml.xml", "robots.txt",
                     f"articles/{article_key('one')}/index.html", "static/rss.css"):  # fmt: skip
            path = ("/" + name.removesuffix("index.html")).encode()
            for coding, suffix in SUFFIXES.items():
                headers = [("host", "x"), ("accept-encoding", coding)]
                answer = await ask(app, _quoted(path), "GET", headers)
                if suffix and answer.get("content-encoding") is None:
                    assert name + suffix not in found
                    continue
                held = s3.get_object(Bucket="news", Key=f"feeds/{name}{suffix}")
                assert held["Body"].read() == answer.body, name
                assert held["ContentType"] == answer["content-type"]
                assert held.get("ContentEncoding") == answer.get("content-encoding")
                assert held["CacheControl"] == answer["cache-control"]
                assert held.get("ContentLanguage") == answer.get("content-language")
    assert f"articles/{article_key('two')}/index.html" not in found


def _quoted(path: bytes) -> bytes:
    return "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in path).encode()


async def test_only_what_changed_is_put_and_what_is_gone_is_deleted(press: Press, s3: BaseClient) -> None:
    await stock(press)
    await publish(press)
    assert (await publish(press)).written == 0
    before = {each["Key"]: each["LastModified"] for each in s3.list_objects_v2(Bucket="news")["Contents"]}
    await press.write(news("new", sections=["sports"]))
    await press.withdraw("one")
    tally = await publish(press)
    assert tally.written < 50
    found = keys(s3)
    assert not [name for name in found if name.startswith(f"articles/{article_key('one')}/index")]
    assert b"new" in s3.get_object(Bucket="news", Key="feeds/sports/rss.xml")["Body"].read()
    assert "ثقافة/rss.xml.br" in found
    assert before["feeds/ثقافة/rss.xml"] == s3.head_object(Bucket="news", Key="feeds/ثقافة/rss.xml")["LastModified"]


async def test_objects_of_others_are_not_touched(press: Press, s3: BaseClient) -> None:
    """A prefix that holds any is refused, as a whole bucket; what comes later stays, whatever goes beside it."""
    s3.create_bucket(Bucket="theirs")
    s3.put_object(Bucket="theirs", Key="pictures/one.png", Body=b"mine")
    for url in ("s3://theirs", "s3://theirs/pictures"):
        with pytest.raises(
            PublishError, match=f"{url}: holds objects that are not ours; name a prefix that holds none"
        ):
            await publish(press, url)
    await stock(press)
    await publish(press, "s3://theirs/feeds")
    places = ("", "sports/", "sports/archive/", "pictures/", "articles/x/", f"articles/{article_key('one')}/")
    for place in places:
        s3.put_object(Bucket="theirs", Key=f"feeds/{place}mine.html", Body=b"mine")
    async with press.store.writing() as writing:
        await writing.rename_section("sports", Section(slug="games", title="ألعاب"))
    text = (press.folder / "config.toml").read_text("utf-8").replace('slug = "sports"', 'slug = "games"')
    press.settings = configure(press.folder, text)
    await press.withdraw("one")
    await publish(press, "s3://theirs/feeds")
    found = {each["Key"] for each in s3.list_objects_v2(Bucket="theirs")["Contents"]}
    assert {"pictures/one.png", *(f"feeds/{place}mine.html" for place in places)} <= found
    assert {key for key in found if "/sports/" in key} == {"feeds/sports/mine.html", "feeds/sports/archive/mine.html"}
    assert "feeds/games/rss.xml" in found
    assert f"feeds/articles/{article_key('one')}/index.html" not in found


async def test_the_archive_of_a_day_that_is_over_lives_longer_in_caches(press: Press, s3: BaseClient) -> None:
    await press.write(news("one"))
    await publish(press)
    day = press.clock().astimezone(press.settings.site.zone).date().isoformat()
    key = f"feeds/archive/{day}/atom.xml"
    assert "max-age=300" in s3.head_object(Bucket="news", Key=key)["CacheControl"]
    press.ahead += timedelta(days=1)
    await publish(press)
    assert "max-age=3600" in s3.head_object(Bucket="news", Key=key)["CacheControl"]
    assert f"archive/{day}/.mark-today" not in keys(s3)


async def test_a_bucket_that_can_not_be_reached_is_told(press: Press, s3: BaseClient) -> None:
    with pytest.raises(PublishError, match=r"s3://none/x/: .*404 Not Found; see its name, keys and endpoint"):
        await publish(press, "s3://none/x")


def test_the_command_publishes_to_a_bucket(tmp_path: Path, s3: BaseClient) -> None:
    """With the keys from the environment."""
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    command = [sys.executable, "-m", "feeds", "publish", "s3://news/feeds"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("written ")
    assert s3.head_object(Bucket="news", Key="feeds/rss.xml.br")["ContentEncoding"] == "br"
