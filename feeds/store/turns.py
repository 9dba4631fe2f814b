"""A store that another process has for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from feeds.errors import StoreSlow, StoreUnavailable

T = TypeVar("T")

# Seconds between tries: half a minute in all.
_PATIENCE = (0.1, 0.2, 0.5, 1, 2, 4, 8, 15)


async def patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Does something with the store, and again for a while where another process has it."""
    for pause in _PATIENCE:
        try:
            return await act()
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await act()


async def once_more(act: Callable[[], Awaitable[T]]) -> T:
    """Does something with the store, and once more where it was too slow: a machine that stood still for two seconds
    finds that the time was up while the answer was there."""
    try:
        return await act()
    except StoreSlow:
        return await act()
