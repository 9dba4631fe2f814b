"""The Containerfile, built from Debian's own packages and run: what it and docs/operating.md say of it is so."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.servers import free_port
from tests.live.server import ROOT

PROGRAMS = ("podman", "crun", "mmdebstrap", "unshare", "nsenter")
# As docs/operating.md has it. (Where it is not root's own machine: no cgroups, and no limit raised.)
ROOM = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
# Of two kinds of cgroups at once crun knows nothing; elsewhere this changes nothing.
ALONE = "umount /sys/fs/cgroup/unified 2>/dev/null; echo; exec sleep infinity"


@dataclass(frozen=True, kw_only=True)
class Podman:
    """podman with a store of its own, in mounts of its own."""

    folder: Path
    room: int

    def __call__(self, *arguments: str, given: str = "", well: bool = True) -> "subprocess.CompletedProcess[str]":
        places = [f"--{name}={self.folder / name}" for name in ("root", "runroot", "tmpdir")]
        done = subprocess.run(
            ["nsenter", f"--mount=/proc/{self.room}/ns/mnt", f"--wd={ROOT}", "podman", *places, *arguments],
            env={**os.environ, "TMPDIR": str(self.folder)},
            input=given,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert not well or done.returncode == 0, done.stderr
        return done

    def inspect(self, what: str) -> Mapping[str, Any]:
        found = json.loads(self("inspect", what).stdout)[0]
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def podman() -> Iterator[Podman]:
    if os.geteuid() or not all(map(shutil.which, PROGRAMS)):
        pytest.skip(f"needs root, and Debian's packages of {', '.join(PROGRAMS)}")
    # podman takes no runroot of more than 50 characters.
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        room = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", ALONE], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert room.stdout
        if not room.stdout.readline():
            pytest.skip("root without the right to mount")
        made = Podman(folder=Path(folder), room=room.pid)
        yield made
        made("rm", "--all", "--force", "--time", "1", well=False)
        room.kill()
        room.communicate()


@pytest.fixture(scope="module")
def image(podman: Podman) -> str:
    """Built as docs/operating.md builds it where no registry of images is within reach."""
    base = podman.folder / "debian-python.tar"
    command = ["mmdebstrap", "--variant=minbase", "--include=python3-venv,ca-certificates", "bookworm", str(base)]
    made = subprocess.run(command, env={**os.environ, "TMPDIR": "/var/tmp"}, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"Debian's packages are out of reach: {made.stderr[-300:]}")
    podman("import", str(base), "localhost/debian-python")
    base.unlink()
    # Inside a container nothing more may be allowed than here; and the machine's own authorities are to be trusted.
    here = ["--isolation", "chroot", "--network", "host", "--volume", "/etc/ssl/certs:/etc/ssl/certs:ro"]
    arguments = ["--build-arg", "BASE=localhost/debian-python", "-f", "docs/deploy/Containerfile", "-t", "khulasat"]
    podman("build", "--format", "docker", *here, *arguments, ".")
    return "localhost/khulasat"


@dataclass(frozen=True, kw_only=True)
class Container:
    podman: Podman
    name: str
    volume: Path
    port: int

    def run(self, *command: str, **rest: Any) -> "subprocess.CompletedProcess[str]":
        return self.podman("exec", "-i", self.name, *command, **rest)

    def is_healthy(self) -> bool:
        """By the image's own command, on the port that this one has."""
        _, *command = self.podman.inspect("localhost/khulasat")["Healthcheck"]["Test"]
        command[2] = command[2].replace("8000", str(self.port))
        return self.run(*command, well=False).returncode == 0


@contextlib.contextmanager
def started(podman: Podman, image: str, *more: str) -> Iterator[Container]:
    port, volume = free_port(), podman.folder / f"volume-{time.monotonic_ns()}"
    volume.mkdir()
    volume.chmod(0o750)
    os.chown(volume, 10001, 10001)
    name = volume.name
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    _, processes = resource.getrlimit(resource.RLIMIT_NPROC)
    most = ["--ulimit", f"nofile={min(files, 65536)}", "--ulimit", f"nproc={min(processes, 8192)}"]
    here = ["--cgroups", "disabled", "--network", "host", "--no-healthcheck", *most]
    environ = ["-e", f"FEEDS_SERVER__PORT={port}", "-e", f"FEEDS_SITE__URL=http://127.0.0.1:{port}"]
    volumes = ["-v", f"{volume}:/var/lib/khulasat"]
    podman("run", "--detach", "--name", name, *ROOM, *here, *environ, *more, *volumes, image)
    container = Container(podman=podman, name=name, volume=volume, port=port)
    try:
        end = time.monotonic() + 30
        while not container.is_healthy():
            assert time.monotonic() < end, podman("logs", name).stderr
            time.sleep(0.2)
        yield container
    finally:
        podman("rm", "--force", "--time", "1", name)


@pytest.fixture(scope="module")
def container(podman: Podman, image: str) -> Iterator[Container]:
    with started(podman, image) as made:
        yield made


@pytest.mark.soak
def test_the_image_says_how_it_is_run(podman: Podman, image: str) -> None:
    """As nobody in particular, with a health check, and the store in a volume; and it is not large."""
    found = podman.inspect(image)
    base = podman.inspect("localhost/debian-python")
    assert found["Config"]["User"] == "10001:10001"
    assert list(found["Config"]["Volumes"]) == ["/var/lib/khulasat"]
    assert found["Healthcheck"]["Test"][0] == "CMD"
    assert found["Size"] - base["Size"] < 150_000_000


@pytest.mark.soak
def test_what_an_operator_does_is_done_inside(container: Container) -> None:
    samples = container.run("feeds", "samples").stdout
    assert "new 73, updated 0, unchanged 0, rejected 0" in container.run("feeds", "import", "-", given=samples).stdout
    assert "0 errors, 0 warnings" in container.run("feeds", "check").stdout
    container.run("feeds", "backup", "/var/lib/khulasat/copy.db")
    assert (container.volume / "copy.db").stat().st_mode & 0o777 == 0o600
    found = container.run("feeds", "doctor", "--json").stdout
    assert {"level": "ok", "subject": "service", "text": f"answers on 127.0.0.1:{container.port}, and can serve"} in [
        json.loads(line) for line in found.splitlines()
    ]
    # Time zones and kinds of files do not come from the machine.
    shown = container.run("env", "FEEDS_SITE__TIMEZONE=Asia/Damascus", "feeds", "sections").stdout
    assert "اقتصاد" in shown
    ask = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{container.port}/static/page.js').headers)"
    assert "text/javascript; charset=utf-8" in container.run("python", "-c", ask).stdout


@pytest.mark.soak
def test_nothing_but_the_volume_is_written(container: Container) -> None:
    for place in ("/", "/opt/khulasat/lib", "/etc/khulasat", "/usr"):
        refused = container.run("touch", f"{place}/x", well=False)
        assert "Read-only file system" in refused.stderr
    changed = container.podman("diff", container.name).stdout.split()
    # A folder in which the place of a volume was made is listed, too.
    assert {path for path in changed if path.startswith("/")} <= {"/etc", "/var", "/var/lib", "/run"}
    status = container.run("cat", "/proc/1/status").stdout
    assert "Uid:\t10001\t10001\t10001\t10001" in status
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status


@pytest.mark.soak
def test_it_ends_when_it_is_told_to(podman: Podman, image: str) -> None:
    """SIGTERM is enough, with several workers too; after it the health check says no."""
    with started(podman, image, "-e", "FEEDS_SERVER__WORKERS=2") as container:
        begun = time.monotonic()
        podman("stop", "--time", "20", container.name)
        assert time.monotonic() - begun < 12
        assert podman.inspect(container.name)["State"]["ExitCode"] == 0
        said = podman("logs", container.name)
        assert "Traceback" not in said.stdout + said.stderr


@pytest.mark.soak
def test_a_desk_under_a_path_is_healthy_too(podman: Podman, image: str) -> None:
    """And one whose process is stopped is not."""
    with started(podman, image, "-e", "FEEDS_SITE__URL=https://news.example/feeds") as container:
        assert container.is_healthy()
        container.podman("kill", "--signal", "STOP", container.name)
        assert not container.is_healthy()
        container.podman("kill", "--signal", "CONT", container.name)
        assert container.is_healthy()
