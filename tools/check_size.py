#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the plain rules of every tracked text file.

usage: check_size.py [ROOT]

C, Python, shell and Meson: the SPDX line first (after #!), ASCII, no marker words of unfinished
work, at most 600 lines.  C besides: no tabs, no // comments.  Columns are the formatter's business,
and tables that are kept from it may be wide.
"""
import pathlib
import re
import subprocess
import sys

LINES_MAX = 600
LICENSE = 'SPDX-License-Identifier: Apache-2.0'
MARKERS = re.compile(r'\b(' + '|'.join(['XX' + 'X', 'TO' + 'DO', 'FIX' + 'ME']) + r')\b')
CODE = {'.c', '.h', '.py', '.sh', '.build'}
NAMED = {'meson_options.txt', 'dev'}
# Strings, characters and comments are passed over, so that "http://" is no comment.
C_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)


def tracked(root):
    git = subprocess.run(['git', '-C', str(root), 'ls-files', '-z'], capture_output=True, text=True)
    if git.returncode == 0:
        return [name for name in git.stdout.split('\0') if name]
    return [p.relative_to(root).as_posix() for p in sorted(root.rglob('*')) if p.is_file()]


def check_c(text):
    for number, line in enumerate(text.splitlines(), 1):
        if '\t' in line:
            yield number, 'a tab'
    for token in C_TOKEN.finditer(text):
        if token.group().startswith('//'):
            yield text.count('\n', 0, token.start()) + 1, 'a // comment'


def check(name, text):
    lines = text.splitlines()
    first = lines[1] if len(lines) > 1 and lines[0].startswith('#!') else (lines or [''])[0]
    if LICENSE not in first:
        yield 1, f'no "{LICENSE}" line first'
    if len(lines) > LINES_MAX:
        yield len(lines), f'more than {LINES_MAX} lines'
    if text and not text.endswith('\n'):
        yield len(lines), 'no newline at the end'
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            yield number, 'not ASCII'
        if MARKERS.search(line):
            yield number, 'unfinished work'
        if line != line.rstrip():
            yield number, 'blanks at the end'
    if name.endswith(('.c', '.h')):
        yield from check_c(text)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve()
    bad = checked = 0
    for name in tracked(root):
        path = root / name
        if not path.is_file() or (path.suffix not in CODE and path.name not in NAMED):
            continue
        checked += 1
        for number, complaint in check(name, path.read_bytes().decode('utf-8', 'replace')):
            print(f'{name}:{number}: {complaint}')
            bad += 1
    if checked == 0:
        print(f'{root}: no files found')
    return 1 if bad or checked == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
