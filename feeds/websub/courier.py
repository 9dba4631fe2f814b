"""Tells caches and hubs what has changed: from announcements in the store to calls that were taken.

Every process of a desk runs a courier; one of them leads, and calls. A change is waited for until every process that
lives serves it, so that whoever is called, and asks, gets the new bytes. What was announced or is to be called for
stands in the store, so that nothing is lost with a process; what was called for may be called for twice.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from feeds.errors import StoreError
from feeds.heads import tag_of
from feeds.logs import event
from feeds.metrics import Metrics
from feeds.settings import Settings
from feeds.store.outbox import Delivery, Outbox, Scope
from feeds.websub.calling import Caller, Reply, shown
from feeds.websub.notices import again, deliveries, pings_of

log = logging.getLogger("feeds")

# Seconds between looks at the outbox; where nobody is to be told, it is emptied now and then.
TICK = 0.2
_EMPTYING = 60.0
# Seconds in which what changes one after the other is told as one, and between calls for the same thing.
_GATHER = 0.3
_SPACING = 1.0
# Seconds that others are waited for.
_PATIENCE = 5.0
# A process says so often that it lives, and is believed so long.
_BEAT = timedelta(seconds=5)
_BELIEVED = timedelta(seconds=15)
# For how long one leads without saying so again.
_LEASE = timedelta(seconds=30)
# What is announced is named in the log up to so many.
_NAMED = 20
# Calls to one target at a time.
_AT_ONCE = 6


class Courier:
    """One process's part in it, under a `name`. `serves` gives the version from which on every answer of it is;
    `gone` says whether a process of some name is known to live no more. `clock` gives the present time, `steady`
    seconds that never go back."""

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        caller: Caller,
        *,
        name: str,
        serves: Callable[[], int],
        gone: Callable[[str], bool],
        clock: Callable[[], datetime],
        steady: Callable[[], float],
        metrics: Metrics,
        tick: float = TICK,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._caller = caller
        self._name = name
        self._serves = serves
        self._gone = gone
        self._clock = clock
        self._steady = steady
        self._metrics = metrics
        self._tick = tick
        self._wake = asyncio.Event()
        # What was said last of this process, and when.
        self._attended: tuple[int, datetime] | None = None
        self._leads_until: datetime | None = None
        # What waits to be served by all: its version, and since when it is known. When each was called for last.
        self._awaited: dict[Scope, tuple[int, float]] = {}
        self._called: dict[Scope, float] = {}
        self._calls: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._said = False

    @property
    def _has_targets(self) -> bool:
        return bool(self._settings.websub.hubs or self._settings.cdn.purge_url)

    async def run(self) -> None:
        """Works for ever; when it is cancelled, it leaves."""
        if self._has_targets:
            await self._caller.open()
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._tick if self._has_targets else _EMPTYING):
                        await self._wake.wait()
                self._wake.clear()
                await self._try_turn()
        finally:
            await self._end()

    async def _try_turn(self) -> None:
        try:
            await (self.turn() if self._has_targets else self._empty())
            self._said = False
        except StoreError as fault:
            # The watcher says what is wrong with the store; whatever was not noted is done again.
            log.debug(event("outbox_unwell", reason=str(fault)))
        except Exception:
            if not self._said:
                self._said = True
                log.exception(event("courier_failed"))

    async def _end(self) -> None:
        for call in self._calls.values():
            call.cancel()
        await asyncio.gather(*self._calls.values(), return_exceptions=True)
        await self._caller.close()
        if self._attended:
            with contextlib.suppress(StoreError):
                await self._outbox.leave(self._name)

    async def _empty(self) -> None:
        if found := await self._outbox.announcements():
            await self._outbox.dispatch(found, [])

    async def turn(self) -> None:
        """One look at the outbox. Raises StoreError."""
        now = self._clock()
        await self._attend(now)
        if await self._outbox.has_work(now) and await self._lead(now):
            await self._outbox.end_embargoes(now)
            await self._collect(now)
            await self._call(now)

    async def _attend(self, now: datetime) -> None:
        version = self._serves()
        if self._attended and self._attended[0] == version and now - self._attended[1] < _BEAT:
            return
        await self._outbox.attend(self._name, version, now)
        self._attended = version, now

    async def _lead(self, now: datetime) -> bool:
        """Whether this process is the one that calls."""
        if self._leads_until and now < self._leads_until - _LEASE / 2:
            return True
        leader = await self._outbox.leader()
        gone = [leader] if leader and leader != self._name and self._gone(leader) else []
        leads = await self._outbox.lead(self._name, until=now + _LEASE, now=now, gone=gone)
        self._leads_until = now + _LEASE if leads else None
        return leads

    async def _collect(self, now: datetime) -> None:
        """Makes calls of announcements that every process serves."""
        found = {each.scope: each for each in await self._outbox.announcements()}
        moment = self._steady()
        for scope, announced in found.items():
            self._awaited.setdefault(scope, (announced.version, moment))
        self._awaited = {scope: wait for scope, wait in self._awaited.items() if scope in found}
        served = await self._served(now) if found else 0
        ready = [
            # A later change of the same waits for its own turn.
            replace(found[scope], version=version)
            for scope, (version, since) in self._awaited.items()
            if moment - max(since + _GATHER, self._called.get(scope, 0.0) + _SPACING) >= 0
            and (version <= served or moment - since >= _PATIENCE)
        ]
        if not ready:
            return
        await self._outbox.dispatch(ready, deliveries(ready, self._settings, now))
        for each in ready:
            del self._awaited[each.scope]
            self._called[each.scope] = moment
        self._forget_calls(moment)
        tags = ",".join(tag_of(*each.scope) for each in ready[:_NAMED])
        log.info(event("announced", version=max(each.version for each in ready), served=served, tags=tags))

    def _forget_calls(self, moment: float) -> None:
        self._called = {scope: last for scope, last in self._called.items() if moment - last < _SPACING}

    async def _served(self, now: datetime) -> int:
        """The version that every process serves that lives."""
        found = await self._outbox.attendances()
        return min(
            (
                each.version
                for name, each in found.items()
                if name == self._name or (now - each.seen < _BELIEVED and not self._gone(name))
            ),
            default=0,
        )

    async def _call(self, now: datetime) -> None:
        """Calls every target that has calls due, each by itself: one that hangs holds up no other."""
        waiting: Mapping[tuple[str, str], list[Delivery]] = defaultdict(list)
        for each in await self._outbox.due(now):
            waiting[each.kind, each.target].append(each)
        for target, due in waiting.items():
            if target not in self._calls:
                self._calls[target] = asyncio.create_task(self._call_all(target, due))

    async def _call_all(self, target: tuple[str, str], due: Sequence[Delivery]) -> None:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def call(delivery: Delivery) -> Reply:
            async with turn:
                if delivery.kind == "ping":
                    return await self._caller.ping(delivery.target, delivery.topic)
                return await self._caller.purge(self._settings.cdn, delivery.topic)

        try:
            replies = await asyncio.gather(*map(call, due))
            await self._settle(due, replies)
        except StoreError as fault:
            # They will be made again.
            log.debug(event("outbox_unwell", reason=str(fault)))
        except Exception:
            log.exception(event("courier_failed"))
        finally:
            del self._calls[target]
            self._wake.set()

    async def _settle(self, due: Sequence[Delivery], replies: Sequence[Reply]) -> None:
        now = self._clock()
        done = [each for each, reply in zip(due, replies, strict=True) if reply.taken]
        failed = [(each, reply) for each, reply in zip(due, replies, strict=True) if not reply.taken]
        later = [(each, again(each, now, asked=reply.wait)) for each, reply in failed]
        given_up = [each for each, next_one in later if next_one is None]
        waiting = [next_one for _, next_one in later if next_one]
        await self._outbox.settle([*done, *given_up], waiting)
        for outcome, number in (("taken", len(done)), ("failed", len(failed)), ("given_up", len(given_up))):
            self._metrics.add(f"{due[0].kind}s", outcome, by=number)
        # Hubs that asked meanwhile were given what the cache still had.
        late = [each for each in done if each.kind == "purge" and each.tries]
        if late:
            await self._outbox.dispatch([], [ping for each in late for ping in pings_of(each, self._settings, now)])
        if failed:
            of, reason = failed[0]
            then = min((each.due.isoformat(timespec="seconds") for each in waiting), default="never")
            fields = {"target": shown(of.target), "failed": len(failed), "reason": reason.said, "next": then}
            log.warning(event(f"{of.kind}s_failed", **fields))
