"""Caches are told of each tag that changed, before hubs are told of the topics."""

from pathlib import Path

import pytest

from tests.push.conftest import opened_post
from tests.push.receiver import Receiver, topics
from tests.store.articles import article

pytestmark = pytest.mark.anyio


def caching(folder: Path, hub: Receiver, cache: Receiver) -> opened_post:
    return opened_post(
        folder,
        WEBSUB__HUBS=f'["{hub.url}"]',
        CDN__PURGE_URL=f"{cache.url}purge/{{tag}}",
        CDN__HEADERS='{"X-Key": "secret"}',
    )


async def test_caches_are_purged_before_hubs_are_pinged(tmp_path: Path, hub: Receiver, cache: Receiver) -> None:
    """A request for each tag that changed, with the configured headers; when the first ping comes, all are through."""
    purged_at_first_ping: list[int] = []
    async with caching(tmp_path, hub, cache) as post:
        hub.meanwhile = lambda call: purged_at_first_ping.append(len(cache.calls))
        courier = await post.courier()
        await post.publish(article("a", tags=("طاقة",)))
        await post.tell(courier)
        assert sorted((call.method, call.target, call.headers["x-key"]) for call in cache.calls) == [
            ("PURGE", "/purge/desk:all", "secret"),
            ("PURGE", "/purge/tag:%D8%B7%D8%A7%D9%82%D8%A9", "secret"),
            ("PURGE", "/purge/world", "secret"),
        ]
        assert hub.topics() == topics("", "world")
        assert set(purged_at_first_ping) == {3}
        assert post.metrics.values()["purges", "taken"] == 3


async def test_a_cache_that_is_down_holds_up_no_ping(tmp_path: Path, hub: Receiver, cache: Receiver) -> None:
    """It is tried again; once it is purged, hubs are told again: they may have been given what it had."""
    async with caching(tmp_path, hub, cache) as post:
        cache.status = 500
        courier = await post.courier()
        await post.publish(article("a"))
        await post.tell(courier)
        assert hub.topics() == topics("", "world")
        assert await post.waiting() == (0, 2, 0)
        cache.status = 200
        await post.turn(courier, seconds=5)
        assert hub.topics() == topics("", "world")
        assert await post.waiting() == (0, 0, 0)


@pytest.mark.parametrize(
    ("settings", "method", "header", "body"),
    [
        ({"METHOD": "POST"}, "POST", ("content-type", "application/json"), b'{"tags":["world"]}'),
        ({"METHOD": "POST", "HEADERS": '{"Surrogate-Key": "{tag}"}'}, "POST", ("surrogate-key", "world"), b""),
        ({"HEADERS": '{"Authorization": "Bearer x"}'}, "PURGE", ("authorization", "Bearer x"), b'{"tags":["world"]}'),
    ],
)
async def test_the_tag_stands_where_the_cache_wants_it(
    tmp_path: Path, cache: Receiver, settings: dict[str, str], method: str, header: tuple[str, str], body: bytes
) -> None:
    """In the address, in a header or, where neither has a place for it, in a body."""
    environment = {f"CDN__{name}": value for name, value in settings.items()}
    async with opened_post(tmp_path, CDN__PURGE_URL=f"{cache.url}x", **environment) as post:
        courier = await post.courier()
        await post.publish(article("a"))
        await post.tell(courier)
        call = next(call for call in cache.calls if b"world" in call.body or "world" in call.headers.values())
        assert (call.method, call.target, call.body.replace(b" ", b"")) == (method, "/x", body)
        assert call.headers[header[0]] == header[1]
