# SPDX-License-Identifier: Apache-2.0
"""Bytes as nobody should send them, to an HTTP port or a Unix socket, and what came back.

Raw on purpose: a library would put right, or refuse by itself, just what is to be tried.
"""

import contextlib
import functools
import json
import os
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field

from .host import Host
from .paths import BUILD, RigError
from .sandbox import Sandbox

PATIENCE = 5  # seconds; an answer to nonsense needs no thought
FORM = "application/x-www-form-urlencoded"


@functools.cache
def doors() -> dict:
    """Routes, methods with their fields, and lying redirect URIs, as the daemon's own tables have them."""
    return json.loads(subprocess.run([BUILD / "tests/print_doors"], check=True,
                                     capture_output=True).stdout)


@dataclass
class Reply:
    """status 0 and no error: the daemon hung up without a word."""
    status: int = 0
    error: str = ""
    words: str = ""
    where: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0

    @property
    def said(self) -> str:
        """For the table of outcomes."""
        code = " ".join(str(word) for word in (self.status or "", self.error) if word)
        return f"{code}: {self.words}" if self.words else code or "hung up"

    @property
    def looks(self) -> tuple:
        """All that a stranger can compare; the number of a request is another each time."""
        body = re.sub(r"<code>[0-9a-f]{16}</code>", "", self.body)
        return self.status, body, {name: value for name, value in self.headers.items()
                                   if name not in ("date", "content-length")}


def hear(channel: socket.socket, is_whole, patience: float) -> bytes:
    """What comes until is_whole() says so or the daemon hangs up.  Silence is an error."""
    channel.settimeout(patience)
    got = b""
    while not is_whole(got):
        try:
            more = channel.recv(65536)
        except ConnectionResetError:
            break
        except TimeoutError:
            raise RigError(f"neither an answer nor an end within {patience} s") from None
        if not more:
            break
        got += more
    return got


def exchange(channel: socket.socket, data: bytes, is_whole) -> tuple[bytes, float]:
    began = time.monotonic()
    channel.settimeout(PATIENCE)
    # Who is refused while he still speaks has his answer all the same.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        channel.sendall(data)
    return hear(channel, is_whole, PATIENCE), time.monotonic() - began


def http_is_whole(got: bytes) -> bool:
    head, mark, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return bool(mark) and len(body) >= int(length[1] if length else 0)


def read_http(got: bytes, seconds: float) -> Reply:
    head, _, body = got.decode(errors="replace").partition("\r\n\r\n")
    if not head.startswith("HTTP/1."):
        return Reply(body=head, seconds=seconds)
    lines = [line.partition(":") for line in head.split("\r\n")[1:]]
    headers = {name.lower(): value.strip() for name, _, value in lines}
    # libmicrohttpd's own refusals come twice; the second is no part of the answer.
    body = body[:int(headers.get("content-length", 0))] if body.startswith("<html>") else body
    reply = Reply(int(head.split(" ")[1]), body=body, seconds=seconds, headers=headers)
    if reply.headers.get("content-type", "").startswith("application/json"):
        answer = json.loads(body) if body else {}
        reply.error, reply.words = answer.get("error", ""), answer.get("error_description", "")
    elif reply.status >= 400:
        alert = re.search(r'role="alert">([^<]*)', body)
        reply.words = alert[1] if alert else re.sub(r"<[^>]*>", " ", body).strip()
    return reply


class RoughHttp:
    def __init__(self, box: Sandbox, port: int = 8080):
        self.box, self.port = box, port

    def knock(self) -> socket.socket:
        with self.box.network():
            return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def hear(self, channel: socket.socket, patience: float) -> Reply:
        return read_http(hear(channel, http_is_whole, patience), 0)

    def send(self, data: bytes) -> Reply:
        with self.knock() as channel:
            return read_http(*exchange(channel, data, http_is_whole))

    def ask(self, method: str, target: str, *fields: str, body: bytes | None = None,
            kind: str | None = FORM) -> Reply:
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost:8080", "Connection: close", *fields]
        if body is not None:
            lines += [f"Content-Type: {kind}"] if kind else []
            lines += [] if "Transfer-Encoding: chunked" in fields else [f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return self.send(head + (body or b""))


class ProxyHttp(RoughHttp):
    """The same by the socket for a proxy on this host."""

    def knock(self) -> socket.socket:
        return knock(self.box, "http.socket")


@contextlib.contextmanager
def as_uid(uid: int):
    """This process as somebody without any right, for as long as it takes to knock."""
    groups, gid = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(uid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(gid)
        os.setgroups(groups)


def knock(box: Sandbox | Host, name: str, uid: int = 0, folder: str = "/run/iam") -> socket.socket:
    """A connection of that uid: the daemon asks the kernel who it was that connected."""
    channel = socket.socket(socket.AF_UNIX)
    here = os.open(".", os.O_PATH)
    try:
        os.chdir(box.path(folder))  # the way through /proc is root's alone
        with as_uid(uid) if uid else contextlib.nullcontext():
            channel.connect(name)
    except OSError:
        channel.close()
        raise
    finally:
        os.fchdir(here)
        os.close(here)
    return channel


class RoughVarlink:
    """One connection for as long as the daemon keeps it."""

    def __init__(self, box: Sandbox, name: str, uid: int = 0):
        self._knock = functools.partial(knock, box, f"{name}.socket", uid)
        self._channel = None

    def send(self, data: bytes) -> Reply:
        if self._channel is None:
            self._channel = self._knock()
        got, seconds = exchange(self._channel, data, lambda got: b"\0" in got)
        message, mark, _ = got.partition(b"\0")
        if not mark:
            self.close()
            return Reply(body=message.decode(errors="replace"), seconds=seconds)
        answer = json.loads(message)
        told = answer.get("parameters", {})
        return Reply(0, answer.get("error", "").removeprefix("org.iamd.Error."),
                     told.get("message", ""), told.get("where", ""), body=json.dumps(answer),
                     seconds=seconds)

    def call(self, method, parameters=None, **more) -> Reply:
        message = {"method": method} | ({} if parameters is None else {"parameters": parameters})
        return self.send(json.dumps(message | more).encode() + b"\0")

    def is_hung_up(self) -> bool:
        """Whether the daemon ended the connection after its last answer."""
        ended = self._channel is None or self._channel.recv(1) == b""
        self.close()
        return ended

    def close(self):
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def call_of(text: str) -> bytes:
    return text.encode("latin-1") + b"\0"


# Not calls at all: told so, and hung up on.
NO_CALLS = {
    "a word": call_of("hello"), "nothing": b"\0", "half an object": call_of('{"method":"a.B"'),
    "an array": call_of("[]"), "a method without interface": call_of('{"method":"x"}'),
    "no method": call_of('{"parameters":{}}'), "a method that is a number": call_of('{"method":1}'),
    "parameters that are an array": call_of('{"method":"a.B","parameters":[]}'),
    "oneway that is a number": call_of('{"method":"a.B","oneway":1}'),
    "an upgrade": call_of('{"method":"a.B","upgrade":true}'),
    "bytes after the object": call_of('{"method":"a.B"} x'),
    "no UTF-8": call_of('{"method":"a.B","parameters":{"x":"\xff"}}'),
    "half a surrogate": call_of('{"method":"a.B","parameters":{"x":"\\ud800"}}'),
    "a member twice": call_of('{"method":"a.B","method":"a.C"}'),
    "a fraction": call_of('{"method":"a.B","parameters":{"x":1.5}}'),
    "a number of 400 digits": call_of('{"method":"a.B","parameters":{"x":1' + "0" * 400 + "}}"),
    "depth 1,000": call_of('{"method":"a.B","parameters":' + '{"x":' * 1000 + "1" + "}" * 1001),
    "1,000 members": call_of('{"method":"a.B","parameters":{' +
                             ",".join(f'"x{n}":1' for n in range(1000)) + "}}"),
    "a control byte": call_of('{"method":"a.B\\u0007"}'), "HTTP": b"GET / HTTP/1.1\r\n\r\n\0",
    "a name of 200 bytes": call_of('{"method":"' + "a" * 100 + "." + "B" * 100 + '"}'),
}
