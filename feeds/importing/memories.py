"""What is kept of addresses from one import to the next."""

import json
from dataclasses import dataclass
from typing import Self

from feeds.fetch import Validators, without_secrets
from feeds.store.contract import Store
from feeds.store.turns import patiently


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is kept of an address until the next import: what was asked instead of it (None: itself), with which
    validators its articles came, and how they were taken, `how`."""

    url: str | None
    how: str
    validators: Validators

    def dumped(self) -> str:
        return json.dumps([self.url, self.how, self.validators.etag, self.validators.last_modified])

    @classmethod
    def loaded(cls, text: str) -> Self:
        url, how, etag, last_modified = json.loads(text)
        return cls(url=url, how=how, validators=Validators(etag=etag, last_modified=last_modified))


class Memories:
    """Those of a store. `manner` says how articles are taken: what came in another way is not known.

    On trial, nothing is kept.
    """

    def __init__(self, store: Store, manner: str, *, trial: bool) -> None:
        self._store = store
        self._manner = manner
        self._trial = trial

    async def known(self, url: str) -> Memory | None:
        stored = await self._store.recall(without_secrets(url))
        memory = Memory.loaded(stored) if stored else None
        return memory if memory and memory.how == self._manner else None

    async def remember(self, url: str, validators: Validators, *, asked: str) -> None:
        """Notes what came from an address, to be asked for again only where it has changed."""
        memory = Memory(url=None if asked == url else asked, how=self._manner, validators=validators)
        name, text = without_secrets(url), memory.dumped()

        async def write() -> None:
            async with self._store.writing() as writing:
                await writing.remember(name, text)

        if not self._trial and await self._store.recall(name) != text:
            await patiently(write)
