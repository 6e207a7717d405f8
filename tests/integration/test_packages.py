# SPDX-License-Identifier: Apache-2.0
"""The life of the packages on a Debian host, as README and OPERATIONS tell it: installed by apt,
switched on, rebooted, upgraded under load, and purged, after which the host is what it was.  Each
command of both documents is typed literally, in its order, and must succeed."""

import functools
import re
import shutil
import subprocess
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.conftest import LOCAL_PASSWORD
from tests.rig import packages
from tests.rig.demo import Person
from tests.rig.dialogue import Answers, Outcome, answer_until, finish
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT
from tests.rig.host import Host
from tests.rig.load import lost, streams
from tests.rig.manual import Command, Reader, Terminal, commands_of
from tests.rig.nginx import NAME, TlsWeb, certify_site
from tests.rig.paths import ROOT
from tests.rig.people import PeopledHost
from tests.rig.process import wait_until
from tests.rig.relying_party import Answer, Form, RelyingParty

# What is in the documents and not typed here, with the reason.  Nothing else is left out.
ELSEWHERE = {
    r"(sudo )?\./dev .*": "needs the clone and its compilers: test_dev.py, test_up.py, and what runs this",
    r"(sudo )?meson .*": "compiles for minutes; what it installs is on every host of the tests",
    r"iamctl VERB --help": "VERB stands for each verb: tests/golden/iamctl_help.txt",
}
ELSEWHERE_CHAPTERS = {"Without packages": "another way to the same end: test_install.py"}

LINE = r"(?<![^\r\n])"
ISSUER = f"https://{NAME}/realms/example"
SHOP = "https://shop.example.org/callback"
# What belongs to others who note that something happened: dpkg, apt, debconf, the journal, systemd's
# own key and its catalogue of what was enabled once, sudo's of whom it lectured, nginx's folders, and
# backups that passwd's tools keep.
NOTES = ["/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/var/lib/systemd", "/var/tmp",
         "/var/lib/sudo", "/var/lib/nginx", "/var/backups", "/root"]
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
    # A file may go while they are read; one that stays and has no sum is a difference.
    sums = host.run(["sh", "-c", "find /etc /var " + " ".join(prune).replace("-o", "-o ") +
                     " -type f -print0 | xargs -0 md5sum"], check=False).stdout
    for line in sums.splitlines():
        digest, _, path = line.partition("  ")
        found[path] = f"{found.get(path)} {digest}"
    return {path: what for path, what in found.items() if path not in BACKUPS}


def unpack(host: Host, debs: dict[str, Path], home: str):
    """Where `./dev package` leaves them in a clone."""
    folder = host.path(f"{home}/iamd/build/packages")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in debs.values():
        shutil.copy(path, folder)


def is_elsewhere(command: Command) -> bool:
    return command.chapter in ELSEWHERE_CHAPTERS or any(
        re.fullmatch(pattern, command.text) for pattern in ELSEWHERE)


class Packaged(PeopledHost):
    """README is read by localuser, who has sudo; OPERATIONS by root."""

    def __init__(self, host: Host):
        super().__init__(host)
        self.web = functools.partial(TlsWeb, authority=certify_site(host))
        host.run(["useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo", "localuser"])
        for user in ("root", "localuser"):
            host.run(["chpasswd", "-c", "SHA512"], input=f"{user}:{LOCAL_PASSWORD}\n")
        host.run(["systemctl", "enable", "nginx.service"])
        host.run(["systemctl", "daemon-reload"])
        self.before = state_of(host)
        unpack(host, packages.packages(), "/home/localuser")
        host.path("/root/iamd").mkdir()
        self.readme = self.read("README.md", "localuser", "iamd")
        self.operations: Reader | None = None

    def read(self, document: str, reader: str, folder: str) -> Reader:
        return Reader(document, Terminal(self.host, reader, folder), self.answers_of_reader,
                      is_elsewhere, self.notice)

    def answers_of_reader(self) -> Answers:
        """Where a line begins with the question: some texts that are printed speak of passwords."""
        return {r"\[sudo\] password for localuser: ": LOCAL_PASSWORD,
                LINE + "(Password|the new password)(, once more)?: ": lambda: self.password,
                LINE + "One-time code: ": lambda: self.totp.fresh(),
                LINE + r"Do you want to continue\? \[Y/n\] ": "y",
                LINE + r"Change these files\? \[y/N\] ": "y"}

    def notice(self, text: str, output: str):
        """What a reader must keep: it is shown once."""
        secret = re.search(r"(?m)^secret +(\S+)", output)
        if "totp enrol" in text:
            self.take_secret(secret[1])
        elif "client create shop" in text:
            self.app = RelyingParty(self.host, ISSUER, "shop", secret[1], SHOP, self.web)

    def sign_in(self, person: Person) -> tuple[TlsWeb, str, Answer]:
        """Name and password on the page; returns what comes then, and where."""
        web, url = self.web(self.host), self.app.authorize_url()
        page = web.send(url)
        while page.location:
            url = urllib.parse.urljoin(url, page.location)
            page = web.send(url)
        return web, url, web.submit(url, page, username=person.name, password=person.password)


@pytest.fixture(scope="module")
def people():
    with Host("packages", installed=False) as host, ThreadPoolExecutor(1) as aside:
        people = Packaged(host)
        people.next_version = aside.submit(packages.next_version)
        yield people


def test_lintian_finds_neither_errors_nor_warnings():
    said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning",
                           str(packages.changes())], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_reason_to_leave_a_command_out_still_has_its_command():
    every = [*commands_of("README.md"), *commands_of("docs/OPERATIONS.md")]
    for pattern in ELSEWHERE:
        assert any(re.fullmatch(pattern, command.text) for command in every), pattern
    assert ELSEWHERE_CHAPTERS.keys() <= {command.chapter for command in every}


def test_readme_installs_them_by_apt_and_nobodys_login_changes(people):
    people.readme.read_through("apt install ./build/packages")
    active = people.host.run(["systemctl", "is-active", "iamd.service", "iamd-lookup.socket",
                              "iamd-auth.socket", "iamd-admin.socket", "iamd-http.socket",
                              "iamd-proxy.socket", "iam-sudoers.path", "iam-userdb.socket"]).stdout.split()
    assert active == ["active"] * 8
    after = state_of(people.host)
    for path in ("/etc/nsswitch.conf", "/etc/sudoers", "/etc/pam.d/common-auth"):
        assert after[path] == people.before[path], f"{path} was changed by installing"
    assert "/etc/ssh/sshd_config.d/10-iam.conf" not in after


def test_readme_makes_a_realm_and_the_host_asks_once_alice_has_proved_it(people):
    people.readme.read_through("host enable --prove alice")
    assert "alice can log in here" in people.readme.output("host enable")
    people.readme.read_to_the_end()
    people.readme.terminal.close()


def ends_well(outcome: Outcome, *words: str):
    assert outcome.ok and outcome.output.split()[-len(words):] == list(words), outcome.output


def test_alice_must_choose_a_password_at_ssh_as_readme_had_it_and_becomes_root_by_sudo(people):
    outcome = people.ssh("id -un; pwd; sudo id -u", answers=people.choosing())
    ends_well(outcome, "0")
    assert "New password again: " in outcome.prompts
    assert "alice\n/home/alice\n" in outcome.output, outcome.output


def shell_by_login(people, name: str, command: str, answers: Answers) -> Outcome:
    return people.at_terminal(["login", name], {r"\$ $": f"{command}; exit"} | answers)


def su(name: str) -> list[str]:
    return ["setpriv", "--reuid", "localuser", "--regid", "localuser", "--init-groups",
            "su", "-", name, "-c", "id -un"]


def by_su(people, name: str, answers: Answers) -> Outcome:
    return people.at_terminal(su(name), answers)


def test_bob_comes_in_by_login_and_by_su(people):
    people.make_bob()
    bobs = {PASSWORD_PROMPT: people.bob.password}
    outcome = shell_by_login(people, "bob", "id -un", bobs)
    assert outcome.ok and "bob" in outcome.output.split(), outcome.output
    ends_well(by_su(people, "bob", bobs), "bob")


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


def is_let_in(people, password: str) -> bool:
    _, _, page = people.sign_in(Person("alice", "Alice", password))
    return "totp" in Form(page.text).fields or bool(page.location)


def lock_out_alice(people):
    """By a stranger in a browser; where she has been before she still gets in."""
    web, url, page = people.sign_in(Person("alice", "Alice", "what a stranger guesses"))
    for _ in range(9):
        page = web.submit(url, page, username="alice", password="what a stranger guesses")
    assert not is_let_in(people, people.password)


def test_operations_tells_whether_all_is_well_and_lets_alice_in_again(people):
    people.operations = people.read("docs/OPERATIONS.md", "root", "/root/iamd")
    people.operations.read_up_to("Locked out")
    lock_out_alice(people)
    lost_phone = people.totp
    people.operations.read_up_to("Monitoring")
    assert "wrong-password" in people.operations.output("audit list --user alice")
    assert people.totp is not lost_phone and is_let_in(people, people.password)


def test_passwd_by_alice_changes_the_one_password_that_the_browser_then_needs(people):
    before = people.password
    outcome = shell_by_login(people, "alice", "id -un; passwd", people.choosing())
    assert outcome.ok and "alice" in outcome.output.split(), outcome.output
    assert people.password != before, outcome.output
    assert not is_let_in(people, before)
    alice = Person("alice", "Alice", people.password)
    web, url, page = people.sign_in(alice)
    while page.location:
        url = urllib.parse.urljoin(url, page.location)
        page = web.send(url)
    done = web.submit(url, page, totp=people.totp.fresh())
    while done.location and not done.location.startswith(SHOP):
        done = web.send(urllib.parse.urljoin(url, done.location))
    signed_in = people.app.redeem(done.query["code"]).json
    assert people.app.claims(signed_in["id_token"])["preferred_username"] == "alice"


def test_operations_watches_it_backs_it_up_and_restores_it(people):
    people.operations.read_up_to("Upgrade")
    told = set(re.findall(r"iamd_\w+", (ROOT / "docs/OPERATIONS.md").read_text()))
    shown = people.host.run(["curl", "--silent", "http://127.0.0.1:9464/metrics"]).stdout
    assert told and not [name for name in told if f"# TYPE {name} " not in shown]


def schema_of(people) -> int:
    return int(re.search(r"schema (\d+)", people.ctl("status"))[1])


def test_an_upgrade_loses_no_login_no_token_and_no_lookup(people):
    """To programs that say another version, and a schema with one migration more.  alice, who was
    asked for her code by su before it, gives it afterwards."""
    host = people.host

    def lookup():
        known = host.run(["sh", "-c", "for i in 1 2 3 4 5; do getent passwd alice bob && id bob || "
                          "exit 1; done"], check=False)
        assert known.returncode == 0, known.stderr

    def login():
        ends_well(people.ssh("id -un", "bob", {PASSWORD_PROMPT: people.bob.password}), "bob")

    back = people.app.authorize(people.web(host), people.bob)
    signed_in = people.app.redeem(back["code"]).json

    def token():
        reply = people.app.refresh(signed_in["refresh_token"])
        assert reply.status == 200, reply.text
        signed_in.update(reply.json)

    def userinfo():
        reply = people.app.userinfo(signed_in["access_token"])
        assert reply.status == 200, reply.text

    unpack(host, people.next_version.result(), "/root")
    started = host.run(["systemctl", "show", "-P", "MainPID", "iamd.service"]).stdout
    alice = people.begin_at_terminal(su("alice"))
    answer_until(alice, {PASSWORD_PROMPT: people.password}, CODE_PROMPT)
    schema = schema_of(people)
    sockets = host.run(["stat", "-c", "%n %i", "/run/iam/auth.socket"]).stdout
    with streams(lookup=lookup, login=login, token=token, userinfo=userinfo) as running:
        wait_until(lambda: all(thread.n >= 2 for thread in running.values()), 60, "the streams")
        at = {name: thread.n for name, thread in running.items()}
        people.operations.read_up_to("When iamd does not serve")
        wait_until(lambda: all(thread.n >= at[name] + 3 for name, thread in running.items()), 60,
                   "the streams after the upgrade")
    alice.sendline(people.totp.fresh())
    ends_well(finish(alice, {}), "alice")
    assert people.operations.output("iamd --version") == f"iamd {packages.version()}+next\n"
    assert schema_of(people) == schema + 1
    assert f"iam.db.before-{schema + 1:04}_next" in people.operations.output("ls -l")
    assert host.run(["systemctl", "show", "-P", "MainPID", "iamd.service"]).stdout != started
    assert host.run(["stat", "-c", "%n %i", "/run/iam/auth.socket"]).stdout == sockets
    done = {name: thread.n for name, thread in running.items()}
    print(f"done while it was upgraded: {done}")
    assert not lost(running), f"{lost(running)} of {done}"


def test_when_iamd_does_not_serve_root_and_a_local_account_get_in_and_nobody_else(people):
    people.operations.read_through("systemctl stop iamd.service 'iamd-*.socket'")
    for user in ("root", "localuser"):
        ends_well(by_su(people, user, {PASSWORD_PROMPT: LOCAL_PASSWORD}), user)
    assert not by_su(people, "bob", {PASSWORD_PROMPT: people.bob.password}).ok
    people.operations.read_up_to("Keys and secrets")
    assert "alice can log in here" in people.operations.output("host enable")
    ends_well(by_su(people, "bob", {PASSWORD_PROMPT: people.bob.password}), "bob")


def test_operations_changes_keys_and_shows_sizes_and_troubles(people):
    people.operations.read_up_to("Taking it away")


def test_purged_as_operations_says_the_host_is_what_it_was(people):
    people.operations.read_to_the_end()
    assert people.readme.is_at_the_end() and people.operations.is_at_the_end()
    # The web server's site is the administrator's own.
    people.host.run(["sh", "-c", "rm /etc/nginx/sites-*/iamd"])
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
