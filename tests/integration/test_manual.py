# SPDX-License-Identifier: Apache-2.0
"""What the documents' commands are taken to be; test_packages.py types them."""

import pytest

from tests.rig import manual
from tests.rig.manual import Command, commands_of, is_shown
from tests.rig.paths import RigError


@pytest.fixture
def document(tmp_path, monkeypatch):
    def write(text: str) -> list[Command]:
        (tmp_path / "a.md").write_text(text)
        return commands_of("a.md")

    monkeypatch.setattr(manual, "ROOT", tmp_path)
    return write


def texts(commands: list[Command]) -> list[str]:
    return [command.text for command in commands]


def test_a_line_is_a_command_and_comments_are_none(document):
    found = document("# A\n## B\n```sh\n# said\none a\n\ntwo  # why\n```\n")
    assert texts(found) == ["one a", "two  # why"]
    assert (found[0].chapter, found[0].where) == ("B", "a.md:5")


def test_a_heredoc_and_a_backslash_make_one_command_of_several_lines(document):
    found = document("```sh\ntee x <<'END'\n[a]\n# b\nEND\none \\\n  two\n```\n")
    assert texts(found) == ["tee x <<'END'\n[a]\n# b\nEND", "one \\\n  two"]


def test_commands_in_the_text_are_found_also_over_the_end_of_a_line(document):
    found = document("Say `sudo iamctl realm\nset x` and `iamctl wait`, not `passwd` or `a b`.\n")
    assert texts(found) == ["sudo iamctl realm set x", "iamctl wait"]


def test_what_stands_below_a_command_of_a_console_is_what_it_shows(document):
    found = document("```console\n# one\nshown\n$ two\n```\n```text\nsudo none\n```\n")
    assert texts(found) == ["one", "two"]
    assert [command.shown for command in found] == [["shown"], []]


def test_a_block_that_does_not_say_what_it_holds_is_an_error(document):
    with pytest.raises(RigError, match="a.md:1"):
        document("```\none\n```\n")


@pytest.mark.parametrize("wanted, shown, output", [
    (["a  b"], True, "a b\n"),
    (["a"], False, "a b\n"),
    (["a"], False, "a\nb\n"),
    (["a ..."], True, "a b\n\n"),
    (["a", "...", "c"], True, "a\nb\nb\nc\n"),
    (["a", "...", "c"], True, "a\nc\n"),
    (["a", "...", "c"], False, "a\nb\n"),
    (["(a)"], True, "(a)\n"),
    ([], False, "a\n"),
])
def test_blanks_count_as_one_and_dots_are_anything(wanted, shown, output):
    assert is_shown(wanted, output) == shown
