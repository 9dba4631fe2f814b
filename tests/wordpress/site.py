"""Starts a WordPress with its database in a folder: `python -m tests.wordpress.site FOLDER [COUNT]`."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path("/usr/share/wordpress")
NEEDED = "wordpress php-cli php-mysql php-xml php-mbstring mariadb-server"
_HERE = Path(__file__).parent
_PATIENCE = 120

_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT',
    'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) define($name, 'made up');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


def missing() -> bool:
    """Whether a program is not there."""
    programs = ("php", "mariadbd", "mariadb-install-db", "mariadb")
    return not PROGRAMS.is_dir() or any(shutil.which(name) is None for name in programs)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPress:
    """A running site. `php` runs a piece of PHP in it and gives what it prints."""

    url: str
    folder: Path

    def php(self, code: str) -> str:
        host = self.url.partition("//")[2]
        prologue = (
            f"$_SERVER['HTTP_HOST'] = '{host}'; $_SERVER['REQUEST_METHOD'] = 'GET';"
            f" $_SERVER['REMOTE_ADDR'] = '127.0.0.1'; require '{self.folder}/wp-load.php';"
        )
        return _run("php", "-d", "display_errors=0", "-r", prologue + code)

    def export(self, to: Path) -> None:
        """Writes the site's export (WXR) as its administration does."""
        text = self.php(
            "wp_set_current_user(1); require_once ABSPATH . 'wp-admin/includes/export.php';"
            " @export_wp(['content' => 'all']);"
        )
        to.write_text(text, encoding="utf-8")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE * 10, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(name: str, process: "subprocess.Popen[bytes]", there: object) -> None:
    end = time.monotonic() + _PATIENCE
    while not there():  # type: ignore[operator]
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{name} did not start")
        time.sleep(0.05)


@contextmanager
def _process(*command: str, **more: object) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **more,  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        # PHP leaves its workers behind, deaf to anything milder: they are of the same group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def running(folder: Path, *, count: int = 30, port: int = 0) -> Iterator[WordPress]:
    """A WordPress with some dozens of special articles and `count` plain ones, until the block ends."""
    port = port or _free_port()
    url, site, data = f"http://127.0.0.1:{port}", folder / "site", folder / "data"
    where = folder / "db.sock"
    with ExitStack() as stack:
        if not data.exists():
            _run("mariadb-install-db", f"--datadir={data}", "--auth-root-authentication-method=normal",
                 f"--user={_user()}", "--skip-test-db")  # fmt: skip
        options = (f"--datadir={data}", f"--socket={where}", "--skip-networking", f"--user={_user()}",
                   f"--pid-file={folder / 'db.pid'}", "--innodb-flush-log-at-trx-commit=0")  # fmt: skip
        database = stack.enter_context(_process("mariadbd", "--no-defaults", *options))
        _wait_for("mariadbd", database, where.exists)
        if not site.exists():
            _run("mariadb", "--no-defaults", f"--socket={where}", "-uroot", "-e", "CREATE DATABASE wordpress")
            shutil.copytree(PROGRAMS, site, symlinks=False, ignore_dangling_symlinks=True)
            (site / "wp-content" / "uploads").mkdir(parents=True, exist_ok=True)
            (site / "wp-config.php").write_text(_CONFIG.format(socket=where), encoding="utf-8")
            _run("php", "-d", "display_errors=stderr", str(_HERE / "seed.php"), str(site), url, str(count))
        command = ("php", "-S", f"127.0.0.1:{port}", "-t", str(site), str(_HERE / "router.php"))
        server = stack.enter_context(_process(*command, env=os.environ | {"PHP_CLI_SERVER_WORKERS": "2"}))
        _wait_for("php", server, lambda: _answers(port))
        yield WordPress(url=url, folder=site)


def _user() -> str:
    return "root" if os.geteuid() == 0 else str(os.geteuid())


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    with running(where.resolve(), count=int(sys.argv[2]) if len(sys.argv) > 2 else 30) as site:
        print(site.url, flush=True)
        sys.stdin.read()
