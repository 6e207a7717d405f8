# SPDX-License-Identifier: Apache-2.0
"""Talking to a program on a terminal the way a person does: read the prompt, give the answer.

Answers are looked up by what the prompt says, never by counting prompts, so a door that asks the
wrong thing, or in the wrong order, shows up as such.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field

import pexpect

from .paths import RigError

PATIENCE = 30

Answers = dict[str, str | Callable[[], str]]


@dataclass
class Outcome:
    status: int
    output: str
    prompts: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.status == 0


def spawn(argv: list[str], env: dict[str, str]) -> pexpect.spawn:
    """A Ctrl-C must reach it, also where we were started in the background of a shell: what a
    process ignores its children do."""
    child = pexpect.spawn(argv[0], argv[1:], env=env, encoding="utf-8", codec_errors="replace",
                          timeout=PATIENCE, dimensions=(40, 200),
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    child.delaybeforesend = 0.02
    return child


def answer_until(child: pexpect.spawn, answers: Answers, end) -> tuple[str, list[str]]:
    """Answers prompts until `end` (a pattern or pexpect.EOF) comes; returns what was shown and
    which prompts were met."""
    labels = list(answers)
    shown, met = "", []
    while True:
        try:
            which = child.expect([*labels, end] + ([] if end is pexpect.EOF else [pexpect.EOF]))
        except pexpect.TIMEOUT:
            raise RigError(f"no prompt of {labels} and no end; on the screen: "
                           f"{shown + (child.before or '')!r}") from None
        shown += child.before or ""
        if which == len(labels):
            return shown, met
        if which > len(labels):
            raise RigError(f"the program ended early; on the screen: {shown!r}")
        label = labels[which]
        shown += child.after
        met.append(label)
        answer = answers[label]
        child.sendline(answer() if callable(answer) else answer)


def finish(child: pexpect.spawn, answers: Answers) -> Outcome:
    """Answers prompts until the program ends, and returns its exit status."""
    shown, met = answer_until(child, answers, pexpect.EOF)
    child.close()
    status = child.exitstatus if child.exitstatus is not None else 128 + child.signalstatus
    return Outcome(status, shown.replace("\r\n", "\n"), met)
