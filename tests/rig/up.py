# SPDX-License-Identifier: Apache-2.0
"""`dev up`: the realm demo on this machine, to be tried by hand; with --check, tried by itself.

Without --check the network is the machine's, so that a browser and an ssh client outside reach it;
everything else is private to the sandbox and gone when this ends.
"""

import json
import signal
import socket
import subprocess
import sys
import time

from .apache import Site
from .demo import APPS, ISSUER, Demo
from .doors import DOORS
from .iamd import BASE_URL
from .paths import BUILD, LOGS, RigError
from .process import let_another_be_process_1
from .sandbox import Sandbox
from .sshd import PORT as SSH_PORT

INVITATION = """\
iamd runs with the realm "demo".  Try:

  browser   {app}   an app behind Apache: sign in as alice
            {other}   a second one: asks for no password
  ssh       ssh -p {ssh_port} alice@localhost   and in there:
            id; getent passwd alice; sudo id; sudo iamctl user list
  provider  {issuer}/.well-known/openid-configuration

  alice     password {alice.password}   code now {code}
            next code: oathtool --totp -b {alice.totp_secret}
            or put that secret into an authenticator on your phone
  bob       password {bob.password}   no code, no sudo

These secrets are new each time and shown only here.  A code is good once, at whichever door:
for the next door take the next one, up to 30 s later.  From another machine, first:
            ssh -L 8080:localhost:8080 -L 8081:localhost:8081 -L 8082:localhost:8082 THIS-HOST

One line for each login follows.  Ctrl-C ends everything; logs: {logs}/
"""
# What a person did, of all that the audit trail has.
SHOWN = {"login.success": "signed in", "login.failure": "refused", "account.denied": "refused",
         "session.ended": "signed out"}


def stop(*_):
    sys.exit(0)


def refuse_taken_ports():
    for port in (int(BASE_URL.rpartition(":")[2]), *APPS.values(), SSH_PORT):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise RigError(f"port {port} is in use on this machine, perhaps by another dev up: "
                               f"ss -ltnp 'sport = :{port}' says by whom")


def line_of(event: dict) -> str:
    details = json.loads(event.get("details") or "{}")
    at = details.get("service") or event.get("door", "?")
    reason = f" ({event['reason']})" if event.get("reason") else ""
    if event["event"] == "session.ended":
        who = event.get("actor")
    else:
        who = event.get("target") or event.get("actor")
    return (f"{time.strftime('%H:%M:%S')}  {who or '(unknown name)':15} {at:8} "
            f"{event.get('address') or '-':15} {SHOWN[event['event']]}{reason}")


def follow(demo: Demo, since: str):
    """One line for each login and its like, as they happen."""
    audit = demo.box.start(["iamctl", "audit", "list", "--follow", "--json", "--since", since],
                           "audit", stdout=subprocess.PIPE)
    for line in audit.stdout:
        event = json.loads(line)
        if event.get("event") in SHOWN:
            print(line_of(event), flush=True)
    raise RigError("iamctl audit list --follow ended", audit.log)


def run():
    refuse_taken_ports()
    print("starting iamd, sshd and Apache ...\n", flush=True)
    with Sandbox("up", share_network=True) as box:
        demo = Demo(box, BUILD / "rig-host-key")
        sites = [Site(port).protected for port in APPS.values()]
        print(INVITATION.format(app=sites[0], other=sites[1], issuer=ISSUER, ssh_port=SSH_PORT,
                                alice=demo.alice, bob=demo.bob, code=demo.alice.totp.now(),
                                logs=box.logs),
              flush=True)
        try:
            follow(demo, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        except SystemExit:
            print("\nending ...", flush=True)
            raise
        finally:
            box.close()
            print("ended; nothing of it is left running", flush=True)


def check() -> int:
    failed = 0
    with Sandbox("up-check") as box:
        print("starting iamd, sshd and Apache ...", flush=True)
        demo = Demo(box)
        print("trying the doors; a one-time code is good once, so some wait up to a minute for "
              "new ones", flush=True)
        for name, door in DOORS.items():
            begin = time.monotonic()
            try:
                door(demo)
            except RigError as error:
                failed += 1
                print(f"FAILED  {name}: {error}\n        look at {box.logs}/ (iamd.log, journal.log, "
                      "sshd.log, apache.log)", flush=True)
            else:
                print(f"ok      {name} ({time.monotonic() - begin:.1f} s)", flush=True)
    print("all doors are open" if failed == 0 else f"{failed} of {len(DOORS)} doors failed")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    let_another_be_process_1()
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if arguments not in ([], ["--check"]):
        print("usage: dev up [--check]", file=sys.stderr)
        return 2
    try:
        return check() if arguments else run()
    except RigError as error:
        print(f"FAILED  {error}\n        look at {LOGS}/", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
