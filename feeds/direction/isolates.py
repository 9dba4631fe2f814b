"""Isolates (U+2066 to U+2069) that are opened and closed in the same line.

A browser closes at the end of a line what is open in it, and passes over a PDI that closes nothing. A reader that
joins lines does not: there the next paragraph would run as the isolate does.
"""

import re
from collections.abc import Iterable

from feeds.direction.boxes import SPACE, Slot

ISOLATES = re.compile("[\u2066-\u2069]")
_PDI = "\u2069"


def balance(slots: Iterable[Slot]) -> bool:
    """Closes what is open at the end of each line, or of what isolates in it; takes what closes nothing.

    Nothing moves on the screen. Whether anything was changed.
    """
    lines: dict[object, list[Slot]] = {}
    for slot in slots:
        lines.setdefault((slot.line, slot.scope), []).append(slot)
    # All of them: each is mended.
    return any([_balance_line(line) for line in lines.values()])


def _balance_line(line: list[Slot]) -> bool:
    depth, changed = 0, False
    for slot in line:
        head, *parts = ISOLATES.split(slot.text)
        for mark, part in zip(ISOLATES.findall(slot.text), parts, strict=True):
            if mark == _PDI and not depth:
                head += part
            else:
                depth += -1 if mark == _PDI else 1
                head += mark + part
        if head != slot.text:
            slot.put(head)
            changed = True
    if depth:
        last = next(slot for slot in reversed(line) if slot.text.strip(SPACE))
        end = len(last.text.rstrip(SPACE))
        # Before white space: at the end of a line it takes no room, before a mark it would.
        last.put(last.text[:end] + _PDI * depth + last.text[end:])
    return changed or depth > 0
