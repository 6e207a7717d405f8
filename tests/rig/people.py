# SPDX-License-Identifier: Apache-2.0
"""A booted host as its administrator and alice see it, and what both must remember."""

import json
import shlex

from .demo import Person, passphrase
from .dialogue import Outcome, finish, spawn
from .doors import CODE_PROMPT, PASSWORD_PROMPT
from .host import Host
from .iamd import BASE_URL
from .relying_party import RelyingParty
from .sandbox import SEARCH_PATH
from .totp import Totp

TERMINAL = {"PATH": SEARCH_PATH, "HOME": "/root", "TERM": "dumb", "LANG": "C.UTF-8"}
ISSUER = f"{BASE_URL}/realms/example"
APP = "https://app.example.org/back"


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
        self.take_secret(self.ctl("user", "totp", "enrol", "alice", "--json"))
        self.ctl("role", "create", "ops")
        self.ctl("role", "assign", "ops", "--user", "alice")
        self.ctl("host", "allow", "--role", "ops")
        self.ctl("role", "sudo", "add", "ops", "--run-as", "root", "--command", "ALL")
        self.ctl("wait")

    def take_secret(self, enrolled: str):
        self.secret = json.loads(enrolled)["secret"]
        self.totp = Totp(self.secret)

    def make_bob(self):
        """One password and no code; he signs in to an application too."""
        self.bob = Person("bob", "Bob", passphrase(), "")
        self.ctl("user", "create", "bob", "--display-name", "Bob")
        self.ctl("user", "set-password", "bob", "--stdin", input=self.bob.password + "\n")
        self.ctl("role", "create", "staff")
        self.ctl("role", "assign", "staff", "--user", "bob")
        self.ctl("host", "allow", "--role", "staff")
        made = self.ctl("client", "create", "app", "--redirect-uri", APP, "--json")
        self.ctl("wait")
        self.app = RelyingParty(self.host, ISSUER, "app", json.loads(made)["secret"], APP)

    # -- doors

    def answers(self) -> dict:
        return {PASSWORD_PROMPT: self.password, CODE_PROMPT: self.totp.fresh}

    def at_terminal(self, argv: list[str], answers: dict | None = None) -> Outcome:
        """A program with a terminal of the host's own, where a person answers."""
        command = self.host.command(["script", "-qec", shlex.join(argv), "/dev/null"])
        return finish(spawn(command, TERMINAL), self.answers() if answers is None else answers)

    def ssh(self, command: str, user: str = "alice", answers: dict | None = None) -> Outcome:
        return self.at_terminal(
            ["ssh", "-tt", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
             "-o", "PreferredAuthentications=keyboard-interactive", f"{user}@127.0.0.1", command],
            answers)

    def let_host_ask(self, check: bool = True):
        """`iamctl host enable`, proved by alice, as a program does it."""
        return self.host.run(["iamctl", "host", "enable", "--prove", "alice", "--yes", "--stdin"],
                             input=f"{self.password}\n{self.totp.fresh()}\n", check=check)

