"""Finished answers: the bytes of head and body, ready to be written."""

from feeds.metrics import Tally

# What one entry of a dictionary, its key and its value cost beside the bytes counted.
_ENTRY = 400
# Bytes of a body that is written together with its head.
_SHORT = 64 * 1024
# Of one representation, so many different questions are remembered.
_QUESTIONS = 64

# What a request asked for: Accept-Encoding, If-None-Match, If-Modified-Since as they stood there; whether the
# head alone; whether the connection ends with the answer.
Wants = tuple[bytes | None, bytes | None, bytes | None, bool, bool]


class Answer:
    """One answer, to be written as `first` and then `rest`, which may be empty.

    Its head is written anew once a second, since `Date` is in it; `stamp` says for when it is. Not frozen: the
    same object answers again and again, and knows when it may no longer.
    """

    __slots__ = (
        *("_body", "_fields", "_start", "_tail"),
        *("close", "first", "length", "modified", "rest", "stamp", "tally", "until"),
    )

    def __init__(
        self,
        start: bytes,
        fields: bytes,
        tail: bytes,
        body: bytes,
        *,
        modified: int,
        until: float | None,
        close: bool,
        tally: Tally,
    ) -> None:
        # Between them stand the lines that are the present second's.
        self._start = start
        self._fields = fields
        self._tail = tail
        # One write is cheaper than two, but holds a short body twice.
        self._body, self.rest = (body, b"") if len(body) <= _SHORT else (b"", body)
        # The stored time of the last change, and that of an end that comes without a write; Unix seconds.
        self.modified = modified
        self.until = until
        self.close = close
        # Where it is counted, each time it is given, with the bytes of its body.
        self.tally = tally
        self.length = len(body)
        self.first = b""
        self.stamp: object = None

    def renew(self, stamp: object, standing: bytes, modified: bytes) -> None:
        """Makes the head for now: `standing` and `modified` are lines of it."""
        self.first = b"".join((self._start, standing, self._fields, modified, self._tail, self._body))
        self.stamp = stamp

    def end(self) -> None:
        """Lets the bytes go: whoever still knows this answer holds nothing."""
        self.stamp = None
        self.first = self.rest = self._body = self._fields = b""

    @property
    def size(self) -> int:
        """Bytes held beside those of the variant."""
        return _ENTRY + 2 * len(self._fields) + len(self._body)


class Prepared:
    """The answers of one representation by what was asked, and each only once however it was asked for."""

    def __init__(self) -> None:
        self._answers: dict[object, Answer] = {}
        # By what was asked for, and whether what stands there was fresh.
        self._asked: dict[tuple[Wants, str], Answer] = {}
        self.size = 0

    def recall(self, asked: tuple[Wants, str]) -> Answer | None:
        return self._asked.get(asked)

    def remember(self, asked: tuple[Wants, str], answer: Answer) -> None:
        """Remembers what a question led to."""
        if len(self._asked) >= _QUESTIONS:
            self._asked.clear()
        self._asked[asked] = answer
        self._weigh()

    def get(self, key: object) -> Answer | None:
        return self._answers.get(key)

    def add(self, key: object, answer: Answer) -> None:
        self._answers[key] = answer
        self._weigh()

    def end(self) -> None:
        """Forgets all, in whatever hands the answers are."""
        for answer in self._answers.values():
            answer.end()
        self._answers.clear()
        self._asked.clear()
        self.size = 0

    def _weigh(self) -> None:
        self.size = sum(answer.size for answer in self._answers.values()) + sum(
            _ENTRY + sum(map(len, filter(None, wants[:3]))) for wants, _ in self._asked
        )
