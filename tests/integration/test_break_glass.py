# SPDX-License-Identifier: Apache-2.0
"""Law 12: with iamd away, root and local accounts log in as if it had never been installed."""

import time

import pytest

from tests.integration.conftest import LOCAL_PASSWORD
from tests.rig.iamd import switch_on_names


@pytest.fixture(scope="module", autouse=True)
def names_by_iam(box):
    """The module is asked for every name, and has neither a snapshot nor a daemon to ask."""
    switch_on_names(box)


@pytest.mark.parametrize("query, status", [
    (["getent", "passwd", "root"], 0), (["getent", "passwd", "localuser"], 0),
    (["getent", "passwd", "0"], 0), (["getent", "group", "root"], 0), (["id", "localuser"], 0),
    (["getent", "passwd", "no-such-name"], 2), (["getent", "passwd", "4242424"], 2),
    (["getent", "group", "no-such-name"], 2), (["id", "no-such-name"], 1),
])
def test_every_lookup_is_answered_at_once(box, query, status):
    begin = time.monotonic()
    assert box.run(query, check=False).returncode == status
    assert time.monotonic() - begin < 1


def test_the_module_is_really_the_one_that_is_asked(box):
    trace = box.run(["sh", "-c", "LD_DEBUG=files getent passwd no-such-name 2>&1"], check=False)
    assert "libnss_iam.so.2" in trace.stdout


def test_root_and_a_local_user_log_in_by_password_and_by_key(box, sshd):
    box.run(["chpasswd", "-c", "SHA512"], input=f"root:{LOCAL_PASSWORD}\n")
    for user in ("root", "localuser"):
        assert sshd.login(user, {"Password: ": LOCAL_PASSWORD}, "id -un").ok
        assert sshd.login(user, key=sshd.make_key(user)).ok


def test_a_local_user_becomes_root_by_sudo(sshd):
    with sshd.session("localuser", {"Password: ": LOCAL_PASSWORD}) as shell:
        assert shell.run("sudo id -u", {r"\[sudo\] password for localuser: ": LOCAL_PASSWORD}).ok
