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
from .sandbox import Sandbox
from .sshd import PORT as SSH_PORT

INVITATION = """\
iamd runs with the realm "demo".  Try:

  browser   {app}   an app behind Apache
            {other}   a second one: asks for no password again
            {issuer}/.well-known/openid-configuration
  ssh       ssh -p {ssh_port} alice@localhost   and in there: sudo id, getent passwd alice

  alice     password {alice.password}   code now {code}
            (her generator's secret: {alice.totp_secret}; the next code:
            oathtool --totp -b {alice.totp_secret})
  bob       password {bob.password}   (no second factor, no sudo)

A code is good once, at whichever door.  One line per login follows; Ctrl-C ends everything.
"""


def stop(*_):
    sys.exit(0)


def refuse_taken_ports():
    for port in (int(BASE_URL.rpartition(":")[2]), *APPS.values(), SSH_PORT):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise RigError(f"port {port} is in use on this machine")


def follow(demo: Demo):
    """One line for each login and its like, as they happen."""
    audit = demo.box.start(["iamctl", "audit", "list", "--follow", "--json"], "audit",
                           stdout=subprocess.PIPE)
    for line in audit.stdout:
        event = json.loads(line)
        result = "ok" if event.get("success") else f"refused ({event.get('reason') or '?'})"
        moment = time.strftime("%H:%M:%S")
        print(f"{moment}  {event.get('event', '?'):20} {event.get('actor') or '-':10} "
              f"{event.get('door', '?'):8} {event.get('address') or '-':15} {result}", flush=True)
    raise RigError("iamctl audit list --follow ended", audit.log)


def run():
    refuse_taken_ports()
    with Sandbox("up", share_network=True) as box:
        demo = Demo(box, BUILD / "rig-host-key")
        sites = [Site(port).protected for port in APPS.values()]
        print(INVITATION.format(app=sites[0], other=sites[1], issuer=ISSUER, ssh_port=SSH_PORT,
                                alice=demo.alice, bob=demo.bob, code=demo.alice.totp.now()),
              flush=True)
        follow(demo)


def check() -> int:
    failed = 0
    with Sandbox("up-check") as box:
        print("the set-up ...", flush=True)
        demo = Demo(box)
        for name, door in DOORS.items():
            begin = time.monotonic()
            try:
                door(demo)
            except RigError as error:
                failed += 1
                print(f"FAILED  {name}: {error}\n        look at {box.logs}/", flush=True)
            else:
                print(f"ok      {name} ({time.monotonic() - begin:.1f} s)", flush=True)
    print("all doors are open" if failed == 0 else f"{failed} of {len(DOORS)} doors failed")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
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
