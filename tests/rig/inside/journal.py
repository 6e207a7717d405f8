# SPDX-License-Identifier: Apache-2.0
"""Takes the journal's place in a sandbox: what programs log comes out on stdout, a line each.

Both ways in are served: syslog(3) on /dev/log (sshd, sudo, PAM) and the native protocol of
sd_journal_send(3) on /run/systemd/journal/socket.
"""

import array
import mmap
import os
import re
import selectors
import socket
import struct

SYSLOG, NATIVE = "/dev/log", "/run/systemd/journal/socket"
LIMIT = 1 << 20
# What the journal adds or what says where in the source a line was written: not for reading.
QUIET = {"MESSAGE", "SYSLOG_IDENTIFIER", "PRIORITY", "CODE_FILE", "CODE_LINE", "CODE_FUNC",
         "SYSLOG_FACILITY", "SYSLOG_PID", "TID", "ERRNO"}


def listen(path: str) -> socket.socket:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(path)
    os.chmod(path, 0o666)
    return sock


def receive(sock: socket.socket) -> bytes:
    """One message; a long native one comes as a file descriptor instead."""
    data, ancillary, _, _ = sock.recvmsg(LIMIT, socket.CMSG_SPACE(4))
    fds = array.array("i")
    for level, kind, payload in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(payload)
    for fd in fds:
        if os.fstat(fd).st_size:
            with mmap.mmap(fd, 0, prot=mmap.PROT_READ) as view:
                data = view[:LIMIT]
        os.close(fd)
    return data


def native_fields(data: bytes) -> dict[str, str]:
    fields, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        name, equals, value = data[at:end].partition(b"=")
        at = end + 1
        if not equals:
            (size,) = struct.unpack_from("<Q", data, at)
            value = data[at + 8:at + 8 + size]
            at += 8 + size + 1
        fields[name.decode(errors="replace")] = value.decode(errors="replace")
    return fields


def native_line(data: bytes) -> str:
    fields = native_fields(data)
    more = " ".join(f"{name}={value}" for name, value in fields.items() if name not in QUIET)
    who = fields.get("SYSLOG_IDENTIFIER", "?")
    return f"{who}: {fields.get('MESSAGE', '')}" + (f" [{more}]" if more else "")


def syslog_line(data: bytes) -> str:
    """<priority>Mmm dd hh:mm:ss program[pid]: text"""
    text = data.decode(errors="replace").rstrip("\n\0")
    return re.sub(r"^<\d+>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?", "", text)


def main():
    chooser = selectors.DefaultSelector()
    chooser.register(listen(SYSLOG), selectors.EVENT_READ, syslog_line)
    chooser.register(listen(NATIVE), selectors.EVENT_READ, native_line)
    print("listening", flush=True)
    while True:
        for key, _ in chooser.select():
            try:
                line = key.data(receive(key.fileobj))
            except (ValueError, struct.error) as error:
                line = f"unreadable journal message: {error}"
            print(line.replace("\n", "\\n"), flush=True)


if __name__ == "__main__":
    main()
