#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each shared object exports what its .sym file lists, no less and no more.

usage: check_exports.py BUILD ROOT

BUILD/x/libfoo.so.2 belongs to ROOT/x/foo.sym or ROOT/x/libfoo.sym: no shared object is without
one, outside of tests/ and of what was packed, and no .sym file without its object.  A version
script's node names count as exports, because nm shows them.
"""
import pathlib
import re
import subprocess
import sys


def listed(path):
    """Returns the names and what is wrong with the file."""
    text = re.sub(r'/\*.*?\*/|#[^\n]*', '', path.read_text(), flags=re.S)
    names, wrong = set(), []
    for node, body in re.findall(r'([A-Za-z0-9_.]*)\s*\{(.*?)\}', text, flags=re.S):
        if node:
            names.add(node)
        section = re.search(r'global:(.*?)(?:local:|$)', body, flags=re.S)
        names |= set(re.findall(r'[A-Za-z_][A-Za-z0-9_]*', section.group(1) if section else ''))
        if not re.search(r'local:\s*\*\s*;', body):
            wrong.append(f'{path}: {node or "a node"} lacks "local: *;"')
    if not names:
        wrong.append(f'{path}: lists nothing')
    return names, wrong


def exported(path):
    out = subprocess.run(['nm', '-D', '-P', '--defined-only', str(path)], check=True,
                         capture_output=True, text=True).stdout
    return {line.split()[0].split('@')[0] for line in out.splitlines()}


def compare(shared, sym):
    want, wrong = listed(sym)
    got = exported(shared)
    yield from wrong
    for name in sorted(want - got):
        yield f'{shared}: {name} is in {sym} but not exported'
    for name in sorted(got - want):
        yield f'{shared}: {name} is exported but not in {sym}'


def find(build, root):
    shared = [p for p in sorted(build.rglob('*.so*'))
              if re.search(r'\.so(\.[0-9]+)*$', p.name) and not p.is_symlink() and p.is_file()
              and p.relative_to(build).parts[0] not in ('tests', 'runs', 'packages')]
    syms = {p for p in root.rglob('*.sym')
            if not p.relative_to(root).parts[0].startswith(('build', '.', 'tests'))}
    for path in shared:
        stem = path.name.split('.so')[0]
        folder = root / path.relative_to(build).parent
        homes = [folder / f'{s}.sym' for s in (stem, stem.removeprefix('lib'))]
        sym = next((h for h in homes if h in syms), None)
        if sym is None:
            yield f'{path}: no {homes[-1]}'
            continue
        syms.discard(sym)
        yield from compare(path, sym)
    for sym in sorted(syms):
        yield f'{sym}: belongs to no shared object'


def main():
    complaints = list(find(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == '__main__':
    sys.exit(main())
