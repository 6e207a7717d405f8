# SPDX-License-Identifier: Apache-2.0
"""The realm `demo`: two people in a group, two roles, two apps.  Made through iamctl alone, as its first user
would make it; what is awkward here is awkward for everyone."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from .apache import Apache, Site
from .iamd import BASE_URL, Iamd
from .sandbox import Sandbox
from .sshd import Sshd
from .totp import Totp

REALM = "demo"
ISSUER = f"{BASE_URL}/realms/{REALM}"
APPS = {"apache-one": 8081, "apache-two": 8082}


@dataclass
class Person:
    name: str
    display_name: str
    password: str
    totp_secret: str = ""

    def __post_init__(self):
        self.totp = Totp(self.totp_secret) if self.totp_secret else None


def passphrase() -> str:
    """Long enough for any policy, short enough to be typed by somebody who tries `dev up`."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def make_person(iamd: Iamd, name: str, display_name: str, totp: bool = False) -> Person:
    password = passphrase()
    iamd.ctl("user", "create", name, "--realm", REALM, "--display-name", display_name)
    iamd.ctl("user", "set-password", name, "--realm", REALM, "--stdin", input=password + "\n")
    secret = iamd.ask("user", "totp", "enrol", name, "--realm", REALM)["secret"] if totp else ""
    return Person(name, display_name, password, secret)


def make_app(iamd: Iamd, name: str, port: int) -> Site:
    site = Site(port, name)
    made = iamd.ask("client", "create", name, "--realm", REALM,
                    "--redirect-uri", site.redirect_uri,
                    "--post-logout-uri", f"{site.base}/open/")
    site.client_secret = made["secret"]
    return site


class Demo:
    """Everything of `dev up`: the daemon, its realm, an sshd and two apps behind Apache."""

    def __init__(self, box: Sandbox, kept_host_key: Path | None = None):
        self.box = box
        self.iamd = Iamd(box, REALM)
        ctl = self.iamd.ctl
        ctl("setup", "--realm", REALM)
        self.alice = make_person(self.iamd, "alice", "Alice Example", totp=True)
        self.bob = make_person(self.iamd, "bob", "Bob Example")
        ctl("group", "create", "team", "--realm", REALM)
        for name in ("alice", "bob"):
            ctl("group", "add", "team", name, "--realm", REALM)
        ctl("role", "create", "ops", "--realm", REALM, "--description", "runs the machines")
        ctl("role", "assign", "ops", "--realm", REALM, "--user", "alice")
        ctl("role", "sudo", "add", "ops", "--realm", REALM, "--run-as", "root",
            "--command", "ALL")
        ctl("role", "create", "staff", "--realm", REALM, "--description", "may use the machines")
        ctl("role", "assign", "staff", "--realm", REALM, "--user", "bob")
        for role in ("ops", "staff"):
            ctl("host", "allow", "--realm", REALM, "--role", role)
        self.sites = [make_app(self.iamd, name, port) for name, port in APPS.items()]
        ctl("wait")
        self.sshd = Sshd(box, kept_host_key)
        self.apache = Apache(box, self.sites, ISSUER)
