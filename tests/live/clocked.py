"""`feeds` with a clock of its own: python -m tests.live.clocked PIPE serve …

Each line that comes through the named pipe sets the clock: so many seconds from the machine's. How long something
takes, and the times of files, are as they are. (libfaketime does so for any program, but stands in the way of the waits
by which Python's threads take turns: they stop for seconds, or for good.)
"""

import os
import sys
import threading
import time

import time_machine

from feeds.cli import main


def follow(pipe: str, traveller: time_machine.Traveller, began: float) -> None:
    """Sets the clock as often as it is said; `began` is when the monotonic clock was 0."""
    # Open for writing, too, it never ends.
    with os.fdopen(os.open(pipe, os.O_RDWR)) as lines:
        for line in lines:
            traveller.move_to(began + time.monotonic() + float(line))


if __name__ == "__main__":
    began = time.time() - time.monotonic()
    traveller = time_machine.travel(time.time()).start()
    threading.Thread(target=follow, args=(sys.argv.pop(1), traveller, began), daemon=True).start()
    main()
