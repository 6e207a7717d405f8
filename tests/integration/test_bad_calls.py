# SPDX-License-Identifier: Apache-2.0
"""Bad input at every method of the local sockets, by root and by a plain user: each field wrong in each
way is named, and what is no call is told so.  Made from the daemon's own tables, as test_bad_input.py is."""

import socket

import pytest

from tests.rig.demo import REALM, make_person
from tests.rig.iamd import Iamd
from tests.rig.outcomes import Table, memory_of, tell
from tests.rig.rough import NO_CALLS, RoughVarlink, doors, knock

NOBODY = 65534
PATIENCE = 11  # seconds; see IPC_MESSAGE_DEADLINE
MEMORY = 3 << 20


@pytest.fixture(scope="module")
def iamd(box):
    daemon = Iamd(box, REALM)
    daemon.ctl("setup", "--realm", REALM)
    for name in ("alice", "bob"):
        make_person(daemon, name, name.title())
    daemon.ctl("user", "disable", "bob", "--realm", REALM)
    daemon.ctl("wait")
    return daemon


# Of another type than each kind of field has.
WRONG = {"string": [1, True, [], {}, ["a"]], "secret": [1, True, [], {}], "int": ["1", True, [], {}],
         "bool": [1, "true", [], {}], "time": ["1", True, [], -1], "list": [1, "a", {}, [1], [[]]],
         "objects": [1, "a", {}, [1]]}
# The methods whose fields no table of wire/ has: name, type, least, most, whether it must be there.
LOOKUP_FIELDS = {
    "org.iamd.Lookup.User": [("name", "string", 1, 65, False), ("uid", "int", 0, 2**32 - 1, False)],
    "org.iamd.Lookup.Group": [("name", "string", 1, 65, False), ("gid", "int", 0, 2**32 - 1, False)],
    "org.iamd.Lookup.SshKeys": [("name", "string", 1, 65, True),
                                ("fingerprint", "string", 50, 50, False)],
}


def fields_of(method: dict) -> list[dict]:
    if method["socket"] != "lookup":
        return method["fields"]
    return [dict(zip(("name", "type", "min", "max", "required"), row, strict=True))
            for row in LOOKUP_FIELDS[method["name"]]]


def fitting(given: dict):
    """A value that its field takes."""
    if given["type"] in ("string", "secret"):
        return given.get("choices", "").split(" ")[0] or "x" * max(given["min"], 1)
    return {"int": max(given["min"], 0), "time": 1, "bool": True, "list": [], "objects": []}[given["type"]]


def beyond(given: dict):
    """Values of the right type outside of the limits, and what is said of them."""
    if given["type"] in ("string", "secret"):
        yield "x" * (given["max"] + 1), "TooLarge"
        yield "x" * 40000, "TooLarge"
        if given["min"] > 0:
            yield "x" * (given["min"] - 1), "Invalid"
        if "choices" in given:
            yield "rough", "Invalid"
    elif given["type"] == "int":
        if given["max"] < 2**53 - 1:
            yield given["max"] + 1, "Invalid"
        if given["min"] > -2**53:
            yield given["min"] - 1, "Invalid"
    elif given["type"] == "list":
        yield ["x"] * (given["max"] + 1), "TooLarge"
        yield ["x" * 3000], "TooLarge"


def ask_method(table: Table, channel: RoughVarlink, method: dict):
    """Each field wrong in each way, with all others as they must be."""
    name, fields = method["name"], fields_of(method)
    good = {given["name"]: fitting(given) for given in fields if given["required"]}

    def note(what: str, given: dict, value, expected: str):
        reply = channel.call(name, good | {given["name"]: value})
        table.note(name, what, reply, expected)
        if reply.where != given["name"]:
            table.faults.append(f"{name}: {reply.where!r} is named instead of {given['name']}")

    for given in fields:
        for value in WRONG[given["type"]]:
            note(f"a {given['type']} of another type", given, value, "Invalid")
        for value, expected in beyond(given):
            note(f"a {given['type']} out of its limits", given, value, expected)
        if given["required"]:
            note("a required field null", given, None, "Missing")
            rest = {key: value for key, value in good.items() if key != given["name"]}
            table.note(name, "a field missing", channel.call(name, rest), "Missing")
    table.note(name, "an unknown field", channel.call(name, good | {"rough": 1}), "UnknownField")


def ask_socket(table: Table, box, name: str, uid: int = 0):
    door = f"{name}.socket{' as a plain user' if uid else ''}"
    for what, data in NO_CALLS.items():
        channel = RoughVarlink(box, name, uid)
        table.note(door, what, channel.send(data), "RequestInvalid")
        if not channel.is_hung_up():
            table.faults.append(f"{door}: goes on after {what}")
    channel = RoughVarlink(box, name, uid)
    table.note(door, "70,000 bytes without an end", channel.send(b"x" * 70000), "TooLarge")
    assert channel.is_hung_up()
    for method in ("org.iamd.Rough.Rough", "org.iamd.Admin.", "a.B", "org.varlink.service.Getinfo"):
        if not method.endswith("."):
            table.note(door, "methods that are none", channel.call(method, {}), "UnknownMethod")
    channel.close()
    for what, bytes_of in (("cut in a call", b'{"method":"org.iamd'), ("nothing at all", b"")):
        with knock(box, f"{name}.socket", uid) as cut:
            cut.sendall(bytes_of)
            cut.shutdown(socket.SHUT_WR)
            cut.settimeout(PATIENCE)
            assert cut.recv(1) == b"", f"{door}: {what}"


def test_every_method_names_the_field_that_is_wrong(iamd):
    table = Table()
    channels = {name: RoughVarlink(iamd.box, name) for name in ("lookup", "auth", "admin")}
    for name in channels:
        ask_socket(table, iamd.box, name)
    before = memory_of(iamd)
    for method in doors()["methods"]:
        ask_method(table, channels[method["socket"]], method)
    grown = memory_of(iamd) - before
    tell("bad-methods", f"{table}\nmemory: {grown >> 10} KiB more")
    assert not table.faults, "\n".join(table.faults)
    assert grown < MEMORY
    for channel in channels.values():
        assert not channel.call("org.varlink.service.GetInfo").error
        channel.close()


def test_a_plain_user_is_refused_alike_whoever_he_asks_about(iamd):
    table, box = Table(), iamd.box
    for name in ("lookup", "auth"):
        ask_socket(table, box, name, NOBODY)
    for name in ("admin", "http"):
        with pytest.raises(PermissionError):
            knock(box, f"{name}.socket", NOBODY)
    channel = RoughVarlink(box, "auth", NOBODY)
    for method in ("Start", "Account"):
        name = f"org.iamd.Login.{method}"
        table.all_alike(f"{name} as a plain user", {
            what: channel.call(name, {"user": user}) for what, user in (
                ("known user", "alice"), ("disabled user", "bob"), ("nobody", "guest"),
                ("a local account", "root"), ("a name that is none", "a b\u00e4"))}, "Denied")
    for method in doors()["methods"]:
        if method["root_only"]:
            good = {given["name"]: fitting(given) for given in method["fields"] if given["required"]}
            table.note(f"{method['name']} as a plain user", "as root would", channel.call(
                method["name"], good), "Denied")
    channel.close()
    tell("bad-plain-user", table)
    assert not table.faults, "\n".join(table.faults)
