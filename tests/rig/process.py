# SPDX-License-Identifier: Apache-2.0
"""A long-running program inside a sandbox, seen from outside.

nsenter stands between us and the program, because a process joins a PID namespace only by being
born in it.  Signals must reach the program, not nsenter, so its own pid is looked up.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from .paths import RigError


def wait_until(question, seconds: float, what: str, where: Path | None = None):
    """Asks until the answer is true and returns it; a slow machine gets patience, not a sleep."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise RigError(f"{what}: not within {seconds:g} s", where)
        time.sleep(0.02)


def let_another_be_process_1():
    """Whoever outlives his parent becomes a child of process 1, and the kernel ends a sandbox only
    when somebody has waited for each of its dead.  Where we are that process (in a chroot entered
    by unshare --pid) we go on as a child of one that waits."""
    if os.getpid() != 1:
        return
    child = os.fork()
    if child == 0:
        return
    # Ctrl-C reaches the child by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(child, number))
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def children_of(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(word) for word in text.split()]


class Process:
    def __init__(self, argv: list[str], log: Path, name: str, **popen):
        self.name = name
        self.log = log
        with open(log, "ab") as out:
            self._entry = subprocess.Popen(
                argv, stdout=popen.pop("stdout", out), stderr=out, **popen)
        wait_until(lambda: children_of(self._entry.pid) or self._entry.poll() is not None,
                   10, f"{name}: start", log)
        self.pid = (children_of(self._entry.pid) or [None])[0]
        if not self.is_alive():
            raise RigError(f"{name} ended at once with status {self._entry.returncode}", log)

    @property
    def stdin(self):
        return self._entry.stdin

    @property
    def stdout(self):
        return self._entry.stdout

    def is_alive(self) -> bool:
        return self.pid is not None and self._entry.poll() is None

    def signal(self, number: int):
        if not self.is_alive():
            return
        with contextlib.suppress(ProcessLookupError):  # it may end between any two lines of ours
            os.kill(self.pid, number)
            if number == signal.SIGCONT:
                # nsenter stops itself together with its child, but nobody wakes it again.
                os.kill(self._entry.pid, number)

    def wait(self, seconds: float) -> int:
        try:
            return self._entry.wait(seconds)
        except subprocess.TimeoutExpired:
            raise RigError(f"{self.name} still runs after {seconds:g} s", self.log) from None

    def stop(self, seconds: float = 10) -> int:
        """Ends it politely; one that does not listen is killed, and that is an error."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            return self.wait(seconds)
        except RigError:
            self.kill()
            raise

    def kill(self):
        self.signal(signal.SIGKILL)
        self._entry.wait(10)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for_log(self, text: str, seconds: float = 10):
        def seen():
            if text in self.log_text():
                return True
            if not self.is_alive():
                raise RigError(f"{self.name} ended before it said {text!r}", self.log)
            return False
        wait_until(seen, seconds, f"{self.name}: {text!r} in its log", self.log)
