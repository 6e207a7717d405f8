# SPDX-License-Identifier: Apache-2.0
"""A whole Debian host with systemd as process 1, booted in a container in a second.

What a sandbox only imitates is real here: units, socket activation, credentials, tmpfiles, the
journal, pam-auth-update.  The root is an overlay over a tree made once by debootstrap and kept in
the cache; a host's own changes live in memory and go with it.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from . import build
from .paths import BUILD, CACHE, LOGS, RIG, RigError
from .process import children_of, wait_until
from .sandbox import SEARCH_PATH, network_of

PACKAGES_FILE = RIG / "host-packages.txt"
# Empty: the archive that debootstrap itself knows.
MIRROR = os.environ.get("IAM_DEBIAN_MIRROR", "")


def packages() -> list[str]:
    lines = PACKAGES_FILE.read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def base() -> Path:
    """The tree all hosts share, named by its packages so that clones with other needs do not meet.
    Made aside and renamed: one that has its name is complete."""
    tree = CACHE / f"host-{hashlib.sha256(' '.join(packages()).encode()).hexdigest()[:12]}"
    LOGS.mkdir(parents=True, exist_ok=True)
    (CACHE / "debs").mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.is_dir():
            debootstrap(tree)
    return tree


def debootstrap(tree: Path):
    log = LOGS / "debootstrap.log"
    aside = tree.with_name("making")
    shutil.rmtree(aside, ignore_errors=True)
    with open(log, "wb") as out:
        done = subprocess.run(
            # debootstrap mounts /proc and /sys in there; they must go with it, whatever happens.
            ["unshare", "--mount", "--propagation", "private",
             "debootstrap", "--variant=minbase", f"--cache-dir={CACHE / 'debs'}",
             f"--include={','.join(packages())}", "bookworm", str(aside), *([MIRROR] if MIRROR else [])],
            stdout=out, stderr=out, env={"PATH": SEARCH_PATH, "LANG": "C.UTF-8"})
    if done.returncode != 0:
        raise RigError("debootstrap could not make the base of the test hosts", log)
    # A tree that many hosts are made from must not name one machine: each makes its own id.
    (aside / "etc/machine-id").write_text("")
    # Who wants it enables it.
    (aside / "etc/systemd/system/multi-user.target.wants/nginx.service").unlink()
    aside.rename(tree)


class Host:
    def __init__(self, name: str, installed: bool = True):
        self.name = name
        self.log = LOGS / f"host-{name}.log"
        self._leader = None
        tree = base()
        work = BUILD / "rig"
        work.mkdir(parents=True, exist_ok=True)
        trees = [str(build.stage())] if installed else []
        with open(self.log, "wb") as out:
            self._nspawn = subprocess.Popen(
                ["unshare", "--mount", "--propagation", "private", "sh",
                 str(RIG / "boot-host.sh"), str(work), str(tree), name, *trees],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env={"PATH": SEARCH_PATH, "LANG": "C.UTF-8"})
        try:
            self._boot()
        except RigError:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _boot(self):
        self._leader = wait_until(self._find_leader, 30, f"boot of {self.name}", self.log)
        state = wait_until(self.state, 60, f"boot of {self.name}", self.log)
        if state != "running":
            failed = self.run(["systemctl", "--failed", "--no-legend"], check=False).stdout
            raise RigError(f"host {self.name} is {state}: {failed.strip()}", self.log)

    def reboot(self):
        """boot-host.sh starts the same root again, with another process 1."""
        before = self._leader
        self.run(["systemctl", "reboot"], check=False)
        wait_until(lambda: not Path(f"/proc/{before}").exists(), 30, f"end of {self.name}", self.log)
        self._boot()

    def network(self):
        return network_of(self._leader)

    def _find_leader(self) -> int | None:
        if self._nspawn.poll() is not None:
            raise RigError(f"systemd-nspawn ended with status {self._nspawn.returncode}", self.log)
        for nspawn in children_of(self._nspawn.pid):
            for child in children_of(nspawn):
                with contextlib.suppress(OSError):
                    if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                        return child
        return None

    def state(self) -> str:
        """Empty while the host still boots."""
        done = self.run(["systemctl", "is-system-running"], check=False)
        state = done.stdout.strip()
        return state if state in ("running", "degraded", "maintenance") else ""

    def path(self, inside: str) -> Path:
        return Path(f"/proc/{self._leader}/root{inside}")

    def command(self, argv: list[str]) -> list[str]:
        return ["nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w",
                "--", *argv]

    def run(self, argv: list[str], check: bool = True, input: str | None = None,
            timeout: float = 60) -> subprocess.CompletedProcess:
        done = subprocess.run(
            self.command(argv), env={"PATH": SEARCH_PATH, "LANG": "C.UTF-8", "HOME": "/root"},
            input=input, stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True, text=True, errors="replace", timeout=timeout)
        if check and done.returncode != 0:
            raise RigError(f"{self.name}: {' '.join(argv)}: status {done.returncode}: "
                           f"{(done.stderr or done.stdout).strip()}")
        return done

    def journal(self, *what: str) -> str:
        return self.run(["journalctl", "--no-pager", "-o", "short-monotonic", *what]).stdout

    def close(self):
        """Powers it off as a person would; a host that does not go down is an error."""
        if self._nspawn.poll() is not None:
            self._remove_cgroups()
            return
        with contextlib.suppress(RigError, subprocess.TimeoutExpired):
            self.log.with_suffix(".journal").write_text(self.journal())
        # What systemd-nspawn itself sends: SIGRTMIN+4 asks systemd for an orderly poweroff.
        os.kill(self._leader, signal.SIGRTMIN + 4)
        try:
            self._nspawn.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RigError(f"host {self.name} did not power off", self.log) from None
        self._remove_cgroups()

    def kill(self):
        if self._leader:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._leader, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while self._nspawn.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._nspawn.pid, signal.SIGKILL)
        self._nspawn.wait()
        self._remove_cgroups()

    def _remove_cgroups(self):
        """boot-host.sh made one in each tree, named by its pid; a cgroup dies from the leaves."""
        trees = Path("/sys/fs/cgroup")
        name = f"iam-rig-{self._nspawn.pid}"
        for top in [*trees.glob(name), *trees.glob(f"*/{name}")]:
            for folder, _, _ in os.walk(top, topdown=False):
                wait_until(lambda folder=folder: remove_folder(folder), 10,
                           f"end of the processes in {folder}")


def remove_folder(path: str) -> bool:
    try:
        os.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
