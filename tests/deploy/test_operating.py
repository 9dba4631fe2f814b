"""docs/operating.md as it stands, typed into a Debian on which there is nothing, under its own systemd."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.server import ROOT

PROGRAMS = ("mmdebstrap", "unshare", "nsenter", "pivot_root", "ip")
PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,adduser,procps,init"
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
PATHS = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PLACES = """
set -e
cd "$MACHINE"
mount --bind . . && cd "$MACHINE"
mount -t proc proc proc && mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/pts dev/shm && mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm && ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run && mount -t tmpfs -o mode=1777 tmpfs tmp
"""
# What is fetched is fetched before: the machine that runs has a network of its own, in which nobody else is.
FETCH = f"""{PLACES}
exec chroot . env -i {PATHS} HOME=/root PIP_CERT=/root/authorities.crt DEBIAN_FRONTEND=noninteractive bash -ec '
cd /root/khulasat
umask 022
apt-get update && apt-get install -y python3-venv nginx certbot python3-certbot-nginx curl
python3 -m venv /root/fetching && /root/fetching/bin/pip download -q -d /root/wheels . hatchling setuptools wheel
rm -r /root/fetching
'
"""
BOOT = f"""{PLACES}
ip link set lo up
mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup && mkdir sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd || true
touch dev/console && mkdir -p outside
mount --make-rprivate / && pivot_root . outside && umount -l /outside
exec env -i {PATHS} container=other /lib/systemd/systemd --system
"""
# What a person does by hand, and what the machine's name and authorities do elsewhere.
BY_HAND = r"""
cd /root/khulasat
export PIP_NO_INDEX=1 PIP_FIND_LINKS=/root/wheels DEBIAN_FRONTEND=noninteractive SYSTEMD_PAGER=cat
apt-get() { [ "$1" = update ] || command apt-get -y "$@"; }
editor() {
    sed -i 's|^url = .*|url = "https://news.example"|; s|feeds@example.org|desk@news.example|
        s|^# unix_socket = .*|unix_socket = "/run/khulasat/khulasat.sock"|' "$1"
}
journalctl() { command journalctl ${@/-f/--no-pager}; }
systemctl() {
    [ "$1 $2" = "edit khulasat-import.service" ] || { command systemctl "$@"; return; }
    mkdir /etc/systemd/system/$2.d
    feeds samples | head -1 > /srv/arrivals.jsonl
    printf '[Service]\nEnvironment="SOURCES=/srv/arrivals.jsonl"\n' > /etc/systemd/system/$2.d/override.conf
    command systemctl daemon-reload
}
certbot() {
    (
        mkdir /root/authority && cd /root/authority
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 9 -subj "/CN=authority"
        openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request -subj "/CN=news.example"
        printf 'subjectAltName=DNS:news.example\n' > names
        openssl x509 -req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -days 9 -extfile names -out cert.pem
        cat cert.pem ca.crt > chain.pem && cp ca.crt /usr/local/share/ca-certificates/ && update-ca-certificates
    ) >/dev/null 2>&1
    command certbot install -n "$@" --cert-path /root/authority/cert.pem --key-path /root/authority/key.pem \
        --fullchain-path /root/authority/chain.pem
}
set -e
"""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A Debian with a systemd of its own, in namespaces."""

    system: int

    def run(self, text: str) -> str:
        """What is typed into its shell, to an end without fault."""
        spaces = ["-m", "-n", "-i", "-u", "-C", "-p", "--root"]
        command = ["nsenter", "-t", str(self.system), *spaces, "env", "-i", PATHS, "HOME=/root", "LANG=C.UTF-8", "bash"]
        done = subprocess.run(command, input=BY_HAND + text, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{text}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if os.geteuid() or not all(map(shutil.which, PROGRAMS)):
        pytest.skip(f"needs root, and {', '.join(PROGRAMS)}")
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as above:
        Path(above).chmod(0o755)
        yield from _booted(Path(above) / "machine", Path(above) / "console")


def _booted(root: Path, log: Path) -> Iterator[Machine]:
    environ = {**os.environ, "MACHINE": str(root), "TMPDIR": "/var/tmp"}
    made = ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)]
    done = subprocess.run(made, env=environ, capture_output=True, text=True, timeout=900)
    if done.returncode:
        pytest.skip(f"Debian's packages are out of reach: {done.stderr[-300:]}")
    shutil.copy("/etc/resolv.conf", root / "etc")
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "root" / "authorities.crt")
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost news.example\n", "utf-8")
    kept = shutil.ignore_patterns(".*", "__pycache__", "benchmarks", "tests")
    shutil.copytree(ROOT, root / "root" / "khulasat", ignore=kept)
    done = subprocess.run(["unshare", "-m", "bash", "-c", FETCH], env=environ, capture_output=True, text=True)
    if "mount" in done.stderr and "denied" in done.stderr:
        pytest.skip("root without the right to mount")
    assert done.returncode == 0, done.stderr[-3000:]
    spaces = ["-m", "-n", "-i", "-u", "-C", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with log.open("wb") as console:
        system = subprocess.Popen(["unshare", *spaces, "bash", "-c", BOOT], env=environ, stdout=console, stderr=console)
    try:
        yield Machine(system=_child(system))
    finally:
        system.kill()
        system.wait()


def _child(system: "subprocess.Popen[bytes]") -> int:
    """The process that is 1 inside, once systemd says that it has come up."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert system.poll() is None
        found = Path(f"/proc/{system.pid}/task/{system.pid}/children").read_text().split()
        with_systemd = ["nsenter", "-t", *found, "-m", "-p", "--root", "systemctl", "is-system-running"]
        if found and Path(f"/proc/{found[0]}/comm").read_text() == "systemd\n":
            said = subprocess.run(with_systemd, capture_output=True, text=True).stdout.strip()
            if said in ("running", "degraded"):
                return int(found[0])
        time.sleep(0.2)
    raise AssertionError("systemd did not come up")


def typed(heading: str) -> list[str]:
    """What a part of the page says is typed, a block each."""
    (part,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    blocks = [re.sub(r"^ +", "", text, flags=re.M) for text in re.findall(r"```sh\n(.*?)```", part, re.S)]
    assert blocks
    today = time.strftime("%a", time.gmtime())
    return [re.sub(r"khulasat-\w{3}\.db", f"khulasat-{today}.db", block) for block in blocks]


@pytest.mark.soak
def test_the_page_for_operators_leads_to_a_desk(machine: Machine) -> None:
    """Supervised, backed up and behind nginx, with a certificate; then what to do when, while it is polled: nobody is
    turned away."""
    for block in typed("Set it up"):
        if "articles.jsonl" in block:
            machine.run("feeds samples > articles.jsonl")
        said = machine.run(block)
    assert "hands on types, validators, codings, redirects and errors as they are" in said
    assert said.splitlines()[-1].endswith(", 0 wrong")
    poll = "curl -s -o /dev/null -w '%{http_code}\\n' https://news.example/world/rss.xml"
    machine.run(f"(while [ ! -e /tmp/enough ]; do {poll}; sleep 0.05; done > /tmp/polls) > /dev/null 2>&1 &")
    for heading in ("Change the configuration", "Upgrade", "The log", "Backups", "Old articles"):
        for block in typed(heading):
            machine.run(block)
    machine.run("touch /tmp/enough; sleep 1")
    assert re.fullmatch(r"\s*\d\d+ 200\n", machine.run("sort /tmp/polls | uniq -c"))
    assert (
        machine.run("systemctl is-active khulasat khulasat.socket khulasat-backup.timer nginx").split()
        == ["active"] * 4
    )
    assert machine.run("readlink -f /opt/khulasat/current").strip() == "/opt/khulasat/0.2.0"
    machine.run("feeds doctor --proxy https://news.example")
    exposed = machine.run("command systemd-analyze --no-pager security khulasat")
    assert f"Overall exposure level for khulasat.service: {exposure()}" in exposed


def exposure() -> str:
    """As the page says it."""
    (found,) = re.findall(r"says (\S+) of 10", PAGE)
    assert isinstance(found, str)
    return found
