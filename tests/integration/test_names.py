# SPDX-License-Identifier: Apache-2.0
"""The names of a large realm, as every program sees them, against /etc/passwd as the oracle.

The same questions go to two sandboxes: one asks nss_iam, the other has the same people written into
its local files.  Their answers must not differ by a byte.
"""

import difflib
import itertools

import pytest

from tests.rig.iamd import Iamd
from tests.rig.process import wait_until
from tests.rig.sandbox import Sandbox
from tests.rig.varlink import Varlink

REALM = "demo"
GROUPS = 20


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


@pytest.fixture(scope="module")
def pair():
    """(asks nss_iam, has it all in files, the numbers of the users)"""
    with Sandbox("names") as ours, Sandbox("names-oracle") as oracle:
        iamd = Iamd(ours, REALM)
        iamd.ctl("setup", "--realm", REALM)
        uids, gids = fill(ours, 10_000)
        for folder in ("/etc/passwd", "/etc/group"):
            oracle.write(folder, ours.read(folder))
        write_oracle(oracle, uids, gids)
        yield ours, oracle, uids


def both(pair, script: str) -> tuple[str, str]:
    ours, oracle, _ = pair
    answers = [box.run(["bash", "-c", script], check=False, timeout=300) for box in (ours, oracle)]
    return tuple(f"{done.returncode}\n{done.stdout}{done.stderr}" for done in answers)


def must_agree(seen: str, wanted: str):
    """A failing comparison of ten thousand lines should show the first that differ."""
    lines = difflib.unified_diff(wanted.splitlines(), seen.splitlines(), "files", "iam", "", "", 0)
    first = [line[:300] for line in itertools.islice(lines, 12)]
    assert not first, "\n".join(first)


@pytest.mark.parametrize("table", ["passwd", "group"])
def test_enumeration_gives_everybody_once(pair, table):
    seen, wanted = both(pair, f"getent {table} | LC_ALL=C sort")
    assert len(wanted.splitlines()) > len(pair[2])
    must_agree(seen, wanted)


@pytest.mark.parametrize("script", [
    "getent passwd {names}", "getent passwd {numbers}", "getent group {names}",
    "getent group {numbers}", "getent group $(seq -f 'group%02g' 0 19)",
    "for name in {some}; do id $name; done",
    "getent passwd USER00001 user0 user00001x '' ' user00001' nobody-of-that-name 4242424",
    "getent passwd user00001:x 'user00001\n'", "id nobody-of-that-name",
])
def test_every_question_gets_the_answer_of_the_files(pair, script):
    names = list(pair[2])
    words = {"names": " ".join(names), "some": " ".join(names[::max(1, len(names) // 50)]),
             "numbers": " ".join(str(uid) for uid in pair[2].values())}
    for word, text in words.items():
        script = script.replace("{" + word + "}", text)
    seen, wanted = both(pair, script)
    must_agree(seen, wanted)


def test_ls_shows_the_owners_by_name(pair):
    uids = pair[2]
    make = "; ".join(f"touch {name}; chown {uid}:{uid} {name}"
                     for name, uid in list(uids.items())[::max(1, len(uids) // 100)])
    seen, wanted = both(pair, f"mkdir /tmp/owned; cd /tmp/owned; {make}; "
                              "ls -l --time-style=+ | tail -n +2")
    assert "user00000 user00000" in wanted
    must_agree(seen, wanted)
