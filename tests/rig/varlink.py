# SPDX-License-Identifier: Apache-2.0
"""A varlink client of a few lines: for tests that need ten thousand calls, or a hostile one."""

import json
import socket

from .paths import RigError
from .sandbox import Sandbox


class Varlink:
    def __init__(self, box: Sandbox, address: str = "/run/iam/admin.socket"):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        # A path of the file system leads across network namespaces.
        self._socket.connect(str(box.path(address)))
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def send(self, method: str, **parameters):
        message = {"method": method, "parameters": parameters}
        self._socket.sendall(json.dumps(message).encode() + b"\0")

    def receive(self) -> dict:
        while b"\0" not in self._rest:
            data = self._socket.recv(65536)
            if not data:
                raise RigError("the daemon hung up")
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def call(self, method: str, **parameters) -> dict:
        self.send(method, **parameters)
        answer = self.receive()
        if "error" in answer:
            raise RigError(f"{method}: {answer['error']} {answer.get('parameters', {})}")
        return answer.get("parameters", {})
