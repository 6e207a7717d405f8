#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include of ours against tools/layers.txt.

usage: check_layers.py [ROOT]

"folder: a b" lets C files below folder include "a/x.h" and "b/x.h"; a folder may always include
itself; "*" is everything.  The longest folder that matches a file rules it, so "daemon" is only what
lies in daemon/ itself.  "header PREFIX: a b" gives <PREFIX...> or "PREFIX..." its homes.  tests/ may
include all; nobody else includes tests/.  A file in a folder without a line is an error.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
FREE = 'tests'


class Layers:
    def __init__(self, text):
        self.floors = {}
        self.headers = {}
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split('#', 1)[0].strip()
            if not line:
                continue
            name, colon, rest = line.partition(':')
            if not colon:
                raise SystemExit(f'tools/layers.txt:{number}: no colon')
            kind = self.floors
            if name.startswith('header '):
                kind, name = self.headers, name[len('header '):]
            if name.strip() in kind:
                raise SystemExit(f'tools/layers.txt:{number}: {name.strip()} has a line already')
            kind[name.strip()] = rest.split()

    def folder_of(self, path):
        parts = path.split('/')[:-1]
        for n in range(len(parts), 0, -1):
            if '/'.join(parts[:n]) in self.floors:
                return '/'.join(parts[:n])
        return None

    def complaint(self, folder, path, quoted, header):
        for prefix, homes in self.headers.items():
            if header.startswith(prefix) and folder not in homes:
                return f'{header} is at home in {", ".join(homes)}'
        if not quoted:
            return None
        if header.startswith(FREE + '/'):
            return 'nobody includes tests/'
        if '/' not in header or header.startswith('.'):
            return f'"{header}" is not written from the root'
        target = self.folder_of(header)
        allowed = self.floors[folder]
        if target is None:
            return f'no floor is given for "{header}"'
        if target != folder and target not in allowed and '*' not in allowed:
            return f'{folder} may not include {target} ({folder}: {" ".join(allowed) or "nothing"})'
        return None


def sources(root):
    for path in sorted(root.rglob('*.[ch]')):
        name = path.relative_to(root).as_posix()
        if not name.startswith(('.', 'build')) and not name.startswith(FREE + '/'):
            yield name, path


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve()
    layers = Layers((root / 'tools/layers.txt').read_text())
    bad = checked = 0
    for name, path in sources(root):
        checked += 1
        folder = layers.folder_of(name)
        if folder is None:
            print(f'{name}:1: its folder has no line in tools/layers.txt')
            bad += 1
            continue
        for number, line in enumerate(path.read_text(errors='replace').splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            header = found.group(1) or found.group(2)
            complaint = layers.complaint(folder, name, found.group(1) is not None, header)
            if complaint:
                print(f'{name}:{number}: {complaint}')
                bad += 1
    if checked == 0:
        print(f'{root}: no C files found')
        bad += 1
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
