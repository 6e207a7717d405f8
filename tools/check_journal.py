#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that docs/OPERATIONS.md lists the journal's events as daemon/core/ports/log.h has them.

usage: check_journal.py ROOT
"""
import pathlib
import re
import sys

LEVELS = {'3': 'error', '4': 'warning', '5': 'notice', '6': 'info', '7': 'debug'}


def main():
    root = pathlib.Path(sys.argv[1])
    code = (root / 'daemon/core/ports/log.h').read_text()
    page = (root / 'docs/OPERATIONS.md').read_text()
    events = [(name, LEVELS[level], number) for name, level, number
              in re.findall(r'X\((\w+), (\d), "([0-9a-f]{32})"\)', code)]
    rows = re.findall(r'(?m)^\| (\w+) \| (\w+) \| ([0-9a-f]{32}) \| .*\w.* \|$', page)
    for event in events:
        if event not in rows:
            print(f'OPERATIONS.md has no row | {" | ".join(event)} | ... |')
    for row in rows:
        if row not in events:
            print(f'OPERATIONS.md: there is no event {" | ".join(row)}')
    twice = len(events) - len({number for *_, number in events})
    if twice or not events:
        print('log.h: a MESSAGE_ID stands twice, or none was found')
    return 0 if sorted(events) == sorted(rows) and events and not twice else 1


if __name__ == '__main__':
    sys.exit(main())
