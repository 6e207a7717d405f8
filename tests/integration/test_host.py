# SPDX-License-Identifier: Apache-2.0
"""What a package does to a host and undoes again; test_units.py sees how the daemon runs there."""

import socket

import pytest

from tests.rig.host import Host
from tests.rig.process import wait_until

SOCKETS = ["iamd-lookup.socket", "iamd-auth.socket", "iamd-admin.socket", "iamd-http.socket",
           "iamd-proxy.socket"]
PAM_FILES = ["common-auth", "common-account", "common-password", "common-session"]


@pytest.fixture(scope="module")
def host():
    """Booted with the files in place; the steps are those of a package's install script."""
    with Host("service") as host:
        host.run(["systemd-sysusers"])
        host.run(["systemd-tmpfiles", "--create"])
        host.run(["systemctl", "enable", "--now", *SOCKETS, "iam-sudoers.path"])
        yield host


@pytest.fixture(autouse=True)
def forget_starts(host):
    """systemd gives up on a unit that was started too often, as these tests do."""
    host.run(["systemctl", "reset-failed"])


def state_of(host: Host, unit: str) -> str:
    return host.run(["systemctl", "is-active", unit], check=False).stdout.strip()


def test_a_connection_to_any_socket_starts_the_daemon(host):
    for address in ("/run/iam/lookup.socket", "/run/iam/auth.socket", "/run/iam/admin.socket",
                    "/run/iam/http.socket"):
        host.run(["systemctl", "stop", "iamd.service"])
        assert state_of(host, "iamd.service") == "inactive"
        with socket.socket(socket.AF_UNIX) as knock:
            knock.connect(str(host.path(address)))
            wait_until(lambda: state_of(host, "iamd.service") == "active", 10,
                       f"the daemon, by {address}")


def test_the_units_have_nothing_that_systemd_complains_about(host):
    units = ["iamd.service", "iamd-keygen.service", "iam-sudoers.service", "iam-sudoers.path",
             "iam-userdb.service", "iam-userdb.socket", *SOCKETS]
    checked = host.run(["systemd-analyze", "verify", "--man=no", *units], check=False)
    ours = [line for line in checked.stderr.splitlines() if "iam" in line]
    assert checked.returncode == 0 and not ours, checked.stderr


def test_the_pam_profile_comes_and_goes_without_a_trace(host):
    def files() -> list[str]:
        return [host.run(["cat", f"/etc/pam.d/{name}"]).stdout for name in PAM_FILES]

    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "pam-auth-update", "--package"]
    before = files()
    host.run(quiet)
    assert files() == before, "it is on before anybody asked for it"
    host.run([*quiet, "--enable", "iam", "iam-password"])
    with_us = files()
    assert all("pam_iam.so" in text for text in with_us)
    auth = [line for line in with_us[0].splitlines() if not line.startswith("#") and line.strip()]
    assert "pam_iam.so" in auth[0], "pam_iam must be asked before pam_unix"
    host.run([*quiet, "--remove", "iam", "iam-password"])
    assert files() == before
