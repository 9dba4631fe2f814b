"""What was asked -> finished bytes, or nothing: the answers that need neither a task nor the application.

What is fresh, or stale while a newer one is made, is answered here; everything else is left to the ordinary way,
which answers the same.
"""

import logging

import httptools

from feeds.addresses import Address
from feeds.cache import Found, Freshness
from feeds.conditional import Decision, decide, http_date, is_lasting
from feeds.desk import Desk
from feeds.errors import BadParameter
from feeds.logs import event
from feeds.made import kind
from feeds.metrics import Tally
from feeds.prepared import Answer, Wants
from feeds.representation import Representation
from feeds.web.answers import Locator, Standing, dated, fields

log = logging.getLogger("feeds")

# Where a server finds the lane in the state of the application's lifespan (ASGI, "Lifespan State").
LANE = "fastlane"

# Bytes of heads, and of questions, that are remembered. Whatever is remembered is forgotten when they are full.
_HEADS = 16 * 2**20
_QUESTIONS = 16 * 2**20
# Longer ones are rare, and tags are without end: they are read anew each time.
_LONGEST_HEAD = 4096
_LONGEST_QUESTION = 512
# What a remembered head or question costs beside its own bytes.
_ENTRY = 400
_START = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}


class Question:
    """What was asked, and the answer that it led to last."""

    __slots__ = ("address", "answer", "wants")

    def __init__(self, address: Address, wants: Wants, answer: Answer) -> None:
        self.address = address
        self.wants = wants
        self.answer = answer


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
        # By target and wants; and what stands at a target, whatever is wanted of it.
        self._questions: dict[tuple[bytes, Wants], Question] = {}
        self._addresses: dict[bytes, Address] = {}
        self._questions_size = 0
        self._stamp = object()
        self._knowledge = -1
        self._slugs: list[str] = []
        self._standing: Standing = ()
        self._lines = b""
        self._date = 0
        self._broken = False

    def refused(self, status: int, size: int) -> None:
        """Counts what was answered before any address was read."""
        tally = self._desk.metrics.lane("other", status)
        tally.requests += 1
        tally.bytes += size

    @property
    def size(self) -> int:
        """Bytes that are remembered of requests."""
        return self._heads_size + self._questions_size

    def recall(self, head: bytes, standing: Standing) -> Answer | None:
        """Today's answer to a head that was answered here before, byte for byte."""
        if standing is not self._standing or self._desk.knowledge != self._knowledge:
            self._begin(standing)
        question = self._heads.get(head)
        return None if question is None else self._now(question)

    def answer(self, head: bytes, target: bytes, wants: Wants, standing: Standing) -> Answer | None:
        """The answer to a GET or HEAD of a target, if it is at hand. Then the head is remembered by its bytes."""
        if standing is not self._standing or self._desk.knowledge != self._knowledge:
            self._begin(standing)
        question = self._questions.get((target, wants))
        if question is None:
            return self._first(head, target, wants)
        answer = self._now(question)
        if answer is not None:
            self._remember(head, question)
        return answer

    def _now(self, question: Question) -> Answer | None:
        """Today's answer to a question that was answered before."""
        answer = question.answer
        if answer.stamp is self._stamp and answer.until is None:
            return answer
        found = self._try(question.address, question.wants)
        if found is not None:
            question.answer = found
        return found

    def _first(self, head: bytes, target: bytes, wants: Wants) -> Answer | None:
        """The answer to a question that is new; it is remembered if it will be the same one tomorrow."""
        address = self._addresses.get(target) or self._locate(target)
        answer = self._try(address, wants) if address else None
        if address is None or answer is None:
            return None
        self._questions_size += 2 * (_ENTRY + len(target)) + _LONGEST_QUESTION
        if self._questions_size > _QUESTIONS:
            self._forget()
        self._addresses[target] = address
        if self._is_lasting(wants):
            question = self._questions[target, wants] = Question(address, wants, answer)
            self._remember(head, question)
        return answer

    def _remember(self, head: bytes, question: Question) -> None:
        if len(head) <= _LONGEST_HEAD:
            self._heads_size += len(head) + _ENTRY
            if self._heads_size > _HEADS:
                self._heads.clear()
                self._heads_size = len(head) + _ENTRY
            # One question for all heads that ask it: 27,000 of them are nothing for the garbage collector to look at.
            self._heads[head] = question

    def _forget(self) -> None:
        self._heads.clear()
        self._questions.clear()
        self._addresses.clear()
        self._heads_size = self._questions_size = 0

    def _begin(self, standing: Standing) -> None:
        """Begins a second, or a time in which the desk knows more: nothing that was known is known to hold."""
        self._knowledge = self._desk.knowledge
        # A right address is spelled with slugs alone: what else names mean is of no matter.
        slugs = [section.slug for section in self._desk.names]
        if slugs != self._slugs:
            self._slugs = slugs
            self._forget()
        if standing is not self._standing:
            self._standing = standing
            self._lines = b"".join(b"%b: %b\r\n" % line for line in standing)
            now = int(self._desk.clock().timestamp())
            self._date = dated(standing, now)
        self._stamp = object()

    def _locate(self, target: bytes) -> Address | None:
        try:
            parsed = httptools.parse_url(target)
            path = self._locator.below(parsed.path)
            found = self._locator.find(path, parsed.query or b"") if path is not None else None
        except (BadParameter, httptools.HttpParserInvalidURLError):
            return None
        return found if isinstance(found, Address) else None

    def _try(self, address: Address, wants: Wants) -> Answer | None:
        """The answer that rests on what is at hand now; None where nothing is. A bug costs speed, and no answer."""
        if self._broken:
            return None
        try:
            return self._find(address, wants)
        except Exception:
            log.exception(event("lane_off", reason="a bug"))
            self._broken = True
            self._forget()
            return None

    def _find(self, address: Address, wants: Wants) -> Answer | None:
        found = self._desk.at_hand(address)
        if found is None:
            return None
        answer = found.value.prepared.recall((wants, found.how))
        if answer is None:
            answer = self._make(address, found, wants)
            self._desk.weigh(address)
        if answer is not None and answer.stamp is not self._stamp:
            # RFC 9110 §8.8.2.1: an origin server must not send a Last-Modified later than its Date. The application
            # may not know that, and so stays a second behind its clock; of two answers in a row the second must not
            # be the older one. So what has just changed is not for a whole second.
            bound = min(self._date, int(self._desk.clock().timestamp()) - 1)
            stamp = self._stamp if answer.modified <= bound else None
            modified = http_date(min(answer.modified, bound)).encode("ascii")
            answer.renew(stamp, self._lines, b"last-modified: %b\r\n" % modified)
        return answer

    def _is_lasting(self, wants: Wants) -> bool:
        """Whether a question leads to the same answer as long as the same thing is at hand, and is not too long."""
        tags, since = wants[1:3]
        if sum(map(len, filter(None, wants[:3]))) > _LONGEST_QUESTION:
            return False
        if since is None or tags is not None:
            return True
        return is_lasting(since.decode("latin-1"), int(self._desk.clock().timestamp()))

    def _make(self, address: Address, found: Found[Representation], wants: Wants) -> Answer | None:
        representation, how = found.value, found.how
        codings, tags, since = (value.decode("latin-1") if value is not None else None for value in wants[:3])
        decision = decide(
            if_none_match=tags,
            if_modified_since=since,
            accept_encoding=codings,
            validators=representation.validators,
            now=int(self._desk.clock().timestamp()),
        )
        key = (decision, how, *wants[3:])
        prepared = representation.prepared
        answer = prepared.get(key)
        if answer is None:
            body = b"" if decision.status == 304 else representation.variant(decision.coding)
            if body is None:
                return None
            tally = self._desk.metrics.lane(kind(address), decision.status, stale=how == "stale")
            answer = _finished(representation, decision, body, how, tally, head_only=wants[3], close=wants[4])
            prepared.add(key, answer)
        if self._is_lasting(wants):
            prepared.remember((wants, how), answer)
        return answer


def _finished(
    representation: Representation,
    decision: Decision,
    body: bytes,
    how: Freshness,
    tally: Tally,
    *,
    head_only: bool,
    close: bool,
) -> Answer:
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields(representation, decision, how))
    tail = f"content-length: {len(body)}\r\n" if decision.status == 200 else ""
    if close:
        tail += "connection: close\r\n"
    return Answer(
        _START[decision.status],
        lines.encode("latin-1"),
        f"{tail}\r\n".encode("latin-1"),
        b"" if head_only else body,
        modified=representation.validators.last_modified,
        # What is stale may be so no longer at any moment.
        until=representation.expires if how == "hit" else 0.0,
        close=close,
        tally=tally,
    )
