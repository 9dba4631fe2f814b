"""What was made for an address: a representation with the state it was made from, or nothing."""

from dataclasses import dataclass

from feeds.addresses import Address, FeedAddress, ListingAddress, PartnerAddress
from feeds.metrics import Kind
from feeds.model import State, Tombstone
from feeds.representation import Representation


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A representation, and what it was made from: it is fresh until the store has come further.

    What is fleeting is not to be kept: a search that finds nothing, of which there are any number.
    """

    representation: Representation
    state: State
    epoch: int
    fleeting: bool = False

    @property
    def size(self) -> int:
        return self.representation.size


class Absent(Exception):
    """Nothing stands at an address; nothing any more, where there is a tombstone."""

    def __init__(self, tombstone: Tombstone | None) -> None:
        self.tombstone = tombstone


def kind(address: Address) -> Kind:
    """What stands at an address, as it is counted."""
    match address:
        case FeedAddress():
            return address.format
        case ListingAddress():
            return "listing"
        case PartnerAddress():
            return "partner"
    return "page"
