# SPDX-License-Identifier: Apache-2.0
"""`./dev up` as somebody runs it: it invites, shows each login, and Ctrl-C leaves nothing behind."""

import contextlib
import os
import re
import signal
import socket
import time
from pathlib import Path

import pexpect
import pytest

from tests.rig.demo import APPS
from tests.rig.dialogue import finish, spawn
from tests.rig.doors import CODE_PROMPT, PASSWORD_PROMPT
from tests.rig.paths import ROOT
from tests.rig.sshd import PORT as SSH_PORT
from tests.rig.totp import Totp

PATIENCE = 240  # it may have to build first
SSH = ["ssh", "-F", "none", "-p", str(SSH_PORT), "-o", "StrictHostKeyChecking=no", "-o",
       "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "NumberOfPasswordPrompts=1",
       "-o", "PreferredAuthentications=keyboard-interactive"]


def ssh(name: str, answers, command: str):
    return finish(spawn([*SSH, f"{name}@localhost", command], dict(os.environ)), answers)


def processes() -> dict[int, tuple[int, str]]:
    """Of each process its parent, and what tells it from a later one of the same number."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text()
            fields = text.rpartition(")")[2].split()
            found[int(text.split()[0])] = (int(fields[1]), f"{text.split(')')[0]}) {fields[19]}")
    return found


def offspring(pid: int) -> set[str]:
    """The process and all that came of it, in whatever namespace."""
    every = processes()
    family, grown = {pid}, 0
    while len(family) > grown:
        grown = len(family)
        family |= {child for child, (parent, _) in every.items() if parent in family}
    return {every[member][1] for member in family if member in every}


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def up():
    mounts = Path("/proc/self/mountinfo").read_text()
    child = pexpect.spawn(str(ROOT / "dev"), ["up"], encoding="utf-8", codec_errors="replace",
                          timeout=PATIENCE, dimensions=(50, 200))
    try:
        child.expect("Ctrl-C ends everything")
        child.invitation, child.found_mounts = child.before, mounts
        yield child
    finally:
        if child.isalive():
            child.kill(signal.SIGTERM)
        child.close()


def test_what_it_prints_gets_alice_in_and_shows_one_line_for_it(up):
    said = re.search(r"alice\s+password (\S+)\s.*?oathtool --totp -b (\w+)", up.invitation, re.S)
    assert said, up.invitation
    password, secret = said.groups()
    answers = {PASSWORD_PROMPT: password, CODE_PROMPT: Totp(secret).fresh}
    outcome = ssh("alice", answers, "id -un; pwd")
    assert outcome.ok and outcome.output.split()[-2:] == ["alice", "/home/alice"], outcome
    up.expect(r"\d\d:\d\d:\d\d  alice +sshd +\S+ +signed in", timeout=10)
    wrong = ssh("bob", {PASSWORD_PROMPT: "not the password"}, "true")
    assert wrong.status == 255
    up.expect(r"\d\d:\d\d:\d\d  bob +sshd .*refused \(wrong-password\)", timeout=10)


def test_ctrl_c_ends_it_within_seconds_and_leaves_nothing(up):
    family = offspring(up.pid)
    assert len(family) > 10  # sshd, iamd, two Apaches, what they started
    begin = time.monotonic()
    up.sendintr()
    up.expect(pexpect.EOF, timeout=20)
    up.close()
    assert time.monotonic() - begin < 10
    assert up.exitstatus == 0, up.before
    assert "Traceback" not in up.before
    assert not family & {name for _, name in processes().values()}
    assert Path("/proc/self/mountinfo").read_text() == up.found_mounts
    assert not [port for port in (8080, SSH_PORT, *APPS.values()) if is_open(port)]
