"""Calls to hubs and caches: the configuration names them, so they may stand anywhere, also on this machine."""

import asyncio
from dataclasses import dataclass

import httpx2

from feeds import __version__
from feeds.fetch import without_secrets
from feeds.settings import Cdn, Settings

# Seconds that a call may take in all.
_SECONDS = 10.0
_CONNECTIONS = 16
# A reason is told with so many letters.
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Whether a call was taken; what was said; the seconds that the other side wants us to wait."""

    taken: bool
    said: str
    wait: float = 0.0


class Caller:
    """Makes calls, several at a time. `agent` is the User-Agent, which says what this is."""

    def __init__(self, *, agent: str) -> None:
        self._agent = agent
        self._open: httpx2.AsyncClient | None = None

    async def open(self) -> None:
        # Reading the authorities' certificates takes its time.
        self._open = await asyncio.to_thread(
            httpx2.AsyncClient,
            headers={"user-agent": self._agent, "accept": "*/*"},
            # Nothing from the surroundings: neither proxies nor passwords.
            trust_env=False,
            timeout=_SECONDS,
            limits=httpx2.Limits(max_connections=_CONNECTIONS, keepalive_expiry=30),
        )

    async def close(self) -> None:
        if self._open:
            await self._open.aclose()

    @property
    def _client(self) -> httpx2.AsyncClient:
        assert self._open, "open it first"
        return self._open

    async def ping(self, hub: str, topic: str) -> Reply:
        """Tells a hub that a topic has new content. What its publishers send is the hub's own matter (WebSub §6);
        this is what all of them take."""
        form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
        return await self._call(self._client.build_request("POST", hub, data=form))

    async def purge(self, cdn: Cdn, tag: str) -> Reply:
        """Has a cache let go of what carries a tag. Where neither address nor headers have a place for it, it stands
        in a body of JSON."""
        headers = {name: value.replace("{tag}", tag) for name, value in cdn.headers.items()}
        placed = any("{tag}" in text for text in (cdn.purge_url, *cdn.headers.values()))
        body = None if placed else {"tags": [tag]}
        address = cdn.purge_url.replace("{tag}", tag)
        return await self._call(self._client.build_request(cdn.method, address, headers=headers, json=body))

    async def _call(self, request: httpx2.Request) -> Reply:
        try:
            async with asyncio.timeout(_SECONDS):
                # What it says beside the status is of no matter, and may be long.
                answer = await self._client.send(request, stream=True)
                await answer.aclose()
        except TimeoutError:
            return Reply(taken=False, said=f"no answer in {_SECONDS:.0f} seconds")
        except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
            return Reply(taken=False, said=(str(fault) or type(fault).__name__)[:_LONGEST])
        asked = answer.headers.get("retry-after", "")
        wait = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0.0
        return Reply(taken=answer.is_success, said=f"{answer.status_code} {answer.reason_phrase}".strip(), wait=wait)


def agent_of(settings: Settings) -> str:
    """Who calls, and where one reads of it."""
    return f"Khulasat/{__version__} (+{settings.site.url})"


def shown(address: str) -> str:
    """An address as logs and messages show it."""
    return without_secrets(address)
