# SPDX-License-Identifier: Apache-2.0
"""A snapshot that an attacker or a broken disk has written, as every program of the host meets it.

The reader itself is fuzzed (fuzz/fuzz_directory.c); here it is libc that asks, for root, for a
local user and for alice, and nobody may become somebody else.
"""

import os
import random
import struct
import zlib

import pytest

from tests.integration.conftest import FULL, LOCAL_PASSWORD
from tests.rig.iamd import Iamd
from tests.rig.sandbox import Sandbox

SNAPSHOT = "/var/lib/iam/public/directory.v1"
# Of directory/layout.h.
AT_HEADER_SIZE, AT_CHECKSUM, AT_FILE_SIZE, AT_SECTIONS, SECTIONS = 12, 16, 40, 80, 12
ROUNDS = 200 if FULL else 12

LOCAL = "getent passwd root localuser; getent group sudo root; id root; id localuser"
OURS = "getent passwd alice {uid} 0; id alice; getent passwd; getent group team {gid} 27 sudo; " \
       "getent group"


class Realm:
    def __init__(self, box: Sandbox):
        self.box = box
        iamd = Iamd(box, "demo")
        iamd.ctl("setup", "--realm", "demo")
        self.uid = iamd.ask("user", "create", "alice", "--realm", "demo")["uid"]
        self.gid = iamd.ask("group", "create", "team", "--realm", "demo")["gid"]
        iamd.ctl("group", "add", "team", "alice", "--realm", "demo")
        iamd.ctl("wait")
        # By SIGKILL: nothing is to be published over ours, and nobody asked instead.
        iamd.kill()
        box.run(["rm", "-r", "/run/iam"])
        self.good = box.path(SNAPSHOT).read_bytes()
        self.local = self.ask(LOCAL)
        self.whole = self.ask(self.ours)

    @property
    def ours(self) -> str:
        return OURS.format(uid=self.uid, gid=self.gid)

    def ask(self, script: str) -> list[str]:
        """One program after the other; what a crash of one looks like is seen by its status."""
        watched = "; ".join(f"{command}; [ $? -lt 128 ] || echo crashed: $?"
                            for command in script.split("; "))
        return self.box.run(["bash", "-c", watched]).stdout.splitlines()

    def publish(self, data: bytes):
        path = self.box.path(SNAPSHOT)
        owner = path.stat()
        new = path.with_name("directory.new")
        new.write_bytes(data)
        new.chmod(0o644)
        os.chown(new, owner.st_uid, owner.st_gid)
        new.rename(path)


@pytest.fixture(scope="module")
def realm():
    with Sandbox("hostile") as box:
        box.add_local_user("localuser", LOCAL_PASSWORD, "sudo")
        yield Realm(box)


def checked(data: bytes) -> bytes:
    """With the header's checksum made right: an attacker can count, too."""
    (size,) = struct.unpack_from("<I", data, AT_HEADER_SIZE)
    header = bytearray(data[:size])
    header[AT_CHECKSUM:AT_CHECKSUM + 4] = bytes(4)
    return data[:AT_CHECKSUM] + struct.pack("<I", zlib.crc32(header)) + data[AT_CHECKSUM + 4:]


def with_word(data: bytes, at: int, form: str, number: int) -> bytes:
    return data[:at] + struct.pack(form, number) + data[at + struct.calcsize(form):]


def must_be_harmless(realm: Realm, data: bytes, what: str):
    """Nobody but root is uid 0, nobody of ours is in a group of the machine, and nothing crashes."""
    realm.publish(data)
    assert realm.ask(LOCAL) == realm.local, what
    for line in realm.ask(realm.ours):
        assert not line.startswith("crashed"), f"{what}: {line}"
        fields = line.split(":")
        if len(fields) in (4, 7) and fields[2] in ("0", "27"):
            assert line in realm.whole, f"{what}: {line}"
        if line.startswith("uid=") and "(alice)" in line:
            assert "=0(" not in line and "27(sudo)" not in line, f"{what}: {line}"


def test_the_snapshot_that_is_spoilt_below_is_a_good_one(realm):
    assert any(line.startswith("alice:*:") for line in realm.whole)
    assert checked(realm.good) == realm.good
    must_be_harmless(realm, realm.good, "untouched")


@pytest.mark.parametrize("uid", [0, 1, 27, 999, 65534, 0xFFFFFFFF])
def test_no_number_of_the_machine_is_believed(realm, uid):
    for number in (realm.uid, realm.gid):
        bad = realm.good.replace(struct.pack("<I", number), struct.pack("<I", uid))
        assert bad != realm.good
        must_be_harmless(realm, bad, f"{number} -> {uid}")
        realm.publish(bad)
        if number == realm.uid:
            assert realm.box.run(["getent", "passwd", "alice"], check=False).returncode == 2


@pytest.mark.parametrize("count_too", [False, True])
def test_a_truncated_file_answers_nothing(realm, count_too):
    size = len(realm.good)
    for length in sorted({0, 1, 8, AT_SECTIONS, AT_SECTIONS + 16 * SECTIONS, 4096, size // 2,
                          size - 64, size - 1} & set(range(size))):
        bad = realm.good[:length]
        if count_too and length > AT_SECTIONS + 16 * SECTIONS:
            bad = checked(with_word(bad, AT_FILE_SIZE, "<Q", length))
        must_be_harmless(realm, bad, f"cut at {length}")
        assert realm.box.run(["getent", "passwd", "nobody-there"], check=False).returncode == 2


@pytest.mark.parametrize("section", range(SECTIONS))
def test_no_offset_leads_out_of_the_file(realm, section):
    at = AT_SECTIONS + 16 * section
    for offset in (len(realm.good), len(realm.good) - 4, 1, 2**32, 2**63, 2**64 - 8):
        for field in (at, at + 8):
            bad = checked(with_word(realm.good, field, "<Q", offset))
            must_be_harmless(realm, bad, f"section {section}: {field} = {offset}")


def test_random_bytes_make_nobody_root_and_nothing_crash(realm):
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        body = bytearray(realm.good)
        begin = 0 if seed % 4 == 0 else AT_SECTIONS + 16 * SECTIONS
        for _ in range(1 + len(body) // 100):
            body[chance.randrange(begin, len(body))] = chance.randrange(256)
        must_be_harmless(realm, bytes(body), f"seed {seed}")
    must_be_harmless(realm, random.Random(1).randbytes(len(realm.good)), "noise")
