"""What is held ready: whether it is fresh, what is served while it is not, and how it is made anew."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from feeds.addresses import Address
from feeds.cache import Cache, Flights, Found, Freshness
from feeds.conditional import CODINGS, Coding
from feeds.desk.production import Production
from feeds.desk.renewal import Renewal
from feeds.desk.watcher import Watcher
from feeds.errors import StoreError
from feeds.made import Absent, Made
from feeds.model import Tombstone
from feeds.representation import Representation
from feeds.store.turns import once_more


class Holdings:
    """Representations by address, in so many bytes of memory. `clock` gives the present time, aware."""

    def __init__(
        self, production: Production, watcher: Watcher, *, max_bytes: int, clock: Callable[[], datetime]
    ) -> None:
        self._production = production
        self._watcher = watcher
        self._clock = clock
        self.cache: Cache[Address, Made] = Cache(
            max_bytes=max_bytes, released=lambda made: made.representation.prepared.end()
        )
        self.renewal = Renewal(stale=self._stale, renew=self._renew, clock=time.monotonic)
        self._compressing: Flights[bytes] = Flights()

    def at_hand(self, address: Address) -> Found[Representation] | None:
        """What `get` would answer with at once, if anything."""
        held = self.cache.last(address)
        if held is None:
            return None
        how: Freshness = "hit"
        if self._fresh(held, address):
            self.cache.touch(address)
        elif self._nothing_newer(held, address):
            how = "stale"
        else:
            return None
        self.renewal.ask(address)
        return Found(value=held.representation, how=how)

    async def get(self, address: Address) -> Found[Representation] | Tombstone | None:
        """The representation at an address; the tombstone where an article was withdrawn; None where there is
        no such article. Raises StoreUnavailable where it was never made and can't be now."""
        held = self.cache.last(address)
        self.renewal.ask(address)
        if held and not self._fresh(held, address) and self._nothing_newer(held, address):
            return Found(value=held.representation, how="stale")
        try:
            found = await self.cache.get(
                address,
                fresh=lambda held: self._fresh(held, address),
                produce=lambda: self._make(address, held),
                spare=lambda fault: not isinstance(fault, Absent),
            )
        except Absent as absent:
            self.cache.drop(address)
            return absent.tombstone
        if found.value.fleeting:
            self.cache.drop(address)
        return Found(value=found.value.representation, how=found.how)

    async def _make(self, address: Address, held: Made | None) -> Made:
        if held is not None:
            return await self._production.make(address)
        # There are no bytes from before: who asks would rather wait than be told to come again in half a minute.
        return await once_more(lambda: self._production.make(address))

    async def encoded(self, address: Address, representation: Representation, coding: Coding) -> bytes:
        """A representation's bytes in a coding, made on first demand."""
        body = representation.variant(coding)
        if body is None:
            made = await self._compressing.join(
                representation.validators.etags[coding],
                lambda: asyncio.to_thread(representation.encode, coding),
                lambda _: self.cache.weigh(address),
            )
            body = made.value
        return body

    async def follow(self, others: "Holdings", seconds: float) -> int:
        """Makes what others hold, what was used last first, for some seconds; how much it was. Raises StoreError."""
        end, made = time.monotonic() + seconds, 0
        for address, held in list(others.cache.latest()):
            if time.monotonic() >= end:
                break
            try:
                found = await self.get(address)
                if isinstance(found, Found):
                    for coding in CODINGS:
                        if held.representation.variant(coding) is not None:
                            await self.encoded(address, found.value, coding)
                    made += 1
            except StoreError:
                raise
            except Exception:
                # The log has it. It fails for whoever asks, too, or was no address any more.
                continue
        return made

    def _nothing_newer(self, held: Made, address: Address) -> bool:
        """Whether it makes no sense to wait: the store is known to be unwell, what stands there is known to fail,
        or it is being made anew already."""
        if not self._watcher.readable or self._production.known_to_fail(address):
            return True
        return self.renewal.covers(address) and not self._ended(held)

    def _fresh(self, held: Made, address: Address) -> bool:
        # Of an article's page the selection is the whole desk: its address does not tell its sections.
        known = self._watcher.state(address.selection)
        # What was made between two looks at the store is ahead of what is known.
        current = held.state.version > known.version or held.state == known
        return current and held.epoch == self._watcher.epoch and not self._ended(held)

    def _ended(self, held: Made) -> bool:
        """Whether an embargo has ended since."""
        expires = held.representation.expires
        return expires is not None and self._clock().timestamp() >= expires

    def _stale(self) -> Sequence[Address]:
        """The addresses of what is held and not fresh any more, the one used last first."""
        return [address for address, held in self.cache.latest() if not self._fresh(held, address)]

    async def _renew(self, address: Address) -> None:
        """Makes what stands at an address anew, in the codings that it was asked for in, and swaps it in."""
        held = self.cache.last(address)
        if held is None or self._fresh(held, address):
            return

        async def produce() -> Made:
            made = await self._production.make(address)
            for coding in CODINGS:
                if held.representation.variant(coding) is not None:
                    await asyncio.to_thread(made.representation.encode, coding)
            return made

        try:
            await self.cache.renew(address, produce)
        except Absent:
            self.cache.drop(address)
