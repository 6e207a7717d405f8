# SPDX-License-Identifier: Apache-2.0
"""The life of the packages on a Debian host: installed by apt, switched on, rebooted, upgraded under
load, and purged, after which the host is what it was."""

import contextlib
import shutil
import subprocess
import threading
import time

import pytest

from tests.rig import packages
from tests.rig.dialogue import Outcome
from tests.rig.doors import PASSWORD_PROMPT
from tests.rig.host import Host
from tests.rig.iamd import CONFIG
from tests.rig.people import PeopledHost
from tests.rig.process import wait_until
from tests.rig.relying_party import Web

# What belongs to others who note that something happened: dpkg, apt, debconf, the journal, systemd's
# own key and its catalogue of what was enabled once, and backups that passwd's tools keep.
NOTES = ["/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/var/lib/systemd", "/var/tmp",
         "/var/backups", "/root"]
BACKUPS = ["/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/.pwd.lock"]
EARLY = """\
[Unit]
DefaultDependencies=no
After=local-fs.target
Before=sysinit.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'getent passwd alice >/run/early; id alice >>/run/early; systemctl is-active \
iamd.service >>/run/early; true'
[Install]
WantedBy=sysinit.target
"""


def state_of(host: Host) -> dict[str, str]:
    """Every file of /etc, /usr and /var with its owner, mode and content."""
    prune = [word for path in NOTES for word in ("-path", path, "-prune", "-o")]
    listed = host.run(["find", "/etc", "/usr", "/var", *prune, "-printf", "%p\t%M %u:%g %l\n"],
                      timeout=120).stdout
    found = dict(line.split("\t") for line in listed.splitlines())
    sums = host.run(["sh", "-c", "find /etc /var " + " ".join(prune).replace("-o", "-o ") +
                     " -type f -print0 | xargs -0 md5sum"]).stdout
    for line in sums.splitlines():
        digest, _, path = line.partition("  ")
        found[path] = f"{found.get(path)} {digest}"
    return {path: what for path, what in found.items() if path not in BACKUPS}


def install(host: Host, debs: dict) -> str:
    shutil.rmtree(host.path("/root/debs"), ignore_errors=True)
    host.path("/root/debs").mkdir()
    for name in packages.INSTALLED:
        shutil.copy(debs[name], host.path(f"/root/debs/{name}.deb"))
    return apt(host, "install", *(f"/root/debs/{name}.deb" for name in packages.INSTALLED))


def apt(host: Host, *words: str) -> str:
    return host.run(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", *words],
                    timeout=180).stdout


@pytest.fixture(scope="module")
def people():
    with Host("packages", installed=False) as host:
        host.run(["useradd", "--create-home", "localuser"])
        host.run(["systemctl", "daemon-reload"])
        people = PeopledHost(host)
        people.before = state_of(host)
        yield people


def test_lintian_finds_neither_errors_nor_warnings():
    said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning",
                           str(packages.changes())], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


def test_apt_installs_them_and_nobodys_login_changes(people):
    install(people.host, packages.packages())
    active = people.host.run(["systemctl", "is-active", "iamd.service", "iamd-lookup.socket",
                              "iamd-auth.socket", "iamd-admin.socket", "iamd-http.socket",
                              "iamd-proxy.socket", "iam-sudoers.path"]).stdout.split()
    assert active == ["active"] * 7
    after = state_of(people.host)
    for path in ("/etc/nsswitch.conf", "/etc/sudoers", "/etc/pam.d/common-auth"):
        assert after[path] == people.before[path], f"{path} was changed by installing"
    assert "/etc/ssh/sshd_config.d/10-iam.conf" not in after


def test_the_host_asks_iamd_once_alice_has_proved_it(people):
    people.host.path("/etc/iam/iamd.conf").write_text(CONFIG.format(realm="example"))
    people.host.run(["systemctl", "restart", "iamd.service"])
    people.make_alice()
    people.make_bob()
    assert "alice can log in here" in people.let_host_ask().stdout


def ends_well(outcome: Outcome, *words: str):
    assert outcome.ok and outcome.output.split()[-len(words):] == list(words), outcome.output


def test_alice_comes_in_by_ssh_and_becomes_root_by_sudo(people):
    outcome = people.ssh("id -un; pwd; sudo id -u")
    ends_well(outcome, "0")
    assert "alice\n/home/alice\n" in outcome.output, outcome.output


def test_bob_comes_in_by_login_and_by_su(people):
    answers = {PASSWORD_PROMPT: people.bob.password, r"\$ $": "id -un; exit"}
    outcome = people.at_terminal(["login", "bob"], answers)
    assert outcome.ok and "bob" in outcome.output.split(), outcome.output
    ends_well(people.at_terminal(["setpriv", "--reuid", "localuser", "--regid", "localuser",
                                  "--init-groups", "su", "-", "bob", "-c", "id -un"],
                                 {PASSWORD_PROMPT: people.bob.password}), "bob")


def test_after_a_reboot_names_are_known_before_the_daemon_starts(people):
    unit = "/etc/systemd/system/early.service"
    people.host.path(unit).write_text(EARLY)
    people.host.run(["systemctl", "enable", "early.service"])
    people.host.reboot()
    early = people.host.path("/run/early").read_text()
    people.host.run(["systemctl", "disable", "early.service"])
    people.host.path(unit).unlink()
    assert early.startswith("alice:*:") and "alice" in early.splitlines()[1], early
    assert early.splitlines()[-1] == "inactive", early
    people.host.run(["systemctl", "start", "iamd.service"])
    ends_well(people.ssh("id -un", "bob", {PASSWORD_PROMPT: people.bob.password}), "bob")


class Stream(threading.Thread):
    """Does one thing over and over; what fails is kept."""

    def __init__(self, what, stop: threading.Event):
        super().__init__()
        self.what, self.stop, self.n, self.failures = what, stop, 0, []

    def run(self):
        while not self.stop.is_set():
            try:
                self.what()
            except Exception as error:  # noqa: BLE001: whatever it was, it is a lost one
                self.failures.append(f"{type(error).__name__}: {error}")
            self.n += 1


@contextlib.contextmanager
def streams(**works):
    stop = threading.Event()
    threads = {name: Stream(work, stop) for name, work in works.items()}
    for thread in threads.values():
        thread.start()
    try:
        yield threads
    finally:
        stop.set()
        for thread in threads.values():
            thread.join()


def test_an_upgrade_loses_no_login_no_token_and_no_lookup(people):
    host = people.host

    def lookup():
        known = host.run(["sh", "-c", "for i in 1 2 3 4 5; do getent passwd alice bob && id bob || "
                          "exit 1; done"], check=False)
        assert known.returncode == 0, known.stderr

    def login():
        ends_well(people.ssh("id -un", "bob", {PASSWORD_PROMPT: people.bob.password}), "bob")

    signed_in = people.app.redeem(people.app.authorize(Web(host), people.bob)["code"]).json

    def token():
        reply = people.app.refresh(signed_in["refresh_token"])
        assert reply.status == 200, reply.text
        signed_in.update(reply.json)

    def userinfo():
        reply = people.app.userinfo(signed_in["access_token"])
        assert reply.status == 200, reply.text

    started = host.run(["systemctl", "show", "-P", "MainPID", "iamd.service"]).stdout
    sockets = host.run(["stat", "-c", "%n %i", "/run/iam/auth.socket"]).stdout
    with streams(lookup=lookup, login=login, token=token, userinfo=userinfo) as running:
        wait_until(lambda: all(thread.n >= 2 for thread in running.values()), 60, "the streams")
        at = {name: thread.n for name, thread in running.items()}
        install(host, packages.next_version())
        time.sleep(2)
        wait_until(lambda: all(thread.n >= at[name] + 3 for name, thread in running.items()), 60,
                   "the streams after the upgrade")
    shown = host.run(["dpkg-query", "-W", "-f", "${Version}", "iamd"]).stdout
    assert shown == f"{packages.version()}+next"
    assert host.run(["systemctl", "show", "-P", "MainPID", "iamd.service"]).stdout != started
    assert host.run(["stat", "-c", "%n %i", "/run/iam/auth.socket"]).stdout == sockets
    lost = {name: thread.failures for name, thread in running.items() if thread.failures}
    done = {name: thread.n for name, thread in running.items()}
    print(f"done while it was upgraded: {done}")
    assert not lost, f"{lost} of {done}"


def test_purged_the_host_is_what_it_was(people):
    apt(people.host, "purge", *packages.INSTALLED)
    people.host.run(["systemctl", "daemon-reload"])
    after = state_of(people.host)
    changed = {path: (people.before.get(path), after.get(path))
               for path in people.before.keys() | after.keys()
               if people.before.get(path) != after.get(path)}
    assert not changed, changed
    assert not people.host.path("/run/iam").exists()
    assert people.host.run(["getent", "passwd", "alice"], check=False).returncode == 2
    assert people.host.run(["sudo", "id", "-u"]).stdout == "0\n", "a plugin went before its line"
    assert people.host.run(["systemctl", "--failed", "--no-legend"]).stdout == ""
