# SPDX-License-Identifier: Apache-2.0
"""The documents, read as somebody reads them who types each command where it stands.

Commands are the lines of blocks marked `sh`, those behind `$` or `#` in blocks marked `console`
(what follows them is what must be shown; `...` stands for anything), and what looks like one in the
text.  A block that is not marked is an error, so that nothing is left out by accident.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .dialogue import Answers, Outcome, answer_until, spawn
from .host import Host
from .paths import ROOT, RigError
from .sandbox import SEARCH_PATH

PROGRAMS = {"sudo", "iamctl", "iamd", "apt", "systemctl", "journalctl", "systemd-creds", "meson",
            "ninja", "./dev"}
HEREDOC = re.compile(r"<<'(\w+)'")
# Its own prompt tells the terminal how the last command ended.
PROMPT, SHOWN_PROMPT = "[$?]% ", r"\[(\d+)\]% "
PATIENCE = 60
INTERRUPTED = 130


@dataclass
class Command:
    where: str
    chapter: str
    text: str
    shown: list[str] | None = None  # what the document says it prints


def lines_joined(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """One command each: with the lines that a backslash or a heredoc brings."""
    left = iter(lines)
    for number, line in left:
        heredoc = HEREDOC.search(line)
        while line.endswith("\\"):
            line += "\n" + next(left)[1]
        while heredoc and line.splitlines()[-1] != heredoc[1]:
            line += "\n" + next(left)[1]
        if line.strip() and not line.startswith("#"):
            yield number, line


def transcript(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str, list[str]]]:
    found = []
    for number, line in lines:
        if line[:2] in ("$ ", "# "):
            found.append((number, line[2:], []))
        elif not found:
            raise RigError(f"line {number}: a console block begins with a command")
        else:
            found[-1][2].append(line)
    yield from found


def commands_of(document: str) -> list[Command]:
    found, chapter, prose, block, kind = [], "", [], [], None

    def add(number: int, text: str, shown: list[str] | None = None):
        found.append(Command(f"{document}:{number}", chapter, text, shown))

    def end_of_text():
        for span in re.findall(r"`([^`]+)`", " ".join(line for _, line in prose)):
            words = span.split()
            if len(words) > 1 and words[0] in PROGRAMS:
                add(prose[0][0], " ".join(words))
        prose.clear()

    for number, line in enumerate((ROOT / document).read_text().splitlines(), 1):
        if kind is not None and line == "```":
            if kind == "sh":
                for at, text in lines_joined(block):
                    add(at, text)
            elif kind == "console":
                for at, text, shown in transcript(block):
                    add(at, text, shown)
            kind, block = None, []
        elif kind is not None:
            block.append((number, line))
        elif line.startswith("```"):
            end_of_text()
            kind = line[3:]
            if not kind:
                raise RigError(f"{document}:{number}: a block that does not say what it holds")
        elif line.startswith("#"):
            end_of_text()
            chapter = line.lstrip("#").strip()
        elif line:
            prose.append((number, line))
        else:
            end_of_text()
    end_of_text()
    return found


class Terminal:
    """A shell on the host, in which one person types, and answers what he is asked."""

    def __init__(self, host: Host, user: str, folder: str):
        # No pager: it would wait for a key wherever a text is longer than the screen.
        self._child = spawn(host.command(["script", "-qec", f"su - {user}", "/dev/null"]),
                            {"PATH": SEARCH_PATH, "TERM": "dumb", "LANG": "C.UTF-8"})
        self._child.timeout = PATIENCE
        self._child.sendline(f"cd {folder}; exec env PS1='{PROMPT}' SYSTEMD_PAGER=cat "
                             "bash --noediting --norc")
        self._child.expect(SHOWN_PROMPT)

    def type(self, text: str, answers: Answers) -> Outcome:
        self._child.sendline(text)
        goes_on = "--follow" in text.split()
        if goes_on:
            # Until somebody has seen enough.
            self._child.expect(r"\n.*\n.*\n")
            self._child.sendintr()
        shown, met = answer_until(self._child, answers, SHOWN_PROMPT)
        status = int(self._child.match[1])
        lines = shown.replace("\r\n", "\n").split("\n")
        output = "\n".join(lines[len(text.splitlines()):])
        return Outcome(0 if goes_on and status == INTERRUPTED else status, output, met)

    def close(self):
        self._child.close(force=True)


def is_shown(wanted: list[str], output: str) -> bool:
    """Blanks count as one; `...` is anything, alone on a line any lines."""
    def squeezed(text: str) -> str:
        return " ".join(text.split())

    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else
        re.escape(squeezed(line)).replace(re.escape("..."), ".*") + r"\n" for line in wanted)
    text = "".join(squeezed(line) + "\n" for line in output.splitlines() if line.strip())
    return re.fullmatch(pattern, text) is not None


@dataclass
class Reader:
    """Goes through a document from its beginning to its end, and leaves nothing out but what is
    said to be done elsewhere."""
    document: str
    terminal: Terminal
    answers: Callable[[], Answers]
    elsewhere: Callable[[Command], bool]
    notice: Callable[[str, str], None] = lambda text, output: None
    typed: list[tuple[str, Outcome]] = field(default_factory=list)

    def __post_init__(self):
        self._left = [command for command in commands_of(self.document)
                      if not self.elsewhere(command)]

    def read_through(self, text: str):
        """To the first command that holds these words, and types it."""
        if not any(text in command.text for command in self._left):
            raise RigError(f"{self.document} has no command {text!r} any more")
        while text not in self._type_next().text:
            pass

    def read_up_to(self, chapter: str):
        """All that stands before it."""
        if not any(chapter == command.chapter for command in self._left):
            raise RigError(f"{self.document} has no chapter {chapter!r} any more")
        while self._left[0].chapter != chapter:
            self._type_next()

    def read_to_the_end(self):
        while self._left:
            self._type_next()

    def is_at_the_end(self) -> bool:
        return not self._left

    def output(self, text: str) -> str:
        """What the last command printed that holds these words."""
        return next(outcome.output for typed, outcome in reversed(self.typed) if text in typed)

    def _type_next(self) -> Command:
        command = self._left.pop(0)
        outcome = self.terminal.type(command.text, self.answers())
        self.typed.append((command.text, outcome))
        if not outcome.ok:
            raise RigError(f"{command.where}: {command.text}: status {outcome.status}:\n"
                           f"{outcome.output}")
        if command.shown is not None and not is_shown(command.shown, outcome.output):
            raise RigError(f"{command.where}: {command.text} shows not what is written there, but:\n"
                           f"{outcome.output}")
        self.notice(command.text, outcome.output)
        return command
