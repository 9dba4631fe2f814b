"""What stands in a line together: the text of each block-level element without that of those nested in it."""

from typing import Literal

from lxml import etree

Way = Literal["ltr", "rtl"]

# Those that are judged by their text (RTL.md R5).
BLOCKS = frozenset("p li h1 h2 h3 h4 h5 h6 blockquote td th dd dt figcaption".split())
# All whose text stands in lines of its own. The fallback in audio and video is shown in the place of something.
_LEVEL = BLOCKS | frozenset(
    "article aside audio caption details div dl figure footer header ol pre section summary table tbody tfoot thead"
    " tr ul video".split()
)
# Where a word ends, and nothing else does.
_BREAKS = frozenset("br col hr img source".split())
# HTML §15.3.6: each of these is a unit of its own to the text around it, as is whatever has a `dir`.
_ISOLATES = frozenset(("bdi", "bdo", "code"))

# White space that HTML drops at the ends of a line (HTML §2.3, ASCII whitespace).
SPACE = " \t\n\f\r"

_WAYS: dict[str, Way] = {"ltr": "ltr", "rtl": "rtl"}


def given(element: etree._Element) -> Way | None:
    """The direction that an element's `dir` gives, in any case of letters (HTML §3.2.6.4)."""
    value = element.get("dir")
    return _WAYS.get(value.lower()) if value else None


def guesses(element: etree._Element) -> bool:
    """Whether an element has `dir="auto"`."""
    return element.get("dir", "").lower() == "auto"


def is_box(element: etree._Element) -> bool:
    """Whether the text of an element stands in lines of its own."""
    return element.tag in _LEVEL


class Slot:
    """A text of the tree, where it stands, and what isolates it from the rest of its line.

    A line feed stands for an element that parts words; it is not in the tree, and nothing is written there.
    """

    __slots__ = ("element", "line", "outer", "scope", "tail", "text", "way")

    def __init__(self, element: etree._Element, tail: bool, text: str, place: "Place") -> None:
        self.element = element
        # Whether it stands after the element, and not at the beginning within it.
        self.tail = tail
        self.text = text
        self.line = place.box.line
        # The outermost and the innermost isolating element around it in its box.
        self.outer = place.outer
        self.scope = place.scope
        # The direction that the innermost gives; None where nothing does, or where the reader is to guess.
        self.way = place.around

    def put(self, text: str) -> None:
        """Writes another text into the tree."""
        self.text = text
        if self.tail:
            self.element.tail = text
        else:
            self.element.text = text


class Box:
    """A block-level element, and the texts that are its own.

    `line` counts the pieces that nested boxes divide it into. `around` is the direction that something between it
    and the box that holds it gives; `way` its own, once it has been judged.
    """

    __slots__ = ("around", "codes", "element", "line", "parent", "slots", "way")

    def __init__(self, element: etree._Element, parent: "Box | None", around: Way | None, way: Way) -> None:
        self.element = element
        self.parent = parent
        self.around = around
        self.way = way
        self.line = 0
        self.slots: list[Slot] = []
        # Those within a line: they run left to right in whatever it is.
        self.codes: list[etree._Element] = []

    @property
    def text(self) -> str:
        return "".join([slot.text for slot in self.slots])


class Place:
    """Where the walk stands: in which box, and what isolates."""

    __slots__ = ("around", "box", "outer", "scope")

    def __init__(
        self,
        box: Box,
        outer: etree._Element | None = None,
        scope: etree._Element | None = None,
        around: Way | None = None,
    ) -> None:
        self.box = box
        self.outer = outer
        self.scope = scope
        self.around = around


def boxes(root: etree._Element, way: Way) -> list[Box]:
    """All boxes of a tree, each before those in it; the first is the root, which runs `way`."""
    found = [Box(root, None, None, way)]
    places = [Place(found[0])]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            place = places[-1] if element is root else _within(element, places[-1], way)
            if place.box.element is element and element is not root:
                found.append(place.box)
            places.append(place)
            if element.text:
                place.box.slots.append(Slot(element, False, element.text, place))
        else:
            places.pop()
            if element.tail and element is not root:
                places[-1].box.slots.append(Slot(element, True, element.tail, places[-1]))
    return found


def _within(element: etree._Element, place: Place, way: Way) -> Place:
    """The place within an element that stands in a place."""
    name, box = element.tag, place.box
    if is_box(element):
        box.slots.append(Slot(element, False, "\n", place))
        box.line += 1
        return Place(Box(element, box, place.around, way))
    if name in _BREAKS:
        box.slots.append(Slot(element, False, "\n", place))
    if name in _ISOLATES or "dir" in element.attrib:
        if name == "code":
            box.codes.append(element)
        return Place(box, place.outer if place.outer is not None else element, element, _around(element))
    return place


def _around(element: etree._Element) -> Way | None:
    return given(element) or ("ltr" if element.tag == "code" else None)
