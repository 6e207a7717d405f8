# SPDX-License-Identifier: Apache-2.0
"""The names of a large realm, as every program sees them, against /etc/passwd as the oracle.

The same questions go to two sandboxes: one asks nss_iam, the other has the same people written into
its local files.  Their answers must not differ by a byte.
"""

import difflib
import itertools

import pytest

from tests.integration.conftest import FULL
from tests.rig import states
from tests.rig.iamd import Iamd
from tests.rig.process import wait_until
from tests.rig.sandbox import Sandbox
from tests.rig.varlink import Varlink

REALM = "demo"
USERS = 10_000
GROUPS = 20
# Of another realm, which this host does not serve: they must cost nothing and show nowhere.
STRANGERS = 100_000 if FULL else 100


def members(group: int, users: int) -> list[str]:
    """Every user is in two groups; the last group stays empty."""
    return [f"user{n:05}" for n in range(users)
            if group < GROUPS - 1 and group in (n % (GROUPS - 1), (n * 7 + 3) % (GROUPS - 1))]


def fill(box: Sandbox, users: int) -> tuple[dict[str, int], dict[str, int]]:
    """Makes the realm's people; returns the numbers that they and the groups were given."""
    uids, gids = {}, {}
    with Varlink(box) as admin:
        for n in range(users):
            made = admin.call("org.iamd.Admin.UserCreate", name=f"user{n:05}", realm=REALM,
                              displayName=f"Person {n}")
            uids[made["name"]] = made["uid"]
        for group in range(GROUPS):
            made = admin.call("org.iamd.Admin.GroupCreate", name=f"group{group:02}", realm=REALM)
            gids[made["name"]] = made["gid"]
            for user in members(group, users):
                admin.call("org.iamd.Admin.GroupAdd", name=made["name"], user=user, realm=REALM)
        wait_until(lambda: admin.call("org.iamd.Admin.Wait")["published"], 30, "publication")
    return uids, gids


def write_oracle(box: Sandbox, uids: dict[str, int], gids: dict[str, int]):
    passwd = [f"{name}:*:{uid}:{uid}:Person {int(name[4:])}:/home/{name}:/bin/bash"
              for name, uid in uids.items()]
    group = [f"{name}:*:{uid}:" for name, uid in uids.items()]
    group += [f"{name}:*:{gid}:{','.join(members(int(name[5:]), len(uids)))}"
              for name, gid in gids.items()]
    for file, lines in (("/etc/passwd", passwd), ("/etc/group", group)):
        box.write(file, box.read(file) + "\n".join(lines) + "\n")


def add_strangers(box: Sandbox):
    with Varlink(box) as admin:
        admin.call("org.iamd.Admin.RealmCreate", name="other")
        for n in range(STRANGERS):
            admin.call("org.iamd.Admin.UserCreate", name=f"stranger{n:06}", realm="other")


@pytest.fixture(scope="module")
def pair():
    """(the iamd of the one that asks nss_iam, the one that has it all in files, the users' uids)"""
    with Sandbox("names") as ours, Sandbox("names-oracle") as oracle:
        iamd = Iamd(ours, REALM)
        iamd.ctl("setup", "--realm", REALM)
        add_strangers(ours)
        uids, gids = fill(ours, USERS)
        for folder in ("/etc/passwd", "/etc/group"):
            oracle.write(folder, ours.read(folder))
        write_oracle(oracle, uids, gids)
        yield iamd, oracle, uids


def answer(box: Sandbox, script: str) -> str:
    done = box.run(["bash", "-c", script], check=False, timeout=300)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def both(pair, question: str) -> tuple[str, str]:
    """The files are asked once: nothing is ever the matter with them."""
    iamd, oracle, uids = pair
    script = asked(question, uids)
    if question not in ORACLE:
        ORACLE[question] = answer(oracle, script)
    return answer(iamd.box, script), ORACLE[question]


def must_agree(seen: str, wanted: str):
    """A failing comparison of ten thousand lines should show the first that differ."""
    lines = difflib.unified_diff(wanted.splitlines(), seen.splitlines(), "files", "iam", "", "", 0)
    first = [line[:300] for line in itertools.islice(lines, 12)]
    assert not first, "\n".join(first)


QUESTIONS = {
    "all users": "getent passwd | LC_ALL=C sort",
    "all groups": "getent group | LC_ALL=C sort",
    "users by name": "getent passwd {names}",
    "users by number": "getent passwd {numbers}",
    "private groups by name": "getent group {names}",
    "private groups by number": "getent group {numbers}",
    "groups with members": "getent group $(seq -f 'group%02g' 0 19)",
    "id": "for name in {some}; do id $name; done",
    "ls -l": "mkdir -p /tmp/owned; cd /tmp/owned; {files}; ls -l --time-style=+ | tail -n +2",
    "almost names": "getent passwd USER00001 user0 user00001x '' ' user00001' nobody-of-that-name",
    "odd names": "getent passwd user00001:x 'user00001\n' stranger000001 stranger000001@other",
    "numbers of nobody": "getent passwd 4242424 4294967295 -1; getent group 4242424 4294967295 -1",
    "id of nobody": "id nobody-of-that-name; id stranger000001",
}
ORACLE: dict[str, str] = {}


def asked(question: str, uids: dict[str, int]) -> str:
    names = list(uids)
    some = names[::max(1, len(names) // 50)]
    words = {"names": " ".join(names), "some": " ".join(some),
             "numbers": " ".join(str(uid) for uid in uids.values()),
             "files": "; ".join(f"touch {name}; chown {uids[name]}:{uids[name]} {name}"
                                for name in some)}
    script = QUESTIONS[question]
    for word, text in words.items():
        script = script.replace("{" + word + "}", text)
    return script


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_gets_the_answer_of_the_files(pair, question):
    seen, wanted = both(pair, question)
    if question in ("all users", "all groups"):
        assert len(wanted.splitlines()) > USERS
    must_agree(seen, wanted)


@pytest.mark.parametrize("state", [states.silent, states.killed, states.never_started],
                         ids=lambda state: state.__name__)
def test_the_answers_are_the_same_when_iamd_is_away(pair, state):
    with state(pair[0]):
        for question in QUESTIONS:
            must_agree(*both(pair, question))
