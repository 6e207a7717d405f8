# SPDX-License-Identifier: Apache-2.0
"""What was said to whom: outcomes of many bad requests, what is wrong with them, and a table of all."""

import re
from collections import defaultdict

from .iamd import Iamd
from .paths import LOGS

MARK = "zzmark"  # what is sent and must never be seen again


def tell(name: str, text):
    """For people: on the screen where it is looked at, and among the logs in any case."""
    print(text)
    LOGS.mkdir(parents=True, exist_ok=True)
    (LOGS / f"{name}.txt").write_text(f"{text}\n")


class Table:
    """door -> what was said -> to which requests."""

    def __init__(self):
        self.rows = defaultdict(lambda: defaultdict(list))
        self.n, self.slowest, self.faults = 0, 0.0, []

    def note(self, door: str, what: str, reply, expected: set[int] | str):
        self.n += 1
        self.slowest = max(self.slowest, reply.seconds)
        said = self.rows[door][reply.said]
        if what not in said:
            said.append(what)
        for fault in self.faults_of(reply, expected):
            self.faults.append(f"{door}, {what}: {fault}: {reply}")

    def all_alike(self, door: str, replies: dict, expected: set[int] | str):
        """What a stranger must not learn does not show."""
        first = next(iter(replies.values()))
        for what, reply in replies.items():
            self.note(door, what, reply, expected)
            if reply.looks != first.looks:
                self.faults.append(f"{door}: {what} can be told apart: {reply} {first}")

    @staticmethod
    def faults_of(reply, expected):
        is_known = reply.status in expected if isinstance(expected, set) else reply.error == expected
        if not is_known:
            yield f"not {expected}"
        if (reply.status >= 400 or reply.error) and not reply.words:
            yield "no message"
        if reply.status >= 400 and not reply.error and "<html" not in reply.body:
            yield "no code"
        if reply.status >= 400 and "no-store" not in reply.headers.get("cache-control", "no-store"):
            yield "may be cached"
        if MARK in reply.body + str(reply.headers):
            yield "says again what was sent"

    def lines_of(self, outcomes: dict) -> list[str]:
        return [f"    {said}  <-  {', '.join(whats)}" for said, whats in outcomes.items() if whats]

    def __str__(self):
        """What is the same at all doors is said once."""
        same = {said: [what for what in whats if all(what in outcomes.get(said, ())
                                                     for outcomes in self.rows.values())]
                for said, whats in next(iter(self.rows.values())).items()}
        lines = [f"{self.n} requests, the slowest answered after {self.slowest * 1000:.0f} ms",
                 f"each of {len(self.rows)}", *self.lines_of(same)]
        for door, outcomes in self.rows.items():
            rest = self.lines_of({said: [what for what in whats if what not in same.get(said, ())]
                                  for said, whats in outcomes.items()})
            lines += [door, *rest] if rest else []
        return "\n".join(lines)


def memory_of(iamd: Iamd) -> int:
    pid = iamd.order("status")["pid"]
    status = iamd.box.read(f"/proc/{pid}/status")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) << 10
