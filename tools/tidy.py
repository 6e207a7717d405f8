#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The work of check_tidy.sh; see there."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

JOBS = 2
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)
# What gcc knows and clang 14 does not; the build may have been made by either.  Without
# -ftrivial-auto-var-init the analyser also sees reads of what was never set.
GCC_ONLY = ('-Wlogical-op', '-Wduplicated-', '-Wtrampolines', '-Wbidi-chars', '-Wformat-signedness',
            '-fzero-call-used-regs', '-ftrivial-auto-var-init')


def closure(root, path, seen):
    """The file and all headers of ours that it reaches."""
    waiting = [path]
    while waiting:
        path = waiting.pop()
        if path in seen or not path.is_file():
            continue
        seen[path] = path.read_bytes()
        for name in INCLUDE.findall(seen[path]):
            waiting.append(root / name.decode('ascii', 'replace'))
    return seen


def digest(root, entry, command, version):
    h = hashlib.sha256(version)
    for folder in source_of(entry).parents:
        if (folder / '.clang-tidy').is_file():
            h.update((folder / '.clang-tidy').read_bytes())
        if folder == root:
            break
    h.update('\0'.join(command).encode())
    for path, text in sorted(closure(root, source_of(entry), {}).items()):
        h.update(str(path).encode() + b'\0' + hashlib.sha256(text).digest())
    return h.hexdigest()


def source_of(entry):
    return pathlib.Path(os.path.normpath(os.path.join(entry['directory'], entry['file'])))


def command_of(entry):
    words = shlex.split(entry['command']) if 'command' in entry else list(entry['arguments'])
    return [w for w in words if not w.startswith(GCC_ONLY)]


def run(root, base, source):
    done = subprocess.run(['clang-tidy', '--quiet', '-p', str(base), str(source)], cwd=root,
                          capture_output=True, text=True)
    return done.returncode, done.stdout + (done.stderr if done.returncode != 0 else '')


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    root = pathlib.Path(os.environ.get('MESON_SOURCE_ROOT', build.parent)).resolve()
    only = {pathlib.Path(name).resolve() for name in sys.argv[2:]}
    record = build / 'tidy'
    record.mkdir(exist_ok=True)
    version = subprocess.run(['clang-tidy', '--version'], capture_output=True, check=True).stdout

    entries, work = [], {}
    for entry in json.loads((build / 'compile_commands.json').read_text()):
        source = source_of(entry)
        if source.suffix != '.c' or not source.is_relative_to(root) or source in work:
            continue
        command = command_of(entry)
        entries.append({'directory': entry['directory'], 'file': str(source), 'arguments': command})
        if not only or source in only:
            work[source] = digest(root, entry, command, version)
    (record / 'compile_commands.json').write_text(json.dumps(entries))
    if not work:
        print('no C files found')
        return 1

    stale = [s for s, d in work.items() if not (record / d).exists()]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        runs = {pool.submit(run, root, record, s): s for s in stale}
        for done in concurrent.futures.as_completed(runs):
            code, output = done.result()
            if code == 0:
                (record / work[runs[done]]).touch()
            else:
                print(output)
                bad += 1
    print(f'{len(work)} files, {len(stale)} checked, {bad} failed')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
