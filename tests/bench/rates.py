# SPDX-License-Identifier: Apache-2.0
"""The programs that load and the programs that measure what others can do, and reading what they say."""

import os
import re
import statistics
import time
from pathlib import Path

from tests.rig.paths import BUILD, RigError
from tests.rig.sandbox import Sandbox

CONNECTIONS = 32
SECONDS = 3

WRK_POST = """\
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = "Basic {credentials}"
wrk.body = "{body}"
"""


class Cores:
    """One core for the server, another for whoever loads it; a reference runs where the server does."""

    def __init__(self, allowed: set[int]):
        if len(allowed) < 2:
            raise RigError("the bench needs two processors: one for the server, one for the load")
        self.server, self.load = sorted(allowed)[:2]

    @staticmethod
    def on(core: int, argv: list[str]) -> list[str]:
        return ["taskset", "--cpu-list", str(core), *argv]


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise RigError(f"no figure in {text!r}")
    return float(found[1])


def wrk(box: Sandbox, core: int, url: str, script: str = "") -> float:
    """Requests a second over keep-alive connections; anything but 2xx, or a broken one, is an error."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    if script:
        box.write("/run/load.lua", script)
        words += ["-s", "/run/load.lua"]
    said = box.run(Cores.on(core, [*words, url])).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RigError(f"wrk {url}: {said}")
    return number(r"^Requests/sec:\s+([\d.]+)", said)


def openssl_signatures(box: Sandbox, core: int, algorithm: str) -> float:
    said = box.run(Cores.on(core, ["openssl", "speed", "-seconds", "2", algorithm])).stdout
    return number(r"^ *(?:rsa 2048 bits|256 bits ecdsa \(nistp256\))\s+\S+\s+\S+\s+([\d.]+)", said)


def sync_ms(directory: str) -> float:
    """What a commit of some pages waits for on that disk, whoever makes it; the median of 50."""
    seen = []
    with open(Path(directory) / "bench-sync", "wb", buffering=0) as file:
        for _ in range(51):
            os.pwrite(file.fileno(), bytes(20480), 0)
            began = time.monotonic()
            os.fdatasync(file.fileno())
            seen.append((time.monotonic() - began) * 1000)
    return statistics.median(seen[1:])  # the first one made the file longer


def argon2(box: Sandbox, core: int) -> float:
    return float(box.run(Cores.on(core, [inside(box, "argon2_bare"), str(SECONDS)])).stdout)


def inside(box: Sandbox, program: str) -> str:
    """The program of the build, where the sandbox can see it."""
    place = f"/usr/lib/iam-bench-{program}"
    if not box.path(place).exists():
        box.path(place).write_bytes((BUILD / "tests" / program).read_bytes())
        box.path(place).chmod(0o755)
    return place


def side_by_side(rounds: int, *measures) -> list[float]:
    """Each in turn, several times, so that a slow moment of the machine meets all; the medians."""
    seen = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*seen)]


def resident_kib(box: Sandbox, pid: int) -> int:
    return int(number(r"^VmRSS:\s+(\d+) kB", box.read(f"/proc/{pid}/status")))
