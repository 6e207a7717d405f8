# SPDX-License-Identifier: Apache-2.0
"""SSH keys that iamd knows: by a real sshd with the shipped lines, from iamctl to the open door."""

import re
import shutil
import time

import pytest

from tests.rig.demo import make_person
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT, terminal_answers
from tests.rig.paths import BUILD
from tests.rig.process import wait_until
from tests.rig.sshd import Sshd

HELPER = "/usr/libexec/iam/iam-ssh-keys"
PORT, STRICT_PORT = 2223, 2224
PROVIDER = "/root/sk_provider.so"
PIN_PROMPT = r"Enter PIN for [^:]*: "


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


# -- a key and another factor

@pytest.fixture(scope="module")
def strict(demo, keyed) -> Sshd:
    """sshd that wants a key and then asks iamd."""
    shutil.copy(BUILD / "tests" / "sk_provider.so", demo.box.path(PROVIDER))
    demo.box.path(PROVIDER).chmod(0o755)
    return Sshd(demo.box, port=STRICT_PORT, first="Include /usr/share/iam/sshd.conf\n"
                "AuthenticationMethods publickey,keyboard-interactive\n")


BOTH = {"method": "publickey,keyboard-interactive", "more": ("-o", f"SecurityKeyProvider={PROVIDER}")}
VERIFIED = ("-t", "ed25519-sk", "-w", PROVIDER, "-O", "verify-required")
UNVERIFIED = VERIFIED[:-2]


def answers_of(person, pin: str = "1234"):
    return {PIN_PROMPT: pin, **terminal_answers(person)}


class Held(Key):
    """A key that a user has for the time of a test."""

    def __init__(self, demo, user: str, name: str, options: tuple[str, ...], *marks: str):
        super().__init__(demo.box, name, *options)
        self.demo, self.user, self.marks = demo, user, marks

    def __enter__(self):
        self.add(self.demo, self.user, *self.marks)
        return self

    def __exit__(self, *_):
        self.remove(self.demo, self.user)


def ways_of(demo, user: str) -> list[str]:
    found = demo.iamd.ask("session", "list", "--realm", "demo", "--user", user)["sessions"]
    return [session["amr"] for session in found if session["kind"] == "host"]


def test_a_security_key_with_its_pin_leaves_only_the_code_to_ask_for(demo, strict):
    with Held(demo, "alice", "sk-alice", VERIFIED, "--verify-required") as key:
        with strict.session("alice", answers_of(demo.alice), key=key.path, **BOTH) as shell:
            assert shell.prompts == [PIN_PROMPT, CODE_PROMPT]
            assert ways_of(demo, "alice") == ["hwk user otp mfa"]
        used = {row["fingerprint"]: row.get("lastUsedAt") for row in keys_of(demo, "alice")}
        assert used[key.fingerprint], used
        assert strict.login("alice", answers_of(demo.alice, pin="0000"), key=key.path,
                            **BOTH).status == 255
        wrong = strict.login("alice", {PIN_PROMPT: "1234", CODE_PROMPT: "000000"}, key=key.path,
                             **BOTH)
        assert wrong.status == 255
    assert strict.login("alice", answers_of(demo.alice), key=key.path, **BOTH).status == 255


def test_who_has_no_second_factor_is_asked_for_the_password_beside_the_key(demo, strict):
    with Held(demo, "bob", "sk-bob", VERIFIED, "--verify-required") as key:
        with strict.session("bob", answers_of(demo.bob), key=key.path, **BOTH) as shell:
            assert shell.prompts == [PIN_PROMPT, PASSWORD_PROMPT]
            assert ways_of(demo, "bob") == ["hwk user pwd mfa"]


@pytest.mark.parametrize("options, pin", [(("-t", "ed25519"), []), (VERIFIED, [PIN_PROMPT])],
                         ids=["plain", "not marked"])
def test_another_key_is_no_factor(demo, strict, options, pin):
    alice = make_person(demo.iamd, f"holder-{len(pin)}", "With a phone of his own", totp=True)
    demo.iamd.ctl("role", "assign", "staff", "--realm", "demo", "--user", alice.name)
    demo.iamd.ctl("wait")
    with Held(demo, alice.name, f"no-factor-{options[1]}", options) as key:
        outcome = strict.login(alice.name, answers_of(alice), key=key.path, **BOTH)
        assert outcome.ok and outcome.prompts == [*pin, PASSWORD_PROMPT, CODE_PROMPT], outcome


def test_a_signature_without_the_pin_opens_nothing_where_it_is_required(demo, strict, keyed):
    with Held(demo, "alice", "sk-untouched", UNVERIFIED, "--verify-required") as key:
        outcome = strict.login("alice", answers_of(demo.alice), key=key.path, **BOTH)
        assert outcome.status == 255 and not outcome.prompts, outcome
        # Nor does its owner get around it by a file of his own.
        demo.box.write("/etc/ssh/rig_keys/alice", key.line)
        try:
            outcome = strict.login("alice", answers_of(demo.alice), key=key.path, **BOTH)
            assert outcome.status == 255 and not outcome.prompts, outcome
        finally:
            demo.box.path("/etc/ssh/rig_keys/alice").unlink()


def test_a_session_by_a_key_alone_says_what_kind_it_was(demo, keyed, key):
    with keyed.session("bob", key=key.path):
        assert ways_of(demo, "bob") == ["swk"]
