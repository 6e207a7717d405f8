# SPDX-License-Identifier: Apache-2.0
"""SSH keys that iamd knows: by a real sshd with the shipped lines, from iamctl to the open door."""

import re
import time

import pytest

from tests.rig.process import wait_until
from tests.rig.sshd import Sshd

HELPER = "/usr/libexec/iam/iam-ssh-keys"
PORT = 2223


@pytest.fixture(scope="module")
def keyed(demo) -> Sshd:
    """sshd as the shipped drop-in sets it up."""
    return Sshd(demo.box, port=PORT, first="Include /usr/share/iam/sshd.conf\n")


class Key:
    """A key pair in the sandbox."""

    def __init__(self, box, name: str, *options: str):
        self.box = box
        self.path = f"/root/{name}"
        box.run(["ssh-keygen", "-q", "-N", "", "-C", f"{name} of a test", "-f", self.path,
                 *(options or ("-t", "ed25519"))])
        self.line = box.read(self.path + ".pub")
        self.fingerprint = box.run(["ssh-keygen", "-l", "-f", self.path]).stdout.split()[1]

    def add(self, demo, user: str, *options: str, check: bool = True):
        return demo.iamd.ctl("user", "key", "add", user, "--realm", "demo", *options,
                             input=self.line, check=check)

    def remove(self, demo, user: str):
        demo.iamd.ctl("user", "key", "remove", user, self.fingerprint, "--realm", "demo")


@pytest.fixture
def key(demo, request):
    """One that bob owns for the time of the test."""
    made = Key(demo.box, re.sub(r"\W", "-", request.node.name)[:60])
    made.add(demo, "bob")
    yield made
    if made.fingerprint in [row["fingerprint"] for row in keys_of(demo, "bob")]:
        made.remove(demo, "bob")


def keys_of(demo, user: str) -> list[dict]:
    return demo.iamd.ask("user", "key", "list", user, "--realm", "demo")["keys"]


def printed(demo, *words: str):
    return demo.box.run([HELPER, *words], user="iam-keys", check=False)


def test_a_key_opens_the_account_until_it_is_taken_away(demo, keyed, key):
    outcome = keyed.login("bob", command="id -un", key=key.path)
    assert outcome.ok and outcome.output.split()[-1] == "bob", outcome
    assert keyed.login("alice", key=key.path).status == 255
    shown = next(row for row in keys_of(demo, "bob") if row["fingerprint"] == key.fingerprint)
    assert shown["type"] == "ssh-ed25519" and shown["label"].endswith("of a test")
    key.remove(demo, "bob")
    assert keyed.login("bob", key=key.path).status == 255


def test_a_disabled_user_has_no_keys(demo, keyed, key):
    assert printed(demo, "bob").stdout == f"{' '.join(key.line.split()[:2])}\n"
    demo.iamd.ctl("user", "disable", "bob", "--realm", "demo")
    try:
        shown = printed(demo, "bob", key.fingerprint)
        assert (shown.returncode, shown.stdout) == (0, "")
        assert keyed.login("bob", key=key.path).status == 255
    finally:
        demo.iamd.ctl("user", "enable", "bob", "--realm", "demo")
    assert keyed.login("bob", key=key.path).ok


def test_only_the_key_that_sshd_asks_about_is_printed(demo, key):
    other = Key(demo.box, "other-key", "-t", "ecdsa", "-b", "384")
    other.add(demo, "bob", "--label", "another")
    try:
        assert len(printed(demo, "bob").stdout.splitlines()) == 2
        assert printed(demo, "bob", other.fingerprint).stdout.split()[1] == other.line.split()[1]
        assert printed(demo, "bob", "SHA256:" + "A" * 43).stdout == ""
        assert printed(demo, "alice", key.fingerprint).stdout == ""
    finally:
        other.remove(demo, "bob")


@pytest.mark.parametrize("options, words", [
    (("-t", "rsa", "-b", "2048"), "the key is too weak"),
    (("-t", "dsa"), "the key is too weak"),
])
def test_a_weak_key_is_refused_in_one_sentence(demo, options, words):
    refused = Key(demo.box, f"weak-{options[1]}", *options).add(demo, "bob", check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("iamctl: user key add: key: ") and words in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_what_is_no_plain_key_line_is_refused(demo, key):
    for line in ("", "hello\n", f'command="sh" {key.line}', key.line + key.line):
        refused = demo.iamd.ctl("user", "key", "add", "bob", "--realm", "demo", input=line,
                                check=False)
        assert refused.returncode in (1, 2) and refused.stderr, line


def test_a_key_belongs_to_one_user(demo, key):
    for user in ("alice", "bob"):
        refused = key.add(demo, user, check=False)
        assert refused.returncode == 1 and "exists" in refused.stderr, refused


def test_a_realm_user_with_a_local_name_does_not_open_the_local_account(demo, keyed):
    demo.iamd.ctl("user", "create", "localuser", "--realm", "demo")
    try:
        key = Key(demo.box, "localuser-key")
        key.add(demo, "localuser")
        for name in ("localuser", "root"):
            shown = printed(demo, name)
            assert (shown.returncode, shown.stdout) == (0, "")
        assert keyed.login("localuser", key=key.path).status == 255
    finally:
        demo.iamd.ctl("user", "delete", "localuser", "--realm", "demo")


def seconds_of(demo, *words: str) -> float:
    began = time.monotonic()
    shown = printed(demo, *words)
    assert (shown.returncode, shown.stdout) == (1, ""), shown
    return time.monotonic() - began


def test_without_iamd_there_are_no_keys_and_that_is_said_soon(demo, keyed, key):
    demo.iamd.freeze()
    try:
        assert seconds_of(demo, "bob") < 2
        assert keyed.login("bob", key=key.path).status == 255
    finally:
        demo.iamd.thaw()
    demo.iamd.kill()
    try:
        assert printed(demo, "localuser").returncode == 0
    finally:
        demo.iamd.start()
    wait_until(lambda: keyed.login("bob", key=key.path).ok, 10, "bob's key after the restart")
