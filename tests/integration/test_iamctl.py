# SPDX-License-Identifier: Apache-2.0
"""iamctl at a terminal, in a pipe, and where iamd is not: what README and --help promise."""

import json
import subprocess

import pytest

from tests.rig.dialogue import finish, spawn
from tests.rig.iamd import Iamd
from tests.rig.sandbox import Sandbox

PASSWORD = "violet tandem ostrich"


@pytest.fixture(scope="module")
def iamd():
    with Sandbox("iamctl") as box:
        daemon = Iamd(box, "demo")
        daemon.ctl("setup", "--realm", "demo")
        daemon.ctl("user", "create", "alice", "--display-name", "Alice")
        yield daemon


def at_terminal(iamd, *words, answers=None):
    child = spawn(iamd.box.command(["iamctl", *words]), iamd.box.environment())
    return finish(child, answers or {})


def test_a_password_is_asked_for_twice_and_not_shown(iamd):
    done = at_terminal(iamd, "user", "set-password", "alice",
                       answers={"password: ": PASSWORD, "once more: ": PASSWORD})
    assert done.ok, done.output
    assert len(done.prompts) == 2
    assert PASSWORD not in done.output
    assert iamd.ask("user", "show", "alice")["factors"] == ["password"]


def test_two_different_answers_change_nothing(iamd):
    before = iamd.ask("user", "show", "alice")["updatedAt"]
    done = at_terminal(iamd, "user", "set-password", "alice",
                       answers={"password: ": PASSWORD, "once more: ": "something else"})
    assert done.status == 2
    assert "the two answers differ" in done.output
    assert iamd.ask("user", "show", "alice")["updatedAt"] == before


def test_without_a_terminal_a_secret_is_not_waited_for(iamd):
    # Whoever runs the tests may have a terminal: a session of its own has none.
    done = iamd.box.run(["setsid", "-w", "iamctl", "user", "set-password", "alice"], check=False)
    assert done.returncode == 2
    assert "--stdin" in done.stderr


def test_enrolling_draws_the_code_on_a_terminal_only(iamd):
    iamd.ctl("user", "create", "guest")
    done = at_terminal(iamd, "user", "totp", "enrol", "guest")
    assert done.ok and "otpauth://totp/" in done.output
    assert sum("\u2580" in line for line in done.output.splitlines()) > 15
    iamd.ctl("user", "totp", "remove", "guest")
    assert "\u2580" not in iamd.ctl("user", "totp", "enrol", "guest").stdout


def test_all_pages_of_a_list_are_one_object_for_programs(iamd):
    for i in range(120):
        iamd.ctl("user", "create", f"many{i:03}", "--no-posix")
    names = [user["name"] for user in iamd.ask("user", "list", "many")["users"]]
    assert names == [f"many{i:03}" for i in range(120)]
    assert len(iamd.ctl("user", "list", "many").stdout.splitlines()) == 121
    page = iamd.ask("user", "list", "many", "--limit", "2")
    assert page["next"] == "many001" and len(page["users"]) == 2


def test_following_shows_each_event_once_and_outlives_a_restart(iamd):
    follow = iamd.box.start(["iamctl", "audit", "list", "--follow", "--json", "--event", "group."],
                            "follow", stdout=subprocess.PIPE)
    iamd.ctl("group", "create", "eng")
    assert json.loads(follow.stdout.readline())["target"] == "eng"
    iamd.stop()
    iamd.start()
    for name in ("ops", "net", "dev"):
        iamd.ctl("group", "create", name)
    seen = [json.loads(follow.stdout.readline())["target"] for _ in range(3)]
    assert seen == ["ops", "net", "dev"]


@pytest.mark.parametrize("words, code, said", [
    (["user", "show", "nobody-here"], 1, 'name "nobody-here": no such object'),
    (["user", "create", "alice"], 1, 'name "alice": an object of that name exists'),
    (["user", "create", "Alice"], 1, 'name "Alice": a value is not acceptable'),
    (["client", "create", "x", "--redirect-uri", "/x"], 1, "--redirect-uri: a value is not"),
    (["user", "creat", "alice"], 2, "no operation"),
    (["user", "set-password", "alice", "--password", PASSWORD], 2, "never arguments"),
    (["--socket", "/run/iam/nothing.socket", "status"], 3, "does not answer"),
    (["--socket", "/tmp/admin.socket", "status"], 3, "is not iamd's"),
])
def test_exit_codes_say_what_kind_of_failure_it_was(iamd, words, code, said):
    done = iamd.ctl(*words, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert PASSWORD not in done.stderr


def test_who_is_not_root_is_told_so(iamd):
    iamd.box.add_local_user("visitor", "a local passphrase")
    done = iamd.ctl("status", check=False, user="visitor")
    assert done.returncode == 3
    assert "only root and the group iam-admin" in done.stderr
