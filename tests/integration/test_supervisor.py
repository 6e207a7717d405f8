# SPDX-License-Identifier: Apache-2.0
"""The supervisor against a daemon of three lines: what it promises in systemd's name, it keeps."""

import json
import signal
import subprocess

import pytest

from tests.rig.process import wait_until

UNITS = "/usr/lib/systemd/system"
DAEMON = r'''
import json, os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
names = os.environ["LISTEN_FDNAMES"].split(":")
socks = {n: socket.socket(fileno=3 + i) for i, n in enumerate(names)}
assert os.environ["LISTEN_PID"] == str(os.getpid())
note = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
note.connect(os.environ["NOTIFY_SOCKET"])
note.send(b"READY=1\nSTATUS=up")
print("daemon is up", flush=True)
caps = [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapBnd")]
while True:
    conn, _ = socks["first"].accept()
    kek = open(os.environ["CREDENTIALS_DIRECTORY"] + "/key", "rb").read().decode()
    conn.sendall(json.dumps({"uid": os.getuid(), "groups": os.getgroups(), "caps": caps,
                             "names": sorted(names), "key": kek,
                             "state": os.environ["STATE_DIRECTORY"]}).encode())
    conn.close()
'''
FILES = {
    f"{UNITS}/fake.service": """[Service]
Type=notify
User=games
StateDirectory=fake
LoadCredential=key:/root/key
ExecStart=/usr/bin/python3 /usr/local/bin/fake-daemon
""",
    f"{UNITS}/fake-first.socket": """[Socket]
ListenStream=/run/fake/first
SocketMode=0666
FileDescriptorName=first
Service=fake.service
""",
    f"{UNITS}/fake-second.socket": """[Socket]
ListenStream=127.0.0.1:8099
Service=fake.service
""",
    f"{UNITS}/iam-fake.path": "[Path]\nPathChanged=/var/lib/fake/rules\n",
    f"{UNITS}/iam-fake.service": "[Service]\nExecStart=/usr/local/bin/fake-helper\n",
    "/usr/local/bin/fake-daemon": DAEMON,
    "/usr/local/bin/fake-helper": "#!/bin/sh\ncp /var/lib/fake/rules /etc/fake-rules\n",
    "/root/key": "the key",
}
ASK = r'''
import socket
s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect("/run/fake/first")
print(s.makefile().read())
'''


class Supervisor:
    def __init__(self, box):
        self.box = box
        for path, text in FILES.items():
            box.write(path, text, 0o755 if path.startswith("/usr/local") else 0o644)
        self.process = box.start_script("supervisor.py", "fake", "fake.service",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def order(self, order: str) -> dict:
        self.process.stdin.write(order.encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def ask(self) -> dict:
        return json.loads(self.box.run(["python3", "-c", ASK], user="nobody").stdout)


@pytest.fixture(scope="module")
def supervisor(box):
    return Supervisor(box)


def test_a_daemon_gets_its_sockets_user_credential_and_nothing_else(supervisor):
    assert supervisor.order("start")["ready"]
    seen = supervisor.ask()
    assert seen["uid"] != 0
    assert set(seen["caps"]) == {"0000000000000000"}
    assert seen["names"] == ["fake-second.socket", "first"]
    assert (seen["key"], seen["state"]) == ("the key", "/var/lib/fake")


def test_a_stopped_daemon_stays_down_and_a_connection_waits_for_its_return(supervisor):
    supervisor.order("start")
    assert supervisor.order("stop") == {"running": False, "ready": False, "pid": None, "status": 0}
    client = subprocess.Popen(supervisor.box.command(["python3", "-c", ASK]),
                              stdout=subprocess.PIPE, text=True)
    assert not supervisor.order("status")["running"]
    assert supervisor.order("start")["ready"]
    assert json.loads(client.communicate(timeout=10)[0])["key"] == "the key"


def test_a_killed_daemon_is_reported_with_the_signal(supervisor):
    supervisor.order("start")
    assert supervisor.order("kill")["status"] == -signal.SIGKILL


def test_the_service_of_a_path_unit_runs_when_the_file_is_replaced(supervisor):
    box = supervisor.box
    for text in ("one", "two"):
        box.write("/var/lib/fake/rules.new", text)
        box.run(["mv", "/var/lib/fake/rules.new", "/var/lib/fake/rules"])
        wait_until(lambda text=text: box.path("/etc/fake-rules").exists()
                   and box.read("/etc/fake-rules") == text, 5, "the helper of the path unit")
