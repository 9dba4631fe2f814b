"""What changed in the store is made anew in the background, so that no request waits for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from feeds.addresses import Address, PageAddress
from feeds.errors import StoreError
from feeds.logs import event

log = logging.getLogger("feeds")

# Seconds: what nobody asked for so long is made when somebody does.
_LATELY = 600.0
# Seconds for which the bytes from before a change are served while new ones are made. After that whoever asks
# waits for them: a change is to be served within a second, however much else has changed.
_GRACE = 0.5
# Addresses whose last use is remembered.
_MOST = 10_000


class Renewal:
    """Renews what was asked for lately, one after another, the latest first.

    `stale` gives the addresses that are held and are not fresh any more, the one used last first; `renew` makes
    what stands at one of them, and puts it in place of what is held. `clock` gives seconds that never go back.
    """

    def __init__(
        self,
        *,
        stale: Callable[[], Sequence[Address]],
        renew: Callable[[Address], Awaitable[Any]],
        clock: Callable[[], float],
    ) -> None:
        self._stale = stale
        self._renew = renew
        self._clock = clock
        self._asked: dict[Address, float] = {}
        self._pending: dict[Address, None] = {}
        self._noticed = 0.0
        self._wanted = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether no bytes from before a change are served any more."""
        return not self._pending or self._clock() - self._noticed >= _GRACE

    def ask(self, address: Address) -> None:
        """Says that somebody asked for what stands at an address."""
        if not _is_renewed(address):
            return
        if len(self._asked) >= _MOST and address not in self._asked:
            self._asked.clear()
        self._asked[address] = self._clock()

    def notice(self) -> None:
        """Says that the store has changed: from now on, what is held may be served for a moment longer."""
        now = self._clock()
        asked = {address for address, last in self._asked.items() if now - last < _LATELY}
        self._pending = {address: None for address in self._stale() if address in asked}
        self._noticed = now
        if self._pending:
            self._wanted.set()

    def covers(self, address: Address) -> bool:
        """Whether new bytes are on their way, and the ones from before may be served until then."""
        return address in self._pending and self._clock() - self._noticed < _GRACE

    async def run(self) -> None:
        """Renews for ever."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._pending:
                address = next(iter(self._pending))
                try:
                    await self._renew(address)
                except StoreError:
                    # What is held goes on being served; the watcher says what is wrong.
                    self._pending.clear()
                except Exception:
                    # Whoever makes it has said so.
                    log.debug(event("renewal_failed"), exc_info=True)
                self._pending.pop(address, None)


def _is_renewed(address: Address) -> bool:
    """Whether what stands there is one of the few that many poll. Of searches there is no end, and any change
    anywhere is one of theirs; the page of an article and a day that is over are asked for once."""
    if address.selection.search is not None or address.selection.day:
        return False
    return not isinstance(address, PageAddress) or address.article is None
