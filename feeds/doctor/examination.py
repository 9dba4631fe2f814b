"""All that is looked at, in the order in which one thing rests on another."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from feeds.doctor import configuration, machine, network, proxy, stored
from feeds.doctor.finding import Finding, wrong
from feeds.errors import ConfigurationError
from feeds.settings import load


def examine(
    path: Path, *, now: datetime, alone: bool = False, quick: bool = False, address: str | None = None
) -> Iterator[Finding]:
    """Looks at a desk by its configuration: nothing is changed, nor made.

    `alone` stops after the configuration. `quick` leaves out what takes long: reading the whole store through, and
    asking others over the network. `address` is where readers reach the desk, through a proxy.
    """
    try:
        settings = load(path)
    except ConfigurationError as fault:
        yield from (wrong("configuration", complaint) for complaint in fault.complaints)
        return
    yield from configuration.look(path, settings)
    if alone:
        return
    state = stored.State()
    yield from stored.look(settings.store_path, state, quick=quick)
    yield from machine.look(settings, state.latest, now)
    yield from network.look_at_service(settings)
    if quick:
        return
    yield from network.look_at_pictures(settings)
    yield from network.look_at_hubs(settings)
    if address:
        yield from proxy.look(address, settings, state.whole)
