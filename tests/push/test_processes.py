"""Processes by names that tell whether they live."""

import os
import socket
import subprocess
import sys

from feeds.processes import has_gone, make_name


def test_this_process_lives_in_all_its_parts() -> None:
    one, two = make_name(), make_name()
    assert one != two
    assert not has_gone(one)
    assert not has_gone(two)


def test_a_process_that_ended_is_gone() -> None:
    """Known by its number; and by its beginning, where another has that number now."""
    code = "from feeds.processes import make_name; print(make_name())"
    name = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert has_gone(name)
    host, number, beginning, part = make_name().rsplit(":", 3)
    assert has_gone(f"{host}:{number}:{int(beginning or 1) - 1}:{part}") or not beginning
    assert int(number) == os.getpid()


def test_of_another_machine_nothing_is_known() -> None:
    assert not has_gone("elsewhere:1:2:3")
    assert has_gone("nonsense")
    assert has_gone(f"{socket.gethostname()}:99999999999999999999:1:1")
