# SPDX-License-Identifier: Apache-2.0
"""dev, the entry script: its last line is believed by people and by machines, so it must be true."""

import subprocess
import sys

import pytest

from tests.rig.manual import commands_of
from tests.rig.paths import ROOT

RESULTS = {
    "good": '<testsuite><testcase classname="a" name="b"/><testcase name="c"/></testsuite>',
    "failed": '<testsuite><testcase name="b"><failure/></testcase><testcase name="c"/></testsuite>',
    "crashed": '<testsuites><testsuite><testcase name="b"><error/></testcase></testsuite>'
               '</testsuites>',
    "skipped": '<testsuite><testcase name="b"><skipped/></testcase></testsuite>',
    "empty": "<testsuite/>",
    "broken": "<testsuite",
}


def total(folder, *names: str) -> tuple[int, str]:
    for name, text in RESULTS.items():
        (folder / f"{name}.xml").write_text(text)
    done = subprocess.run([sys.executable, "-m", "tests.rig.total", str(folder), *names], cwd=ROOT,
                          capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("names, status, last", [
    (["good"], 0, "2 passed, 0 failed"),
    (["good", "good"], 0, "4 passed, 0 failed"),
    (["good", "failed"], 1, "3 passed, 1 failed"),
    (["crashed"], 1, "0 passed, 1 failed"),
    (["skipped"], 1, "0 passed, 1 failed"),
    (["empty"], 1, "0 passed, 1 failed"),
    (["broken"], 1, "0 passed, 1 failed"),
    (["good", "never-written"], 1, "2 passed, 1 failed"),
])
def test_what_did_not_pass_has_failed(tmp_path, names, status, last):
    assert total(tmp_path, *names) == (status, last)


def test_an_unknown_command_is_refused_with_the_usage():
    done = subprocess.run([ROOT / "dev", "tset"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "./dev test" in done.stderr


def test_every_command_that_the_usage_names_exists():
    usage = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True).stdout
    script = (ROOT / "dev").read_text()
    named = {line.split("./dev ")[1].split()[0] for line in usage.splitlines() if "./dev " in line}
    assert named == {"up", "test", "bench", "fuzz", "lint", "build", "package", "packages"}
    for command in named:
        assert f"cmd_{command}() {{" in script


def test_the_documents_name_no_command_and_no_option_that_the_usage_does_not():
    usage = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True).stdout
    told = [command for document in ("README.md", "docs/TESTING.md")
            for command in commands_of(document) if "./dev " in command.text]
    assert told
    for command in told:
        word, *options = command.text.split("./dev ")[1].split("#")[0].split()
        assert f"./dev {word} " in usage, command
        assert all(option in usage for option in options), command
