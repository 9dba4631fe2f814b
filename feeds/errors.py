"""The one tree of errors. A message says where, what, and what would be right.

    FeedsError
    ├── ConfigurationError    the configuration: every fault at once; nothing starts
    ├── BadRecord             one record can't be taken; the rest goes in
    │   └── NotAllowed        whoever brings it may not
    ├── BadSource             a source can't be read (further)
    │   └── Unreachable       an address can't be fetched, or may not be
    ├── BadParameter          a query parameter outside what is allowed
    ├── ServeError            the service can't start: port, socket
    ├── BadCopy               a copy of the store can't be written there
    ├── PublishError          the folder or bucket can't be written, or not by us
    └── StoreError
        ├── StoreUnavailable  for now: locked, gone, too slow; the same call may work later
        │   ├── StoreReplaced another file stands in its place, and was not opened yet
        │   └── StoreSlow     no answer in time; the machine itself may have stood still for a moment
        └── StoreRefused      for good: no database, a newer schema, no permission

Foreign errors become one of these at the border; bugs pass through.
"""

from collections.abc import Sequence


class FeedsError(Exception):
    """A fault of the outside that has a message for the person in front."""


class ConfigurationError(FeedsError):
    """Every fault of the configuration, a line each."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = tuple(complaints)


class BadRecord(FeedsError):
    """One record can't be taken: what is wrong; what would be right."""


class NotAllowed(BadRecord):
    """A record can't be taken from whoever brings it."""


class BadSource(FeedsError):
    """A source can't be read, or not further than here."""


class Unreachable(BadSource):
    """An address can't be fetched, or may not be."""


class BadParameter(FeedsError):
    """A query parameter is outside what is allowed."""


class ServeError(FeedsError):
    """The service can't start."""


class BadCopy(FeedsError):
    """A copy of the store can't be written to this place."""


class PublishError(FeedsError):
    """What is to be published can't be put where it is to stand."""


class StoreError(FeedsError):
    """The store did not do what was asked."""


class StoreUnavailable(StoreError):
    """The store can't answer for now; the same call may work later."""


class StoreReplaced(StoreUnavailable):
    """Another file stands in the store's place: nothing was asked of the one from before."""


class StoreSlow(StoreUnavailable):
    """The store did not answer in time."""


class StoreRefused(StoreError):
    """The store can't be used as it is: somebody has to change something."""
