"""What was asked -> finished bytes, or nothing: the answers that need neither a task nor the application.

Only hits are answered here; everything else is left to the ordinary way, which answers the same.
"""

import logging
from collections.abc import Sequence

import httptools

from feeds.addresses import Address, FeedAddress, PageAddress
from feeds.conditional import Decision, decide, http_date, is_lasting, parse_http_date
from feeds.desk import Desk
from feeds.errors import BadParameter
from feeds.prepared import Answer, Prepared, Wants
from feeds.representation import Representation
from feeds.web.answers import Locator, fields

log = logging.getLogger("feeds")

# Where a server finds the lane in the state of the application's lifespan (ASGI, "Lifespan State").
LANE = "fastlane"

# Headers that every answer of the server has: uvicorn makes a new list of them each second, with a new Date.
Standing = Sequence[tuple[bytes, bytes]]

# Bytes of heads, and of targets, that are remembered. Whatever is remembered is forgotten when they are full.
_HEADS = 16 * 2**20
_TARGETS = 4 * 2**20
# Heads longer than this are rare: they are read anew each time.
_LONGEST = 4096
# What a remembered head or target costs beside its own bytes.
_ENTRY = 400
_START = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}


class Place:
    """What a target names, and the answers of what stood there when it was looked at last."""

    __slots__ = ("address", "prepared", "stamp")

    def __init__(self, address: Address) -> None:
        self.address = address
        self.prepared = _NONE
        self.stamp: object = None


class Question:
    """What was asked with a head, and the answer that it led to last."""

    __slots__ = ("answer", "place", "wants")

    def __init__(self, place: Place, wants: Wants, answer: Answer) -> None:
        self.place = place
        self.wants = wants
        self.answer = answer


_NONE = Prepared()


class FastLane:
    """Finished answers of a desk, for a server's protocol. Belongs to one event loop.

    Whatever an answer rests on is known to hold for as long as `_stamp` stays: until the next second begins, or
    the desk learns something. So a hit costs a comparison; an end of an embargo alone is asked of the clock.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._locator = Locator(desk)
        self._heads: dict[bytes, Question] = {}
        self._heads_size = 0
        self._places: dict[bytes, Place] = {}
        self._places_size = 0
        self._stamp = object()
        self._generation = -1
        self._slugs: list[str] = []
        self._standing: Standing = ()
        self._lines = b""
        self._date = 0
        self._broken = False

    @property
    def size(self) -> int:
        """Bytes that are remembered of requests."""
        return self._heads_size + self._places_size

    def recall(self, head: bytes, standing: Standing) -> Answer | None:
        """Today's answer to a head that was answered here before, byte for byte."""
        if standing is not self._standing or self._desk.generation != self._generation:
            self._begin(standing)
        question = self._heads.get(head)
        if question is None:
            return None
        answer = question.answer
        if answer.stamp is self._stamp and answer.until is None:
            return answer
        found = self._try(question.place, question.wants)
        if found is not None:
            question.answer = found
        return found

    def answer(self, head: bytes, target: bytes, wants: Wants, standing: Standing) -> Answer | None:
        """The answer to a GET or HEAD of a target, if it is at hand. Then the head is remembered by its bytes."""
        if standing is not self._standing or self._desk.generation != self._generation:
            self._begin(standing)
        if self._broken:
            return None
        place = self._places.get(target)
        known = place is not None
        if place is None:
            address = self._locate(target)
            if address is None:
                return None
            place = Place(address)
        answer = self._try(place, wants)
        if answer is None:
            return None
        if not known:
            self._remember_place(target, place)
        if len(head) <= _LONGEST and answer is place.prepared.recall(wants):
            self._heads_size += len(head) + _ENTRY
            if self._heads_size > _HEADS:
                self._heads.clear()
                self._heads_size = len(head) + _ENTRY
            self._heads[head] = Question(place, wants, answer)
        return answer

    def _remember_place(self, target: bytes, place: Place) -> None:
        self._places_size += len(target) + _ENTRY
        if self._places_size > _TARGETS:
            self._places.clear()
            self._places_size = len(target) + _ENTRY
        self._places[target] = place

    def _begin(self, standing: Standing) -> None:
        """Begins a second, or a time in which the desk knows more: nothing that was known is known to hold."""
        self._generation = self._desk.generation
        # A right address is spelled with slugs alone: what else names mean is of no matter.
        slugs = [section.slug for section in self._desk.names]
        if slugs != self._slugs:
            self._slugs = slugs
            self._heads.clear()
            self._places.clear()
            self._heads_size = self._places_size = 0
        if standing is not self._standing:
            self._standing = standing
            self._lines = b"".join(b"%b: %b\r\n" % line for line in standing)
            now = int(self._desk.clock().timestamp())
            date = dict(standing).get(b"date", b"").decode("latin-1")
            self._date = parse_http_date(date, now) or now
        self._stamp = object()

    def _locate(self, target: bytes) -> Address | None:
        try:
            parsed = httptools.parse_url(target)
            found = self._locator.find(parsed.path, parsed.query or b"")
        except (BadParameter, httptools.HttpParserInvalidURLError):
            return None
        return found if isinstance(found, FeedAddress | PageAddress) else None

    def _try(self, place: Place, wants: Wants) -> Answer | None:
        """A bug of ours costs speed, and no answer."""
        try:
            return self._answer(place, wants)
        except Exception:
            log.exception("event=lane_off reason=a bug")
            self._broken = True
            self._heads.clear()
            return None

    def _answer(self, place: Place, wants: Wants) -> Answer | None:
        stamp = self._stamp
        answer = place.prepared.recall(wants) if place.stamp is stamp else None
        if answer is None or self._has_ended(answer):
            answer = self._decide(place, wants)
            if answer is None:
                return None
        if answer.stamp is not stamp:
            # RFC 9110 §8.8.2.1: an origin server must not send a Last-Modified later than its Date.
            modified = http_date(min(answer.modified, self._date)).encode("ascii")
            answer.renew(stamp, self._lines, b"last-modified: %b\r\n" % modified)
        return answer

    def _has_ended(self, answer: Answer) -> bool:
        return answer.until is not None and self._desk.clock().timestamp() >= answer.until

    def _decide(self, place: Place, wants: Wants) -> Answer | None:
        """The answer that rests on what is at hand now; None where nothing is, or it was not encoded yet."""
        representation = self._desk.at_hand(place.address)
        if representation is None:
            place.stamp = None
            return None
        place.prepared, place.stamp = representation.prepared, self._stamp
        answer = representation.prepared.recall(wants)
        if answer is None:
            answer = self._make(representation, wants)
            self._desk.weigh(place.address)
        return answer

    def _make(self, representation: Representation, wants: Wants) -> Answer | None:
        codings, tags, since = (value.decode("latin-1") if value is not None else None for value in wants[:3])
        now = int(self._desk.clock().timestamp())
        decision = decide(
            if_none_match=tags,
            if_modified_since=since,
            accept_encoding=codings,
            validators=representation.validators,
            now=now,
        )
        key = (decision, *wants[3:])
        prepared = representation.prepared
        answer = prepared.get(key)
        if answer is None:
            body = b"" if decision.status == 304 else representation.variant(decision.coding)
            if body is None:
                return None
            answer = _finished(representation, decision, body, head_only=wants[3], close=wants[4])
            prepared.add(key, answer)
        if since is None or tags is not None or is_lasting(since, now):
            prepared.remember(wants, answer)
        return answer


def _finished(
    representation: Representation, decision: Decision, body: bytes, *, head_only: bool, close: bool
) -> Answer:
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields(representation, decision, "hit"))
    tail = f"content-length: {len(body)}\r\n" if decision.status == 200 else ""
    if close:
        tail += "connection: close\r\n"
    return Answer(
        _START[decision.status],
        lines.encode("latin-1"),
        f"{tail}\r\n".encode("latin-1"),
        b"" if head_only else body,
        modified=representation.validators.last_modified,
        until=representation.expires,
        close=close,
    )
