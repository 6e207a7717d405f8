# SPDX-License-Identifier: Apache-2.0
"""A running iamd against its bars, each figure beside its reference in the same run.

The daemon is the release build with all hardening, its audit and synchronous=FULL, held to one
core; the load comes from another.  `python3 -m tests.bench.servers [LOGINS]`; `./dev bench` runs it.
"""

import base64
import concurrent.futures
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

from tests.rig.demo import REALM, make_person
from tests.rig.iamd import BASE_URL, Iamd
from tests.rig.paths import BUILD
from tests.rig.relying_party import Web
from tests.rig.sandbox import Sandbox
from tests.rig.varlink import Varlink

from . import rates
from .rates import Cores, side_by_side

ROUNDS = 3
LOGINS = 10_000
LOGIN_CLIENTS = 4
PAM_LOGINS = 40
LOGIN_COMMITS = 6  # attempt, guess, outcome; account; session opened, closed
STARTS = 9
HASH_ARENA_KIB = 19456
OIDC = f"{BASE_URL}/realms/{REALM}/protocol/openid-connect"
NGINX_PORT = 8090
NGINX = f"""\
daemon off;
pid /run/bench-nginx.pid;
error_log stderr;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 1000000;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=100;
    server {{
        listen 127.0.0.1:{NGINX_PORT};
        root /srv/bench;
    }}
}}
"""


@dataclass
class Row:
    name: str
    figure: str
    reference: str
    bar: str
    is_met: bool

    def __str__(self):
        verdict = "met" if self.is_met else "MISSED"
        return f"{self.name:<28} {self.figure:>22}   {self.reference:<34} {self.bar:<24} {verdict}"


def against(name: str, ours: float, theirs: float, whose: str, share: float) -> Row:
    return Row(name, f"{ours:,.0f} /s", f"{whose} {theirs:,.0f} /s: {ours / theirs:.1%}",
               f"bar {share:.0%}", ours >= share * theirs)


def below(name: str, value: float, unit: str, reference: str, bar: float) -> Row:
    return Row(name, f"{value:,.1f} {unit}", reference, f"bar at most {bar:g} {unit}", value <= bar)


class Bench:
    def __init__(self, box: Sandbox, disk: str, cores: Cores):
        self.box = box
        self.disk = disk
        self.cores = cores
        self.iamd = Iamd(box, REALM, start=False)
        self.iamd.hold_to(cores.server)
        self.iamd.start()
        self.iamd.ctl("setup", "--realm", REALM)
        self.alice = make_person(self.iamd, "alice", "Alice Example")
        self.iamd.ctl("role", "create", "staff", "--realm", REALM)
        self.iamd.ctl("role", "assign", "staff", "--realm", REALM, "--user", "alice")
        self.iamd.ctl("host", "allow", "--realm", REALM, "--role", "staff")
        self.iamd.ctl("wait")

    def resident(self) -> float:
        """MiB."""
        return rates.resident_kib(self.box, self.iamd.order("status")["pid"]) / 1024

    def restart(self):
        self.iamd.stop()
        self.iamd.start()

    # -- documents

    def documents(self) -> list[Row]:
        paths = {"discovery": f"/realms/{REALM}/.well-known/openid-configuration",
                 "JWKS": f"/realms/{REALM}/protocol/openid-connect/certs"}
        for name, path in paths.items():
            self.box.write(f"/srv/bench/{name}", Web(self.box).send(BASE_URL + path).text)
        self.box.write("/etc/bench-nginx.conf", NGINX)
        nginx = self.box.start(
            Cores.on(self.cores.server, ["nginx", "-c", "/etc/bench-nginx.conf"]), "nginx")
        self.box.wait_for_port(NGINX_PORT, process=nginx)
        try:
            return [self.document(name, path) for name, path in paths.items()]
        finally:
            nginx.stop()

    def document(self, name: str, path: str) -> Row:
        def load(url):
            return lambda: rates.wrk(self.box, self.cores.load, url)

        ours, theirs = side_by_side(
            ROUNDS, load(BASE_URL + path), load(f"http://127.0.0.1:{NGINX_PORT}/{name}"))
        return against(name, ours, theirs, "nginx", 0.5)

    # -- services

    def service(self, name: str, algorithm: str) -> str:
        """A client that acts for itself, with a role and tokens of that signature; its Basic credentials."""
        made = self.iamd.ask("client", "create", name, "--realm", REALM, "--service",
                             "--access-token-alg", algorithm)
        self.iamd.ctl("role", "assign", "staff", "--realm", REALM, "--service", name)
        return base64.b64encode(f"{name}:{made['secret']}".encode()).decode()

    def client_credentials(self, algorithm: str, raw: str, share: float) -> Row:
        script = rates.WRK_POST.format(
            credentials=self.service(f"backend-{algorithm.lower()}", algorithm), body="grant_type=client_credentials")
        ours, theirs = side_by_side(
            ROUNDS, lambda: rates.wrk(self.box, self.cores.load, f"{OIDC}/token", script),
            lambda: rates.openssl_signatures(self.box, self.cores.server, raw))
        return against(f"client_credentials {algorithm}", ours, theirs, f"raw {raw}", share)

    def introspection(self) -> Row:
        credentials = self.service("asked", "ES256")
        answer = Web(self.box).send(f"{OIDC}/token", {"grant_type": "client_credentials"},
                                    {"Authorization": f"Basic {credentials}"})
        script = rates.WRK_POST.format(
            credentials=credentials, body=f"token={answer.json['access_token']}")
        rate, = side_by_side(
            ROUNDS,
            lambda: rates.wrk(self.box, self.cores.load, f"{OIDC}/token/introspect", script))
        return Row("introspection", f"{rate:,.0f} /s", "", "bar 10,000 /s", rate >= 10_000)

    # -- logins

    def login(self):
        """What libiam does: a connection for each call."""
        with Varlink(self.box, "/run/iam/auth.socket") as door:
            step = door.call("org.iamd.Login.Start", user="alice", service="bench")
        with Varlink(self.box, "/run/iam/auth.socket") as door:
            step = door.call("org.iamd.Login.Answer", attempt=step["attempt"], id="password",
                             value=self.alice.password)
        if step["outcome"] != "done":
            raise rates.RigError(f"alice was not let in: {step}")

    def logins(self, n: int) -> float:
        """Logins a second."""
        def some(share: int):
            os.sched_setaffinity(threading.get_native_id(), {self.cores.load})
            for _ in range(share):
                self.login()

        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(LOGIN_CLIENTS) as pool:
            list(pool.map(some, [n // LOGIN_CLIENTS] * LOGIN_CLIENTS))
        return n // LOGIN_CLIENTS * LOGIN_CLIENTS / (time.monotonic() - began)

    def password_login(self) -> Row:
        ours, theirs = side_by_side(
            ROUNDS, lambda: self.logins(100), lambda: rates.argon2(self.box, self.cores.server))
        return against("password login (varlink)", ours, theirs, "bare argon2id", 0.8)

    def pam_login(self) -> Row:
        self.box.write("/etc/pam.d/iam-bench", "".join(
            f"{kind} required pam_iam.so\n" for kind in ("auth", "account", "session")))

        def ours() -> float:
            argv = [rates.inside(self.box, "pam_logins"), "iam-bench", "alice", str(PAM_LOGINS)]
            said = self.box.run(Cores.on(self.cores.load, argv), input=self.alice.password).stdout
            return statistics.median(map(float, said.split()))

        login, hashes, sync = side_by_side(
            ROUNDS, ours, lambda: rates.argon2(self.box, self.cores.server),
            lambda: rates.sync_ms(self.disk))
        return below("PAM login beyond the hash", login - 1000 / hashes, "ms",
                     f"{login:.1f} ms; bare argon2id {1000 / hashes:.1f}, "
                     f"{LOGIN_COMMITS} fdatasync {LOGIN_COMMITS * sync:.1f} ms", 5)

    # -- the process

    def start_to_ready(self) -> Row:
        seen = []
        for _ in range(STARTS):
            self.iamd.stop()
            began = time.monotonic()
            self.iamd.start()
            seen.append((time.monotonic() - began) * 1000)
        return below("start to ready", statistics.median(seen), "ms",
                     f"median of {STARTS}; worst {max(seen):.0f} ms", 100)

    def memory(self, logins: int) -> list[Row]:
        self.restart()
        time.sleep(2)  # the first publication and the first RSA keys made ahead are part of idling
        idle = self.resident()
        self.logins(logins)
        arenas = self.hash_threads() * HASH_ARENA_KIB / 1024
        after = self.resident() - arenas
        return [below("resident memory, idle", idle, "MiB", "", 20),
                below(f"after {logins:,} logins", after, "MiB",
                      f"beyond {arenas:.0f} MiB of hash arenas", 40)]

    def hash_threads(self) -> int:
        pid = self.iamd.order("status")["pid"]
        names = self.box.run(["sh", "-c", f"cat /proc/{pid}/task/*/comm"]).stdout.split()
        return names.count("iamd-hash")


def main(logins: int = LOGINS) -> int:
    cores = Cores(os.sched_getaffinity(0))
    rows = []

    def show(*new: Row):
        rows.extend(new)
        for row in new:
            print(row, flush=True)

    # A sandbox's files are in memory, where a commit costs nothing: the store lies on the disk.
    with tempfile.TemporaryDirectory(dir=BUILD) as disk, Sandbox("bench", state=disk) as box:
        bench = Bench(box, disk, cores)
        show(*bench.documents())
        show(bench.client_credentials("ES256", "ecdsap256", 0.1))
        show(bench.client_credentials("RS256", "rsa2048", 0.6))
        show(bench.introspection())
        show(bench.password_login())
        show(bench.pam_login())
        show(bench.start_to_ready())
        show(*bench.memory(logins))
    missed = sum(not row.is_met for row in rows)
    print(f"{len(rows) - missed} bars met, {missed} missed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
