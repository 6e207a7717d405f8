# SPDX-License-Identifier: Apache-2.0
"""Many things done over and over at once, and what became of them."""

import contextlib
import http.client
import threading

from .host import Host


class Stream(threading.Thread):
    """Does one thing over and over; what fails is kept."""

    def __init__(self, what, stop: threading.Event):
        super().__init__()
        self.what, self.stop, self.n, self.failures = what, stop, 0, []

    def run(self):
        while not self.stop.is_set():
            try:
                self.what()
            except Exception as error:  # noqa: BLE001: whatever it was, it is a lost one
                self.failures.append(f"{type(error).__name__}: {error}")
            self.n += 1


@contextlib.contextmanager
def streams(**works):
    stop = threading.Event()
    threads = {name: Stream(work, stop) for name, work in works.items()}
    for thread in threads.values():
        thread.start()
    try:
        yield threads
    finally:
        stop.set()
        for thread in threads.values():
            thread.join()


def lost(threads: dict[str, Stream]) -> dict[str, list[str]]:
    return {name: thread.failures for name, thread in threads.items() if thread.failures}


class KeptHttp:
    """A connection that is used again, as libraries do.  One that the server closed before it heard of
    the request is made anew, once, for a request that may be repeated (RFC 9110 section 9.2.2)."""

    def __init__(self, host: Host, port: int = 8080):
        self.host, self.port = host, port
        self.connection, self.uses, self.made, self.repeated = None, 0, 0, 0

    def _send(self, path: str, headers: dict) -> tuple[int, bytes]:
        with self.host.network():
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                self.made, self.uses = self.made + 1, 0
            self.connection.request("GET", path, headers=headers)
            reply = self.connection.getresponse()
            body = reply.read()
        self.uses += 1
        if reply.will_close:
            self.close()
        return reply.status, body

    def get(self, path: str, headers: dict) -> tuple[int, bytes]:
        try:
            return self._send(path, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            was_used = self.uses > 0
            self.close()
            if not was_used:
                raise  # a fresh connection must be heard
        self.repeated += 1
        return self._send(path, headers)

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None
