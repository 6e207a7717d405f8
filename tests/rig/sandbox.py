# SPDX-License-Identifier: Apache-2.0
"""A private copy of this machine: own files, processes, users, terminals and (usually) network.

What is built is laid over the machine's own files as if it were installed, so the modules, units
and profiles are found where a package would put them.  The machine itself is never written to.
"""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from . import build
from .paths import BUILD, LOGS, RIG, RigError
from .process import Process, wait_until

CLONE_NEWNET = 0x40000000
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@contextlib.contextmanager
def network_of(pid: int):
    """Puts the calling thread, and what it starts, into the network of that process."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/ns/net", "rb") as home, \
            open(f"/proc/{pid}/ns/net", "rb") as away:
        if libc.setns(away.fileno(), CLONE_NEWNET) != 0:
            raise RigError(f"setns: {os.strerror(ctypes.get_errno())}")
        try:
            yield
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)


class Sandbox:
    def __init__(self, name: str, share_network: bool = False, installed: bool = True,
                 state: str = ""):
        self.name = name
        self.share_network = share_network
        self.processes: list[Process] = []
        self.logs = LOGS / name
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir(parents=True)
        work = BUILD / "rig"
        work.mkdir(parents=True, exist_ok=True)
        trees = [str(build.stage())] if installed else []
        kinds = ["--mount", "--pid", "--ipc", "--uts"] + ([] if share_network else ["--net"])
        with open(self.logs / "sandbox.log", "wb") as log:
            self._init = subprocess.Popen(
                ["unshare", *kinds, "--fork", "--kill-child", "--propagation", "private",
                 sys.executable, str(RIG / "inside" / "init.py"), str(work), state, *trees],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                # Ctrl-C is for us; process 1 in there goes when we let go of its stdin.
                start_new_session=True)
        answer = self._init.stdout.readline().strip()
        if not answer.isdigit():
            self._init.wait()
            raise RigError("the sandbox could not be built", self.logs / "sandbox.log")
        self.pid = int(answer)
        if not share_network:
            self.run(["ip", "link", "set", "lo", "up"])
        self.journal = self.start_script("journal.py", "journal")
        self.journal.wait_for_log("listening")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- files

    def path(self, inside: str) -> Path:
        """The same file seen from outside.  Absolute symbolic links on the way are not followed
        into the sandbox: name the real place."""
        return Path(f"/proc/{self.pid}/root{inside}")

    def read(self, inside: str) -> str:
        return self.path(inside).read_text(errors="replace")

    def write(self, inside: str, text: str, mode: int = 0o644):
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
        path.chmod(mode)

    # -- programs

    def command(self, argv: list[str], user: str | None = None) -> list[str]:
        """The command line that runs argv inside; for callers that bring their own terminal."""
        who = ["setpriv", "--reuid", user, "--regid", self.run(["id", "-g", user]).stdout.strip(),
               "--init-groups"] if user else []
        spaces = ["-m", "-p", "-i", "-u"] + ([] if self.share_network else ["-n"])
        return ["nsenter", "-t", str(self.pid), *spaces, "-r", "-w", "--", *who, *argv]

    def environment(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        """Nothing of the caller's environment decides what happens inside."""
        return {"PATH": SEARCH_PATH, "LANG": "C.UTF-8", "HOME": "/root", "TERM": "dumb",
                **(extra or {})}

    def run(self, argv: list[str], user: str | None = None, check: bool = True,
            input: str | None = None, timeout: float = 60,
            env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        try:
            done = subprocess.run(
                self.command(argv, user), env=self.environment(env), input=input,
                stdin=subprocess.DEVNULL if input is None else None,
                capture_output=True, text=True, errors="replace", timeout=timeout)
        except subprocess.TimeoutExpired:
            raise RigError(f"{' '.join(argv)}: not done after {timeout:g} s", self.logs) from None
        if check and done.returncode != 0:
            raise RigError(f"{' '.join(argv)}: status {done.returncode}: "
                           f"{(done.stderr or done.stdout).strip()}")
        return done

    def start(self, argv: list[str], name: str, user: str | None = None,
              env: dict[str, str] | None = None, **popen) -> Process:
        process = Process(self.command(argv, user), self.logs / f"{name}.log", name,
                          env=self.environment(env), start_new_session=True,
                          stdin=popen.pop("stdin", subprocess.DEVNULL), **popen)
        self.processes.append(process)
        return process

    def start_script(self, script: str, name: str, *arguments: str, **options) -> Process:
        """One of our own programs of tests/rig/inside; the clone need not be visible in there."""
        text = (RIG / "inside" / script).read_text()
        return self.start([sys.executable, "-c", text, *arguments], name, **options)

    # -- network

    @contextlib.contextmanager
    def network(self):
        """Puts the calling thread, and what it starts, into the sandbox's network."""
        if self.share_network:
            yield
            return
        with network_of(self.pid):
            yield

    def wait_for_port(self, *ports: int, process: Process, seconds: float = 20):
        """Waits until the process listens there, or says why it does not."""
        def all_open():
            if not process.is_alive():
                raise RigError(f"{process.name} ended before it listened", process.log)
            return all(self._is_open(port) for port in ports)
        wait_until(all_open, seconds, f"{process.name}: ports {ports}", process.log)

    def _is_open(self, port: int) -> bool:
        with self.network(), socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    # -- people of the machine (not of a realm)

    def add_local_user(self, name: str, password: str, *groups: str):
        self.run(["useradd", "--create-home", "--shell", "/bin/bash",
                  *(["--groups", ",".join(groups)] if groups else []), name])
        self.run(["chpasswd", "-c", "SHA512"], input=f"{name}:{password}\n")

    # -- the end

    def namespace(self) -> str:
        return os.readlink(f"/proc/{self.pid}/ns/pid")

    def close(self):
        """Ends every program, last started first; then the namespaces go with process 1."""
        if self._init.poll() is not None:
            return
        space = self.namespace()
        failures = []
        for process in reversed(self.processes):
            try:
                process.stop()
            except RigError as error:
                failures.append(str(error))
        self._init.stdin.close()
        self._init.wait(20)
        self._init.stdout.close()
        wait_until(lambda: not processes_in(space), 10, f"end of the processes of {self.name}")
        if failures:
            raise RigError("; ".join(failures), self.logs)


def processes_in(pid_namespace: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "ns" / "pid") == pid_namespace:
                found.append(int(entry.name))
    return found
