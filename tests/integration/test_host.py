# SPDX-License-Identifier: Apache-2.0
"""iamd as a package would leave it on a booted host: real units, sockets, credentials, journal."""

import re
import socket

import pytest

from tests.rig.host import Host
from tests.rig.process import wait_until

SOCKETS = ["iamd-lookup.socket", "iamd-auth.socket", "iamd-admin.socket", "iamd-http.socket"]
PAM_FILES = ["common-auth", "common-account", "common-password", "common-session"]
EXPOSURE_LIMIT = 2.0


@pytest.fixture(scope="module")
def host():
    """Booted with the files in place; the steps are those of a package's install script."""
    with Host("service") as host:
        host.run(["systemd-sysusers"])
        host.run(["systemd-tmpfiles", "--create"])
        host.run(["systemctl", "enable", "--now", *SOCKETS, "iam-sudoers.path"])
        yield host


def state_of(host: Host, unit: str) -> str:
    return host.run(["systemctl", "is-active", unit], check=False).stdout.strip()


def main_pid(host: Host) -> str:
    return host.run(["systemctl", "show", "-P", "MainPID", "iamd.service"]).stdout.strip()


def test_a_connection_to_any_socket_starts_the_daemon(host):
    for address in ("/run/iam/lookup.socket", "/run/iam/auth.socket", "/run/iam/admin.socket"):
        host.run(["systemctl", "stop", "iamd.service"])
        assert state_of(host, "iamd.service") == "inactive"
        with socket.socket(socket.AF_UNIX) as knock:
            knock.connect(str(host.path(address)))
            wait_until(lambda: state_of(host, "iamd.service") == "active", 10,
                       f"the daemon, by {address}")


def test_the_sockets_belong_to_those_who_may_use_them(host):
    listing = host.run(["stat", "-c", "%A %U:%G %n", "/run/iam", "/run/iam/lookup.socket",
                        "/run/iam/auth.socket", "/run/iam/admin.socket"]).stdout.splitlines()
    assert listing == ["drwxr-xr-x root:root /run/iam",
                       "srw-rw-rw- root:root /run/iam/lookup.socket",
                       "srw-rw-rw- root:root /run/iam/auth.socket",
                       "srw-rw---- root:iam-admin /run/iam/admin.socket"]


def test_the_daemon_runs_as_its_own_user_without_any_capability(host):
    host.run(["systemctl", "start", "iamd.service"])
    status = host.run(["cat", f"/proc/{main_pid(host)}/status"]).stdout
    iam = host.run(["id", "-u", "iam"]).stdout.strip()
    assert re.search(rf"^Uid:\s+{iam}\s+{iam}\s+{iam}\s+{iam}$", status, re.M)
    for caps in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert re.search(rf"^{caps}:\s+0+$", status, re.M), caps
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.M)


def test_systemd_finds_little_that_the_daemon_is_exposed_to(host):
    verdict = host.run(["systemd-analyze", "security", "--no-pager", "iamd.service"]).stdout
    exposure = float(re.search(r"exposure level for iamd.service: ([\d.]+)", verdict).group(1))
    assert exposure <= EXPOSURE_LIMIT, verdict


def test_the_units_have_nothing_that_systemd_complains_about(host):
    units = ["iamd.service", "iamd-keygen.service", "iam-sudoers.service", "iam-sudoers.path",
             *SOCKETS]
    checked = host.run(["systemd-analyze", "verify", "--man=no", *units], check=False)
    ours = [line for line in checked.stderr.splitlines() if "iam" in line]
    assert checked.returncode == 0 and not ours, checked.stderr


def test_the_key_is_sealed_and_stays_the_same_over_restarts(host):
    host.run(["systemctl", "restart", "iamd.service"])
    sealed = host.run(["sha256sum", "/etc/credstore.encrypted/iamd.kek"]).stdout
    host.run(["systemctl", "restart", "iamd-keygen.service", "iamd.service"])
    assert host.run(["sha256sum", "/etc/credstore.encrypted/iamd.kek"]).stdout == sealed
    assert host.run(["stat", "-c", "%a %U", "/etc/credstore.encrypted"]).stdout == "700 root\n"


def test_a_killed_daemon_comes_back_by_itself(host):
    host.run(["systemctl", "start", "iamd.service"])
    before = main_pid(host)
    host.run(["systemctl", "kill", "--signal=SIGKILL", "iamd.service"])
    wait_until(lambda: main_pid(host) not in (before, "0"), 15, "another daemon")


def test_a_bad_configuration_is_refused_with_file_and_line(host):
    host.path("/etc/iam/iamd.conf").write_text("[http]\nbase_url = nonsense\n")
    try:
        checked = host.run(["iamd", "--check-config"], check=False)
        assert checked.returncode != 0
        assert "/etc/iam/iamd.conf:2" in checked.stderr
        assert host.run(["systemctl", "restart", "iamd.service"], check=False).returncode != 0
    finally:
        host.path("/etc/iam/iamd.conf").unlink()
        host.run(["systemctl", "reset-failed", "iamd.service"], check=False)
    host.run(["systemctl", "start", "iamd.service"])


def test_the_pam_profile_comes_and_goes_without_a_trace(host):
    def files() -> list[str]:
        return [host.run(["cat", f"/etc/pam.d/{name}"]).stdout for name in PAM_FILES]

    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "pam-auth-update", "--package"]
    before = files()
    host.run(quiet)
    with_us = files()
    assert all("pam_iam.so" in text for text in with_us)
    auth = [line for line in with_us[0].splitlines() if not line.startswith("#") and line.strip()]
    assert "pam_iam.so" in auth[0], "pam_iam must be asked before pam_unix"
    host.run([*quiet, "--remove", "iam"])
    assert files() == before
