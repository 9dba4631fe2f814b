"""A worker among others: it does not outlive the process that started it."""

import multiprocessing
import os
import signal
import threading


def is_worker() -> bool:
    """Whether another process started this one, and starts another in its place."""
    return multiprocessing.parent_process() is not None


def end_with_parent() -> None:
    """Ends this process, in good order, once the one that started it as a worker has ended, however that came.

    Workers that went on would keep the port, and answer beside the service that was started in their place.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait, args=(parent,), name="parent", daemon=True).start()


def _wait(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
