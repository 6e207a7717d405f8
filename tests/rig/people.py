# SPDX-License-Identifier: Apache-2.0
"""A booted host as its administrator and alice see it, and what both must remember."""

import json
import shlex

import pexpect

from .demo import Person, passphrase
from .dialogue import Answers, Outcome, finish, spawn
from .doors import CODE_PROMPT, PASSWORD_PROMPT
from .host import Host
from .sandbox import SEARCH_PATH
from .totp import Totp

TERMINAL = {"PATH": SEARCH_PATH, "HOME": "/root", "TERM": "dumb", "LANG": "C.UTF-8"}


class PeopledHost:
    """alice has a password, a code, and a role that lets her log in and do all by sudo."""

    def __init__(self, host: Host):
        self.host = host
        self.password = passphrase()

    def ctl(self, *words: str, input: str | None = None) -> str:
        return self.host.run(["iamctl", *words], input=input).stdout

    def make_alice(self):
        self.ctl("setup")
        self.ctl("realm", "create", "example")
        self.ctl("user", "create", "alice", "--display-name", "Alice")
        self.ctl("user", "set-password", "alice", "--stdin", input=self.password + "\n")
        self.take_secret(json.loads(self.ctl("user", "totp", "enrol", "alice", "--json"))["secret"])
        self.ctl("role", "create", "ops")
        self.ctl("role", "assign", "ops", "--user", "alice")
        self.ctl("host", "allow", "--role", "ops")
        self.ctl("role", "sudo", "add", "ops", "--run-as", "root", "--command", "ALL")
        self.ctl("wait")

    def take_secret(self, secret: str):
        self.secret = secret
        self.totp = Totp(secret)

    def make_bob(self):
        """One password and no code."""
        self.bob = Person("bob", "Bob", passphrase(), "")
        self.ctl("user", "create", "bob", "--display-name", "Bob")
        self.ctl("user", "set-password", "bob", "--stdin", input=self.bob.password + "\n")
        self.ctl("role", "create", "staff")
        self.ctl("role", "assign", "staff", "--user", "bob")
        self.ctl("host", "allow", "--role", "staff")
        self.ctl("wait")

    # -- doors

    def answers(self) -> Answers:
        return {PASSWORD_PROMPT: lambda: self.password, CODE_PROMPT: lambda: self.totp.fresh()}

    def choosing(self) -> Answers:
        """The same by somebody who gets himself another password when he is asked for one."""
        new = passphrase()

        def typed_again() -> str:
            self.password = new
            return new

        return {"New password: ": new, "New password again: ": typed_again} | self.answers()

    def begin_at_terminal(self, argv: list[str]) -> pexpect.spawn:
        """A program with a terminal of the host's own."""
        return spawn(self.host.command(["script", "-qec", shlex.join(argv), "/dev/null"]), TERMINAL)

    def at_terminal(self, argv: list[str], answers: Answers | None = None) -> Outcome:
        """Where a person answers."""
        return finish(self.begin_at_terminal(argv), self.answers() if answers is None else answers)

    def ssh(self, command: str, user: str = "alice", answers: Answers | None = None) -> Outcome:
        return self.at_terminal(
            ["ssh", "-tt", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
             "-o", "PreferredAuthentications=keyboard-interactive", f"{user}@127.0.0.1", command],
            answers)

    def let_host_ask(self, check: bool = True):
        """`iamctl host enable`, proved by alice, as a program does it."""
        return self.host.run(["iamctl", "host", "enable", "--prove", "alice", "--yes", "--stdin"],
                             input=f"{self.password}\n{self.totp.fresh()}\n", check=check)

