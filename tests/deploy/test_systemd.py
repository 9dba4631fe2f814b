"""The units under a systemd of their own, in namespaces: what docs/operating.md says of them happens."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.live.ledger import counted, record
from tests.live.server import ROOT
from tests.live.steady import Steady
from tests.live.test_handover import many_files

# Of the machine nothing is changed: what is written lies over it, for as long as the namespace lasts.
OVERLAY = """
set -eu
mkdir -p "$OVER" && mount -t tmpfs none "$OVER"
for place in etc opt var usr/local; do
    name=$(echo $place | tr / _)
    mkdir -p "$OVER/$name/upper" "$OVER/$name/work"
    mount -t overlay overlay -o "lowerdir=/$place,upperdir=$OVER/$name/upper,workdir=$OVER/$name/work" "/$place"
done
mkdir -p /opt/khulasat && mount --bind "$INSTALLED" /opt/khulasat
cd "$ROOT"
"""
INSTALL = f"""{OVERLAY}
for version in 0.1.0 0.2.0; do
    /usr/bin/python3 -m venv --without-pip /opt/khulasat/$version
    "$PYTHON" -m pip --python /opt/khulasat/$version/bin/python install -q .
done
ln -sfn 0.1.0 /opt/khulasat/current
"""
BOOT = f"""{OVERLAY}
mount -t tmpfs none /run && mkdir -p /run/lock
adduser --quiet --system --group --home /var/lib/khulasat khulasat
install -d -o khulasat -g khulasat -m 0750 /var/lib/khulasat
install -m 0755 docs/deploy/feeds /usr/local/bin/feeds
install -d /etc/khulasat
/opt/khulasat/current/bin/feeds init --config /etc/khulasat/config.toml
chgrp khulasat /etc/khulasat/config.toml && chmod 0640 /etc/khulasat/config.toml
/usr/local/bin/feeds samples | /usr/local/bin/feeds import -
rm -rf /etc/systemd/system && mkdir /etc/systemd/system
cp docs/deploy/khulasat*.service docs/deploy/khulasat*.socket docs/deploy/khulasat*.timer /etc/systemd/system/
# Of the system's own units only those that ours name: it is no boot of a machine.
mkdir "$OVER/units"
for unit in basic sockets timers paths slices multi-user shutdown umount final network-online network; do
    cp "/lib/systemd/system/$unit.target" "$OVER/units/"
done
mount --bind "$OVER/units" /lib/systemd/system
printf '[Unit]\\nDefaultDependencies=no\\n' > /etc/systemd/system/sysinit.target
printf '[Unit]\\nWants=khulasat.socket khulasat.service try.service\\n' > /etc/systemd/system/try.target
cat > /etc/systemd/system/try.service <<UNIT
[Unit]
DefaultDependencies=no
After=khulasat.service
[Service]
Type=oneshot
ExecStart=/bin/bash $SCRIPTS/steps.sh
StandardOutput=file:$SCRIPTS/said
StandardError=inherit
UNIT
mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd 2>/dev/null || true
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=namespace \\
    /lib/systemd/systemd --system --unit=try.target --log-target=console
"""
STEPS = """
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ask() { curl -s --unix-socket /run/khulasat/khulasat.sock -o /dev/null -w '%{http_code}\\n' http://x/world/rss.xml; }
did() { "$@" >/dev/null 2>&1; echo "$1 $2 $3: $?"; }
echo "active: $(systemctl is-active khulasat.service)"
did systemctl enable --now khulasat.socket khulasat.service
did systemctl status khulasat
(for number in $(seq 80); do ask; sleep 0.1; done) > /run/polls &
did systemctl reload khulasat
sed -i 's/^title = /titel = /' /etc/khulasat/config.toml
systemctl reload khulasat 2>/dev/null; echo "reload of a wrong one: $?"
sed -i 's/^titel = /title = /' /etc/khulasat/config.toml
did systemctl restart khulasat
did systemctl start khulasat-next
did systemctl restart khulasat
did systemctl stop khulasat-next
install -d -o khulasat -g khulasat -m 0700 /var/backups/khulasat
did systemctl enable --now khulasat-backup.timer
did systemctl start khulasat-backup.service
echo "copies: $(ls /var/backups/khulasat | wc -l)"
feeds backup /var/lib/khulasat/before-0.2.0.db
ln -sfn 0.2.0 /opt/khulasat/current
did systemctl restart khulasat
wait
echo "polls:$(sort /run/polls | uniq -c | tr -s ' \\n' ' ')"
copy=/var/backups/khulasat/khulasat-$(date +%a).db
cp $copy /var/lib/khulasat/restored.db
chown khulasat:khulasat /var/lib/khulasat/restored.db
mv /var/lib/khulasat/restored.db /var/lib/khulasat/articles.db
echo "restored: $(ask)"
did systemctl stop khulasat.socket khulasat.service khulasat-publish.service
rm -f /var/lib/khulasat/articles.db-wal /var/lib/khulasat/articles.db-shm
cp $copy /var/lib/khulasat/articles.db
chown khulasat:khulasat /var/lib/khulasat/articles.db
did systemctl start khulasat.socket khulasat.service
echo "restored while it was stopped: $(ask)"
feeds prune --before 2020-01-01 --dry-run && feeds prune --before 2020-01-01
echo "pruned: $? $(ask)"
killed() {
    before=$(systemctl show khulasat -p MainPID --value)
    kill -9 $before
    until [ "$(systemctl show khulasat -p MainPID --value)" != $before ] && systemctl is-active -q khulasat; do
        sleep 0.1
    done
}
killed
echo "after a kill: $(systemctl is-active khulasat) $(ask)"
for workers in 1 2; do
    sed -i "s/^workers = .*/workers = $workers/" /etc/khulasat/config.toml
    did systemctl restart khulasat
    echo "ready for polls: $workers"
    while [ ! -e /run/polled ]; do sleep 0.1; done
    did systemctl reload khulasat
    did systemctl restart khulasat; sleep 2
    did systemctl start khulasat-next
    did systemctl restart khulasat
    did systemctl stop khulasat-next
    rm /run/polled
    echo "enough polls: $workers"
    # What comes next are kills.
    while [ ! -e /run/answered-$workers ]; do sleep 0.1; done
done
for number in $(seq 7); do killed; done
echo "after seven more: $(systemctl is-active khulasat) $(ask)"
echo END
"""

POLLED = [
    "systemctl restart khulasat: 0",
    "systemctl reload khulasat: 0",
    "systemctl restart khulasat: 0",
    "systemctl start khulasat-next: 0",
    "systemctl restart khulasat: 0",
    "systemctl stop khulasat-next: 0",
]


def _installed(tmp_path: Path) -> dict[str, str]:
    """Has it installed as the page says, on a disk of its own; the variables of all scripts."""
    (tmp_path / "installed").mkdir()
    for name, text in (("install.sh", INSTALL), ("boot.sh", BOOT), ("steps.sh", STEPS)):
        (tmp_path / name).write_text(text, "utf-8")
    variables = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "ROOT": str(ROOT),
        "PYTHON": sys.executable,
        "OVER": str(tmp_path / "over"),
        "INSTALLED": str(tmp_path / "installed"),
        "SCRIPTS": str(tmp_path),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        ["unshare", "-m", "bash", str(tmp_path / "install.sh")], env=variables, capture_output=True, text=True
    )
    if "mount" in done.stderr and "denied" in done.stderr:
        pytest.skip("root without the right to mount")
    assert done.returncode == 0, done.stderr
    return variables


class System:
    """systemd in spaces of its own, and what the steps there say."""

    def __init__(self, tmp_path: Path, variables: dict[str, str]) -> None:
        spaces = ["-m", "-n", "-i", "-u", "-C", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self._console = tmp_path / "console"
        with self._console.open("wb") as console:
            self._process = subprocess.Popen(
                ["unshare", *spaces, "bash", str(tmp_path / "boot.sh")], env=variables, stdout=console, stderr=console
            )
        self._said = tmp_path / "said"

    @property
    def run(self) -> Path:
        """Its /run, from here."""
        pid = self._process.pid
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return Path(f"/proc/{child}/root/run")

    def lines(self, until: str) -> list[str]:
        """What was said, to this line."""
        end = time.monotonic() + 120
        while not (self._said.exists() and f"{until}\n" in (text := self._said.read_text())):
            assert self._process.poll() is None and time.monotonic() < end, self.console
            time.sleep(0.2)
        return text.splitlines()

    @property
    def console(self) -> str:
        return self._console.read_text("utf-8", "replace")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def _polled(system: System, workers: int) -> None:
    """Polls by the socket file that systemd holds, 2,000 a second, from when the steps are ready for it."""
    system.lines(f"ready for polls: {workers}")
    with many_files(), Steady(system.run / "khulasat" / "khulasat.sock", 2000) as polls:
        polls.more(2)
        (system.run / "polled").touch()
        system.lines(f"enough polls: {workers}")
        polls.more(1)
    (system.run / f"answered-{workers}").touch()
    assert polls.failed == []
    assert len(polls.crossed) <= 1 + polls.sent // 10_000
    assert polls.counts.keys() == {200, 304}
    record(
        f"under systemd, by its socket file: reloaded, started anew, bridged by another; {workers}"
        f" worker{'s' * (workers > 1)}, at 2,000 polls a second",
        f"{counted(polls.counts)}, {len(polls.crossed)} sent again",
        f"slowest answer {polls.slowest:.1f} s",
    )


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_the_units_do_what_the_page_says(tmp_path: Path) -> None:
    """Enabled, reloaded, started anew, bridged, backed up, upgraded, restored, killed, as locked in as they are."""
    programs = ("/usr/bin/python3", "/lib/systemd/systemd", "/usr/bin/unshare", "/usr/sbin/adduser", "/usr/bin/curl")
    if os.geteuid() or not all(map(os.path.exists, programs)):
        pytest.skip("needs root on Debian, with systemd, python3, adduser and curl")
    system = System(tmp_path, _installed(tmp_path))
    try:
        for workers in (1, 2):
            _polled(system, workers)
        lines = system.lines("END")
    finally:
        system.end()
    assert [line for line in lines if line.endswith(": 0")] == [
        "systemctl enable --now: 0",
        "systemctl status khulasat: 0",
        "systemctl reload khulasat: 0",
        "systemctl restart khulasat: 0",
        "systemctl start khulasat-next: 0",
        "systemctl restart khulasat: 0",
        "systemctl stop khulasat-next: 0",
        "systemctl enable --now: 0",
        "systemctl start khulasat-backup.service: 0",
        "systemctl restart khulasat: 0",
        "systemctl stop khulasat.socket: 0",
        "systemctl start khulasat.socket: 0",
        *POLLED,
        *POLLED,
    ]
    assert "restored: 200" in lines
    assert "restored while it was stopped: 200" in lines
    assert "pruned: 0 200" in lines
    assert "active: active" in lines
    assert "reload of a wrong one: 1" in lines
    assert "copies: 1" in lines
    assert "after a kill: active 200" in lines
    assert "after seven more: active 200" in lines
    assert "polls: 80 200" in [line.strip() for line in lines]
