"""The units for systemd and the Containerfile: right by their own programs, and true to what the commands are."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import click
import pytest

from feeds.cli import commands
from feeds.settings import load
from tests.live.server import LOCAL, ROOT, Server, stock

DEPLOY = ROOT / "docs" / "deploy"
SERVICES = [f"khulasat{name}.service" for name in ("", "-next", "-backup", "-publish", "-import")]
# What docs/operating.md says that they are exposed by, out of ten.
EXPOSED = dict(zip(SERVICES, (1.4, 1.4, 0.4, 1.1, 1.1), strict=True))
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """A unit's keys by section; one that stands twice has several values."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return found


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is missing: Debian's package systemd has it")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)


def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    """As they stand together, with the program where they look for it."""
    for path in DEPLOY.glob("khulasat*.*"):
        text = path.read_text("utf-8").replace("/opt/khulasat/current/bin/feeds", sys.executable)
        (tmp_path / path.name).write_text(text, "utf-8")
    done = analyze("verify", *(str(path) for path in sorted(tmp_path.iterdir())))
    ours = [line for line in done.stderr.splitlines() if "khulasat" in line]
    assert ours == []


@pytest.mark.parametrize("name", SERVICES)
def test_the_units_are_as_safe_as_is_said(name: str) -> None:
    """By `systemd-analyze security`: 0 is all shut, 10 all open."""
    done = analyze("security", "--offline=true", "--no-pager", str(DEPLOY / name))
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= EXPOSED[name]
    operating = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert f"{EXPOSED['khulasat.service']} of 10" in operating


def test_the_second_desk_is_as_the_first_one() -> None:
    """But for what starts it again, and that nobody enables it."""
    first, second = unit("khulasat.service"), unit("khulasat-next.service")
    assert "Install" not in second
    assert set(first["Service"]) - set(second["Service"]) == {"RestartSec", "ExecReload"}
    assert {key for key, value in second["Service"].items() if first["Service"][key] != value} == {"Restart"}


def test_accepting_does_not_wait_in_services_that_share_a_socket() -> None:
    """systemd.service(5): it sets that at each start of one of them, for all who have the socket."""
    sharing = [name for name in SERVICES if unit(name)["Service"].get("Sockets") == ["khulasat.socket"]]
    assert sharing == ["khulasat.service", "khulasat-next.service"]
    assert all(unit(name)["Service"]["NonBlocking"] == ["yes"] for name in sharing)


@pytest.mark.parametrize("name", SERVICES)
def test_every_command_and_setting_in_the_units_is_one(name: str, tmp_path: Path) -> None:
    service = unit(name)["Service"]
    lines = " ".join([*service["ExecStart"], *service.get("ExecReload", [])])
    called = re.findall(r"/bin/feeds (\w+)((?: --\w+)*)", lines)
    assert called
    for command, options in called:
        found = commands.get_command(click.Context(commands), command)
        assert found
        assert set(options.split()) <= {option for parameter in found.params for option in parameter.opts}
    environ = dict(pair.split("=", 1) for pair in shlex.split(service["Environment"][0]))
    assert environ.pop("FEEDS_CONFIG") == "/etc/khulasat/config.toml"
    (tmp_path / "config.toml").write_text(LOCAL, "utf-8")
    assert str(load(tmp_path / "config.toml", environ).store_path) == "/var/lib/khulasat/articles.db"


def test_the_command_of_the_desk_is_for_root() -> None:
    """Who is not is told so, and what to type."""
    nobody = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
    script = (DEPLOY / "feeds").read_text("utf-8")
    done = subprocess.run([*nobody, "sh", "-s", "doctor", "--quick"], input=script, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.endswith("sudo feeds doctor --quick\n")


def test_socket_and_proxy_meet() -> None:
    """nginx asks where systemd listens."""
    (path,) = unit("khulasat.socket")["Socket"]["ListenStream"]
    assert f"unix:{path};" in (DEPLOY / "nginx-live.conf").read_text("utf-8")


def test_a_linter_finds_no_fault_with_the_containerfile() -> None:
    linter = Path(sysconfig.get_path("scripts"), "hadolint")
    done = subprocess.run([linter, str(DEPLOY / "Containerfile")], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_the_containerfile_copies_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINER, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


def test_the_container_runs_as_nobody_in_particular() -> None:
    assert re.search(r"^USER (\d+):\1$", CONTAINER, re.M)
    names = re.findall(r"^ {4}(FEEDS_\w+)=(\S+)", CONTAINER, re.M)
    environ = {name: value for name, value in names if "__" in name}
    settings = load(ROOT / "config.toml", environ)
    assert str(settings.store_path) == "/var/lib/khulasat/articles.db"
    # Where its health check asks, whatever a configuration says that is laid over the one inside.
    assert (settings.server.host, settings.server.port) == ("0.0.0.0", 8000)


def test_its_health_check_sees_whether_the_desk_can_serve(tmp_path: Path) -> None:
    """The command as it stands there, but for the port: status 0 while it can, another while it can't."""
    found = re.search(r'CMD \\\n\s+(\["python".*\])', CONTAINER)
    assert found
    command = json.loads(found[1])
    (tmp_path / "config.toml").write_text(LOCAL, "utf-8")
    stock(tmp_path, "a")
    server = Server(tmp_path, "--port", "0").ready()
    check = [sys.executable, *command[1:2], command[2].replace("8000", str(server.port))]
    assert subprocess.run(check, capture_output=True).returncode == 0
    assert server.end() == 0
    assert subprocess.run(check, capture_output=True).returncode != 0
