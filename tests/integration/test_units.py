# SPDX-License-Identifier: Apache-2.0
"""The shipped units in a booted host: the key is made, sockets start the daemon, it stays shut in."""

import json
import re
import time

import pytest

from tests.rig.host import Host

KEY = "/etc/credstore.encrypted/iamd.kek"
STORE = "/var/lib/iam/private/iam.db"
CONFIG = "/etc/iam/iamd.conf"
SOCKETS = ("lookup", "auth", "admin", "proxy", "http")
UNITS = [f"iamd-{name}.socket" for name in SOCKETS]


@pytest.fixture(scope="module")
def host():
    with Host("units") as booted:
        booted.run(["systemd-sysusers"])
        booted.run(["systemd-tmpfiles", "--create"])
        booted.run(["systemctl", "daemon-reload"])
        booted.run(["systemctl", "enable", "iamd.service"])
        booted.run(["systemctl", "start", *UNITS])
        yield booted


@pytest.fixture
def running(host):
    host.run(["rm", "-f", CONFIG])
    host.run(["systemctl", "reset-failed", "iamd.service"], check=False)
    host.run(["systemctl", "start", "iamd.service"])
    return host


def show(host, key: str) -> str:
    return host.run(["systemctl", "show", "-P", key, "iamd.service"]).stdout.strip()


def wait_for(host, state: str):
    deadline = time.monotonic() + 10
    while show(host, "ActiveState") != state:
        assert time.monotonic() < deadline, show(host, "ActiveState")
        time.sleep(0.1)


def events(host) -> list[str]:
    lines = host.run(["journalctl", "--no-pager", "-o", "json", "-u", "iamd.service"]).stdout
    found = [json.loads(line).get("IAM_EVENT") for line in lines.splitlines()]
    return [event for event in found if event]


def test_a_connection_starts_the_daemon_and_makes_the_key_before(host):
    host.run(["systemctl", "stop", "iamd.service"])
    assert show(host, "ActiveState") == "inactive"
    asked = host.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080; printf "
                      "'GET /health HTTP/1.1\\r\\nHost: localhost:8080\\r\\n"
                      "Connection: close\\r\\n\\r\\n' >&3; head -n 1 <&3"])
    assert asked.stdout.startswith("HTTP/1.1 200 ")
    wait_for(host, "active")
    assert host.run(["stat", "-c", "%a %U", KEY]).stdout == "600 root\n"
    assert "STARTED" in events(host)


def test_the_sockets_outlive_the_daemon_with_their_owners_and_modes(running):
    def modes():
        paths = [f"/run/iam/{name}.socket" for name in ("lookup", "auth", "admin", "http")]
        return running.run(["stat", "-c", "%a %U %G", "/run/iam", *paths]).stdout.splitlines()

    wanted = ["755 root root", "666 root root", "666 root root", "660 root iam-admin",
              "660 root www-data"]
    assert modes() == wanted
    running.run(["systemctl", "stop", "iamd.service"])
    assert modes() == wanted


def test_it_has_no_power_and_locks_its_keys(running):
    pid = show(running, "MainPID")
    status = running.run(["cat", f"/proc/{pid}/status"]).stdout
    fields = dict(re.findall(r"(?m)^(\w+):\s*(\S+)", status))
    iam = running.run(["id", "-u", "iam"]).stdout.strip()
    assert fields["Uid"] == iam != "0"
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(fields[name], 16) == 0, name
    assert fields["NoNewPrivs"] == "1" and fields["Seccomp"] == "2"
    assert int(fields["VmLck"]) > 0
    said = running.run(["systemd-analyze", "--no-pager", "security", "iamd.service"]).stdout
    assert float(re.search(r"exposure level for iamd.service: ([0-9.]+)", said)[1]) <= 2.0


def test_a_bad_file_at_reload_leaves_the_old_one_running(running):
    pid = show(running, "MainPID")
    running.path(CONFIG).write_text("[log]\nlevel = loud\n")
    running.run(["systemctl", "reload", "iamd.service"])
    deadline = time.monotonic() + 5
    while "RELOAD_REFUSED" not in events(running):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert show(running, "MainPID") == pid and show(running, "ActiveState") == "active"
    assert f"{CONFIG}:2: level must be" in running.journal("-u", "iamd.service")


def test_a_bad_file_at_the_start_is_not_tried_again_and_again(running):
    running.path(CONFIG).write_text("[http]\nbase_uri = https://id.example.org\n")
    assert running.run(["systemctl", "restart", "iamd.service"], check=False).returncode != 0
    time.sleep(1.5)  # after a failure it pauses for one second
    assert show(running, "ActiveState") == "failed"
    assert show(running, "ExecMainStatus") == "78" and show(running, "NRestarts") == "0"


CONNECT = "for i in $(seq 40); do : 3<>/dev/tcp/127.0.0.1/8080; sleep 0.1; done"


def states_of(host, units: list[str]) -> list[str]:
    return host.run(["systemctl", "is-active", *units], check=False).stdout.split()


def test_however_often_it_fails_the_sockets_stay_and_serve_when_it_can_start(running):
    running.path(CONFIG).write_text("[http]\nbase_uri = https://id.example.org\n")
    running.run(["systemctl", "restart", "iamd.service"], check=False)
    # Connections that wait start it again and again, in vain.
    running.run(["bash", "-c", CONNECT])
    assert states_of(running, UNITS) == ["active"] * len(UNITS)
    tries = running.journal("-u", "iamd.service").count("unknown key")
    running.run(["rm", CONFIG])
    for _ in range(8):  # more often than systemd would bear by default, in its ten seconds
        running.run(["systemctl", "restart", "iamd.service"])
    assert states_of(running, [*UNITS, "iamd.service"]) == ["active"] * (len(UNITS) + 1)
    assert tries < 20, "no pause between the starts"


def test_killed_it_comes_back(running):
    pid = show(running, "MainPID")
    running.run(["systemctl", "kill", "--kill-who=main", "-s", "SIGKILL", "iamd.service"])
    deadline = time.monotonic() + 10
    while show(running, "MainPID") in (pid, "0") or show(running, "ActiveState") != "active":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_lost_key_is_not_replaced_while_a_store_needs_it(running):
    running.run(["systemctl", "stop", "iamd.service"])
    running.run(["mv", KEY, "/root/kek"])
    stands_in = not running.path(STORE).exists()
    if stands_in:
        running.run(["touch", STORE])
    assert running.run(["systemctl", "start", "iamd.service"], check=False).returncode != 0
    assert "restore the key from a backup" in running.journal("-u", "iamd-keygen.service")
    running.run(["mv", "/root/kek", KEY])
    if stands_in:
        running.run(["rm", STORE])
    running.run(["systemctl", "reset-failed"])
    running.run(["systemctl", "start", "iamd.service"])
