# SPDX-License-Identifier: Apache-2.0
"""README's way to install iamd without packages, under a real systemd: alice logs in by
the host's own sshd, becomes root by her role, and the journal tells the story without a secret."""

import json
import re
import time

import pytest

from tests.rig.dialogue import finish, spawn
from tests.rig.demo import passphrase
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT
from tests.rig.host import Host
from tests.rig.iamd import CONFIG
from tests.rig.manual import commands_of
from tests.rig.process import wait_until
from tests.rig.sandbox import SEARCH_PATH
from tests.rig.totp import Totp

UNITS = ["iamd-lookup.socket", "iamd-auth.socket", "iamd-admin.socket", "iamd-http.socket",
         "iam-sudoers.path", "iamd.service"]


class Installed:
    """The host as its administrator sees it, and what he must remember."""

    def __init__(self, host: Host):
        self.host = host
        self.password = passphrase()
        self._install()
        self._make_alice()

    def ctl(self, *words: str, input: str | None = None) -> str:
        return self.host.run(["iamctl", *words], input=input).stdout

    def _install(self):
        host = self.host
        for command in commands_of("README.md"):
            # What is compiled and installed here lies there already.
            if command.chapter == "Without packages" and not re.search(r"\./dev|meson", command.text):
                host.run(["sh", "-c", command.text])
        host.path("/etc/iam/iamd.conf").write_text(CONFIG.format(realm="example"))
        host.run(["systemctl", "restart", "iamd.service"])
        names = host.path("/etc/nsswitch.conf")
        names.write_text(re.sub(r"(?m)^(passwd|group):.*$", r"\1: files iam", names.read_text()))
        host.run(["env", "DEBIAN_FRONTEND=noninteractive", "pam-auth-update", "--enable", "iam", "iam-password"])
        host.path("/etc/ssh/sshd_config.d/iam.conf").write_text("KbdInteractiveAuthentication yes\n")
        host.run(["systemctl", "restart", "ssh.service"])

    def _make_alice(self):
        self.ctl("setup")
        self.ctl("realm", "create", "example")
        self.ctl("user", "create", "alice", "--display-name", "Alice")
        self.ctl("user", "set-password", "alice", "--stdin", input=self.password + "\n")
        self.secret = json.loads(self.ctl("user", "totp", "enrol", "alice", "--json"))["secret"]
        self.totp = Totp(self.secret)
        self.ctl("role", "create", "ops")
        self.ctl("role", "assign", "ops", "--user", "alice")
        self.ctl("host", "allow", "--role", "ops")
        self.ctl("role", "sudo", "add", "ops", "--run-as", "root", "--command", "ALL")
        self.ctl("wait")

    def ssh(self, command: str):
        argv = self.host.command(
            ["ssh", "-tt", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
             "-o", "PreferredAuthentications=keyboard-interactive", "alice@127.0.0.1", command])
        answers = {PASSWORD_PROMPT: self.password, CODE_PROMPT: self.totp.fresh}
        return finish(spawn(argv, {"PATH": SEARCH_PATH, "HOME": "/root", "TERM": "dumb"}), answers)


@pytest.fixture(scope="module")
def installed():
    with Host("install") as host:
        yield Installed(host)


def test_alice_logs_in_by_the_hosts_own_sshd(installed):
    outcome = installed.ssh("id -un; pwd; stat -c %U .")
    assert outcome.ok, outcome.output
    assert outcome.output.split()[-3:] == ["alice", "/home/alice", "alice"]


def test_her_role_makes_her_root_as_soon_as_the_path_unit_has_seen_it(installed):
    rules = installed.host.path("/etc/sudoers.d/iam")
    wait_until(rules.exists, 5, "the rendered rules")
    assert rules.stat().st_mode & 0o777 == 0o440 and rules.stat().st_uid == 0
    outcome = installed.ssh("sudo id -u")
    assert outcome.ok and outcome.output.split()[-1] == "0", outcome.output


def test_the_role_taken_away_reaches_sudo_within_five_seconds(installed):
    installed.ctl("role", "unassign", "ops", "--user", "alice")
    began = time.monotonic()
    rules = installed.host.path("/etc/sudoers.d/iam")
    wait_until(lambda: "ALL=(" not in rules.read_text(), 5, "the end of alice's rule")
    assert time.monotonic() - began < 5
    refused = installed.ssh("true")
    assert refused.status == 255, "without a role that allows it she must not log in"


def test_names_are_known_after_a_reboot_before_the_daemon_runs(installed):
    host = installed.host
    host.run(["systemctl", "stop", *UNITS])
    known = host.run(["getent", "passwd", "alice"])
    assert known.stdout.startswith("alice:*:")
    host.run(["systemctl", "start", *UNITS])


def test_the_journal_tells_the_story_and_no_secret(installed):
    journal = installed.host.journal()
    for line in ("Login of alice at sshd from 127.0.0.1: done", "Login of alice at sudo",
                 "account of alice refused: no role or group allows logging in here"):
        assert line in journal, f"the journal does not say: {line}"
    by_field = installed.host.journal("IAM_EVENT=LOGIN", "IAM_REALM=example", "IAM_USER=alice")
    assert "Login of alice at sshd" in by_field
    for secret in (installed.password, installed.secret):
        assert secret not in journal


def test_the_service_is_hardly_exposed(installed):
    told = installed.host.run(["systemd-analyze", "security", "iamd.service", "--no-pager"]).stdout
    overall = re.search(r"Overall exposure level for iamd.service: ([0-9.]+)", told)
    assert overall and float(overall[1]) <= 2.0, told[-300:]
