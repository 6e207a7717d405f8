# SPDX-License-Identifier: Apache-2.0
"""iamd in a sandbox, set up the way a package and an administrator would, and iamctl beside it."""

import json
import os
import re
import subprocess

from .paths import RigError
from .sandbox import Sandbox

SERVICE = "iamd.service"
BASE_URL = "http://localhost:8080"
CONFIG = f"""\
[http]
base_url = {BASE_URL}

[host]
realm = {{realm}}
"""


def prepare_host(box: Sandbox, realm: str = "demo"):
    """What installing the package and editing nsswitch.conf does, with the shipped files."""
    box.run(["systemd-sysusers", "/usr/lib/sysusers.d/iam.conf"])
    box.run(["systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/iam.conf"])
    box.write("/etc/iam/iamd.conf", CONFIG.format(realm=realm))
    switch_on_names(box)
    switch_on_pam(box)


def switch_on_names(box: Sandbox):
    text = box.read("/etc/nsswitch.conf")
    for table in ("passwd", "group"):
        text = re.sub(rf"(?m)^{table}:.*$", f"{table}: files iam", text)
    box.write("/etc/nsswitch.conf", text)


def switch_on_pam(box: Sandbox):
    """By Debian's own tool, so the shipped profile is what is tested."""
    box.run(["pam-auth-update", "--package", "--force", "--enable", "iam", "iam-password"],
            env={"DEBIAN_FRONTEND": "noninteractive"})
    if "pam_iam.so" not in box.read("/etc/pam.d/common-auth"):
        raise RigError("pam-auth-update did not switch on the profile of pam_iam")


class Iamd:
    """The daemon under the supervisor; see inside/supervisor.py for what the orders mean."""

    def __init__(self, box: Sandbox, realm: str = "demo", start: bool = True):
        self.box = box
        prepare_host(box, realm)
        self._supervisor = box.start_script(
            "supervisor.py", "iamd", SERVICE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.log = self._supervisor.log
        self._answer()
        if start:
            self.start()

    def _answer(self) -> dict:
        line = self._supervisor.stdout.readline()
        if not line:
            raise RigError("the supervisor of iamd ended", self.log)
        return json.loads(line)

    def order(self, order: str) -> dict:
        self._supervisor.stdin.write(order.encode() + b"\n")
        self._supervisor.stdin.flush()
        return self._answer()

    def start(self):
        state = self.order("start")
        if not state["ready"]:
            raise RigError(f"iamd did not become ready: {state}", self.log)

    def stop(self):
        """By SIGTERM, as systemd does; it must end by itself and in peace."""
        state = self.order("stop")
        if state["running"] or state["status"] != 0:
            raise RigError(f"iamd did not stop in good order: {state}", self.log)

    def kill(self):
        self.order("kill")

    def hold_to(self, core: int):
        """From the next start on the daemon runs on that processor only."""
        os.sched_setaffinity(self._supervisor.pid, {core})

    def freeze(self):
        """Alive but silent: the case that a time limit must catch."""
        self.order("signal SIGSTOP")

    def thaw(self):
        self.order("signal SIGCONT")

    def reload(self):
        self.order("signal SIGHUP")

    @property
    def is_running(self) -> bool:
        return self.order("status")["running"]

    # -- iamctl

    def ctl(self, *words: str, input: str | None = None, check: bool = True, user: str | None = None
            ) -> subprocess.CompletedProcess:
        return self.box.run(["iamctl", *words], input=input, check=check, user=user)

    def ask(self, *words: str, input: str | None = None) -> dict:
        """The same, read as a program would."""
        output = self.ctl(*words, "--json", input=input).stdout
        try:
            return json.loads(output) if output.strip() else {}
        except ValueError as error:
            raise RigError(f"iamctl {' '.join(words)} --json: {error}: {output[:200]!r}") from None
