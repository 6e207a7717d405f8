# SPDX-License-Identifier: Apache-2.0
"""Sums up the result files of all test runs: `python3 -m tests.rig.total FOLDER NAME...`.

What was skipped, and a run that left no results, counts as failed: a test that was not run has
shown nothing.  The last line is for people and scripts alike.
"""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path

BAD = ("failure", "error", "skipped")


def read(file: Path) -> tuple[int, list[str]]:
    passed, failed = 0, []
    for case in xml.parse(file).iter("testcase"):
        problem = next((kind for kind in BAD if case.find(kind) is not None), None)
        if problem is None:
            passed += 1
        else:
            name = f"{case.get('classname', '')} {case.get('name', '?')}".strip()
            failed.append(f"{name} ({problem})")
    return passed, failed


def main(folder: str, *names: str) -> int:
    total_passed, total_failed = 0, 0
    for name in names:
        file = Path(folder, f"{name}.xml")
        try:
            passed, failed = read(file)
            if passed + len(failed) == 0:
                failed = ["no test was run"]
        except (OSError, xml.ParseError) as error:
            passed, failed = 0, [f"no results: {error}"]
        print(f"{name:12} {passed} passed, {len(failed)} failed")
        for line in failed:
            print(f"    failed: {line}")
        if failed:
            print(f"    see {file.with_name(f'tests-{name}.log')}")
        total_passed += passed
        total_failed += len(failed)
    print(f"{total_passed} passed, {total_failed} failed")
    return 1 if total_failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
