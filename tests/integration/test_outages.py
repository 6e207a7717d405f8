# SPDX-License-Identifier: Apache-2.0
"""Who gets in, and who is known, while iamd is well, silent, dead, absent, or without a snapshot.

Local accounts must not notice any of it; a realm user is refused when nobody can decide, and never
let in by a fault; a name that exists nowhere is refused always.
"""

import time

import pytest

from tests.integration.conftest import LOCAL_PASSWORD
from tests.rig.demo import Demo
from tests.rig.dialogue import Outcome
from tests.rig.doors import PASSWORD_PROMPT, terminal_answers
from tests.rig.sandbox import Sandbox
from tests.rig.states import (killed, killed_without_snapshot, never_started,
                              never_started_without_snapshot, silent, silent_without_snapshot, well,
                              without_snapshot)

NOWHERE = "nobody-of-that-name"
ALWAYS, NEVER = {"root", "localuser"}, {NOWHERE}
# The slowest answer that a person should have to wait for, sshd's own delays included; and the
# slowest that a local account may get, whatever became of iamd.
PATIENCE, LOCAL_PATIENCE = 15, 5


@pytest.fixture(scope="module")
def outage():
    with Sandbox("outages") as box:
        box.add_local_user("localuser", LOCAL_PASSWORD, "sudo")
        box.run(["chpasswd", "-c", "SHA512"], input=f"root:{LOCAL_PASSWORD}\n")
        demo = Demo(box)
        demo.key = demo.sshd.make_key("root", "localuser", "alice", NOWHERE)
        yield demo


# The state, whether alice gets in, whether her name is known.
STATES = [(well, True, True), (silent, False, True), (killed, False, True),
          (never_started, False, True), (without_snapshot, True, True),
          (silent_without_snapshot, False, False), (killed_without_snapshot, False, False),
          (never_started_without_snapshot, False, False)]
each_state = pytest.mark.parametrize("state, alice_enters, alice_is_known", STATES,
                                     ids=[state[0].__name__ for state in STATES])


@pytest.fixture(scope="module")
def table(request, outage):
    """Who got in, in how many seconds, as a table at the end of the run."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    yield rows
    people = ["root", "localuser", "alice", NOWHERE]
    lines = [f"{'iamd is':32}{'by':10}" + "".join(f"{person:>16.15}" for person in people)]
    lines += [f"{state.replace('_', ' '):32}{by:10}" +
              "".join(f"{row.get(person, '-'):>16}" for person in people)
              for (state, by), row in rows.items()]
    (outage.box.logs / "who-gets-in.txt").write_text("\n".join(lines) + "\n")
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    for line in ["", *lines]:
        terminal.write_line(line)


def knock(demo: Demo, user: str, by: str) -> Outcome:
    if by == "key":
        return demo.sshd.login(user, key=demo.key)
    answers = (terminal_answers(demo.alice) if user == "alice"
               else {PASSWORD_PROMPT: LOCAL_PASSWORD})
    return demo.sshd.login(user, answers)


def what_a_stranger_sees(outcome: Outcome, user: str) -> tuple:
    return outcome.status, outcome.prompts, outcome.output.replace(user, "NAME")


@each_state
@pytest.mark.parametrize("by", ["password", "key"])
def test_who_gets_in(outage, table, state, alice_enters, alice_is_known, by):
    expected = {user: True for user in ALWAYS} | {user: False for user in NEVER}
    expected["alice"] = alice_enters
    seen, slow, strangers = {}, {}, {}
    with state(outage.iamd):
        for user in expected:
            if by == "password" and user == "alice":
                outage.alice.totp.wait_for_fresh()
            begin = time.monotonic()
            outcome = knock(outage, user, by)
            seen[user] = outcome.ok
            strangers[user] = what_a_stranger_sees(outcome, user)
            took = time.monotonic() - begin
            row = table.setdefault((state.__name__, by), {})
            row[user] = f"{'in' if seen[user] else 'refused'} {took:.1f} s"
            if took > (LOCAL_PATIENCE if user in ALWAYS else PATIENCE):
                slow[user] = took
    assert seen == expected
    assert not slow
    if not alice_enters and by == "password":
        # Law 4 holds while iamd is away, too.
        assert strangers["alice"] == strangers[NOWHERE]


@each_state
def test_who_is_known(outage, state, alice_enters, alice_is_known):
    queries = {("getent", "passwd", "root"): 0, ("getent", "passwd", "localuser"): 0,
               ("id", "localuser"): 0, ("getent", "passwd", NOWHERE): 2,
               ("getent", "passwd", "4242424"): 2, ("getent", "group", NOWHERE): 2,
               ("getent", "passwd", "alice"): 0 if alice_is_known else 2,
               ("id", "alice"): 0 if alice_is_known else 1}
    seen, slow = {}, {}
    with state(outage.iamd):
        for query in queries:
            begin = time.monotonic()
            seen[query] = outage.box.run(list(query), check=False).returncode
            if time.monotonic() - begin > 2:
                slow[query] = time.monotonic() - begin
    assert seen == queries
    assert not slow
