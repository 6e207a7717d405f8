#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the pure archives ask the world for nothing but what tools/purity.txt lists.

usage: check_purity.py BUILD [LIST [ROOT]]

No open, read, socket, clock, getrandom, malloc, printf or pthread in policy, wire, directory and
daemon/core.  An archive may be missing only while its folder holds no C.
"""
import fnmatch
import pathlib
import subprocess
import sys

# Functions that match the patterns for memory and strings, and yet are not pure.
NEVER = {'strdup', 'strndup', 'strerror', 'strsignal', 'strtok', 'memfd_create', 'strftime',
         'strcoll', 'strxfrm', 'strptime'}


def read_list(path):
    pure, allowed = {}, []
    for line in path.read_text().splitlines():
        line = line.split('#', 1)[0].strip()
        if line.startswith('pure '):
            name, _, rest = line[len('pure '):].partition(':')
            pure[name.strip()] = rest.split()
        elif line:
            allowed.append(line)
    return pure, allowed


def symbols(archive, *options):
    """Yields (object, symbol)."""
    out = subprocess.run(['nm', '-A', '-P', *options, str(archive)], check=True,
                         capture_output=True, text=True).stdout
    for line in out.splitlines():
        where, _, rest = line.partition(': ')
        yield where.rpartition('[')[2].rstrip(']'), rest.split()[0]


def main():
    build = pathlib.Path(sys.argv[1])
    here = pathlib.Path(__file__).resolve().parent
    pure, allowed = read_list(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / 'purity.txt')
    root = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else here.parent
    bad = 0
    for name, (archive, *others) in pure.items():
        if not (build / archive).exists():
            if list((root / archive).parent.glob('*.c')):
                print(f'{archive}: not built, though its folder holds C')
                bad += 1
            continue
        ours = set()
        for own in [archive, *others]:
            if (build / own).exists():
                ours |= {symbol for _, symbol in symbols(build / own, '-g', '--defined-only')}
        for where, symbol in symbols(build / archive, '-u'):
            if symbol in ours:
                continue
            if symbol in NEVER or not any(fnmatch.fnmatchcase(symbol, a) for a in allowed):
                print(f'{archive}({where}): {name} is pure and may not use {symbol}')
                bad += 1
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
