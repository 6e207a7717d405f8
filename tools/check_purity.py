#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the pure archives ask the world for nothing but what tools/purity.txt lists.

usage: check_purity.py BUILD [LIST [ROOT]]

No open, read, socket, clock, getrandom, malloc, printf or pthread in policy, wire, directory and
daemon/core, and no variable that outlives a call (.data and .bss are empty; under sanitizers, which
keep their own books there, that is not asked).  An archive may be missing only while its folder holds no C.
"""
import fnmatch
import pathlib
import subprocess
import sys

# Functions that match the patterns for memory and strings, and yet are not pure.
NEVER = {'strdup', 'strndup', 'strerror', 'strsignal', 'strtok', 'memfd_create', 'strftime',
         'strcoll', 'strxfrm', 'strptime'}


INSTRUMENTS = ('__asan_', '__ubsan_', '__tsan_', '__sanitizer_', '__gcov_', '__llvm_')


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


def mutable(archive):
    """Yields (object, section) of what is writable after relocation."""
    out = subprocess.run(['size', '-A', str(archive)], check=True, capture_output=True,
                         text=True).stdout
    where = ''
    for line in out.splitlines():
        words = line.split()
        if '(ex ' in line:
            where = words[0]
        elif len(words) == 3 and words[1] != '0' and is_writable(words[0]):
            yield where, words[0]


def is_writable(section):
    return any(section == s or section.startswith(s + '.') for s in ('.data', '.bss', '.tbss',
               '.tdata')) and not section.startswith('.data.rel.ro')


def complaints(build, archive, others, allowed):
    extra = {other[1:] for other in others if other.startswith('+')}
    ours = set()
    for own in [archive, *others]:
        if not own.startswith('+') and (build / own).exists():
            ours |= {symbol for _, symbol in symbols(build / own, '-g', '--defined-only')}
    is_instrumented = False
    for where, symbol in symbols(build / archive, '-u'):
        is_instrumented = is_instrumented or symbol.startswith(INSTRUMENTS)
        if symbol in ours or symbol in extra:
            continue
        if symbol in NEVER or not any(fnmatch.fnmatchcase(symbol, a) for a in allowed):
            yield f'{archive}({where}): is pure and may not use {symbol}'
    if not is_instrumented:
        for where, section in mutable(build / archive):
            yield f'{archive}({where}): is pure and has mutable state in {section}'


def main():
    build = pathlib.Path(sys.argv[1])
    here = pathlib.Path(__file__).resolve().parent
    pure, allowed = read_list(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / 'purity.txt')
    root = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else here.parent
    bad = 0
    for archive, *others in pure.values():
        if not (build / archive).exists():
            if list((root / archive).parent.glob('*.c')):
                print(f'{archive}: not built, though its folder holds C')
                bad += 1
            continue
        for complaint in complaints(build, archive, others, allowed):
            print(complaint)
            bad += 1
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
