"""RTL.md R5: what is written into the tree of an article, so that it reads right wherever it is shown."""

from lxml import etree

from feeds.direction.boxes import BLOCKS, SPACE, Box, Slot, Way, boxes, given, guesses, is_box
from feeds.direction.isolates import balance
from feeds.direction.runs import runs
from feeds.text.bidi import first_strong, holds_left, rtl_dominant, starts_left

_RLM = "\u200f"


class Marking:
    """Marks the tree of an article that runs `way`; `changed` says whether there was anything to do."""

    def __init__(self, way: Way, *, isolated: bool, directed: bool) -> None:
        self._way = way
        # Whether there are isolates and `dir` anywhere; in most articles there are none.
        self._isolated = isolated
        self._directed = directed
        self.changed = False

    def mark(self, root: etree._Element) -> None:
        """Writes directions, marks and spans into a tree; doing it again changes nothing."""
        for element in root.iterfind(".//*[@dir]") if self._directed else ():
            if guesses(element) and not is_box(element):
                self._settle(element)
        for box in boxes(root, self._way):
            text = box.text
            if box.parent is not None:
                self._direct(box, text)
            for code in box.codes:
                if not given(code) and (self._way == "rtl" or box.way == "rtl"):
                    self._put(code, "ltr")
            # In an article that runs left to right `dir` is enough: nothing turns its page round.
            if self._way == box.way == "rtl" and box.element.tag in BLOCKS and starts_left(text):
                self._put_mark(box, text)
            if self._isolated:
                self.changed |= balance(box.slots)
            self._isolate_runs(box)
            if box.element.tag == "pre":
                self._unpad(box.element)

    def _settle(self, element: etree._Element) -> None:
        """Says what `dir="auto"` within a line comes to: R5 wants none, since old readers do not know it."""
        if element.tag == "bdi":
            # It is what bdi means by itself.
            del element.attrib["dir"]
            self.changed = True
        else:
            self._put(element, "rtl" if first_strong("".join(element.itertext())) in ("R", "AL") else "ltr")

    def _unpad(self, pre: etree._Element) -> None:
        """Takes line feeds from the beginning of <pre>: a parser drops the first, and the sanitizer writes none in
        its place, so each reading would take another one."""
        if pre.text and pre.text.startswith("\n"):
            pre.text = pre.text.lstrip("\n")
            self.changed = True

    def _direct(self, box: Box, text: str) -> None:
        """Finds which way a box runs, and says so where it has to be said.

        An editor's own ltr or rtl stays, and no mark pulls against it: somebody has looked. What is within is
        judged for itself all the same: whole articles lie in a <div dir="ltr"> that a mail program has made.
        `auto` is a guess by the first letter, the very one that goes wrong: ours is better, R5 allows no other.
        """
        assert box.parent is not None
        around = box.around or box.parent.way
        if own := given(box.element):
            box.way = own
            return
        judged = self._judged(box, text, around)
        box.way = judged or around
        if guesses(box.element):
            del box.element.attrib["dir"]
            self.changed = True
        # Left to right is said even where it runs so anyway: a reader may take what is around it.
        if judged and (judged != around or (self._way == "rtl" and judged == "ltr")):
            self._put(box.element, judged)

    def _judged(self, box: Box, text: str, around: Way) -> Way | None:
        """Which way a box runs by itself; None where it runs as what is around it."""
        name = box.element.tag
        if name == "pre":
            return "ltr"
        left = holds_left(text)
        if (left or around == "ltr") and rtl_dominant(text):
            return "rtl"
        # A table's cell with a number alone stays as the page is; so does what is no block, such as a div.
        return "ltr" if left and (name in BLOCKS or guesses(box.element)) else None

    def _put(self, element: etree._Element, way: Way) -> None:
        element.set("dir", way)
        self.changed = True

    def _put_mark(self, box: Box, text: str) -> None:
        """Puts an RLM before the first character of a box that reads right to left.

        Behind white space: browsers show a space that stands behind a mark. Before what is isolated: within, it
        would turn that round and nothing else.
        """
        if not rtl_dominant(text):
            return
        slot = next(slot for slot in box.slots if slot.text.strip(SPACE))
        if slot.outer is None:
            start = len(slot.text) - len(slot.text.lstrip(SPACE))
            slot.put(slot.text[:start] + _RLM + slot.text[start:])
        elif (before := slot.outer.getprevious()) is not None:
            before.tail = (before.tail or "") + _RLM
        else:
            parent = slot.outer.getparent()
            assert parent is not None
            parent.text = (parent.text or "") + _RLM
        self.changed = True

    def _isolate_runs(self, box: Box) -> None:
        """Puts a span around each number of R9 that stands in a line from right to left, in one text."""
        spans = runs(box.text)
        at = 0
        for slot in box.slots if spans else ():
            end = at + len(slot.text)
            within = [(start - at, stop - at) for start, stop in spans if at <= start and stop <= end]
            if within and _runs_right(box, slot):
                _split(slot, within)
                self.changed = True
            at = end


def _runs_right(box: Box, slot: Slot) -> bool:
    if slot.scope is None:
        return box.way == "rtl"
    # bdo is the editor's word on every single character.
    return slot.way == "rtl" and slot.scope.tag != "bdo"


def _split(slot: Slot, within: list[tuple[int, int]]) -> None:
    """Puts a span around each of some pieces of a text."""
    text = slot.text
    slot.put(text[: within[0][0]])
    if slot.tail:
        parent = slot.element.getparent()
        assert parent is not None
        place = parent.index(slot.element) + 1
    else:
        parent, place = slot.element, 0
    for (start, stop), following in zip(within, [*within[1:], (len(text), 0)], strict=True):
        span = etree.Element("span", dir="ltr")
        span.text = text[start:stop]
        span.tail = text[stop : following[0]]
        parent.insert(place, span)
        place += 1
