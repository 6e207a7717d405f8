# SPDX-License-Identifier: Apache-2.0
"""Debian packages of the build under test, and a next version of them."""

import functools
import json
import os
import subprocess
from pathlib import Path

from .paths import BUILD, LOGS, RIG, ROOT, RigError, of_this_run

INSTALLED = ["iamd", "libnss-iam", "libpam-iam"]


def run(argv: list[str], log: Path, **popen):
    with open(log, "ab") as out:
        done = subprocess.run(argv, stdout=out, stderr=out, env=os.environ | {"LC_ALL": "C.UTF-8"},
                              **popen)
    if done.returncode != 0:
        raise RigError(f"{argv[0]} failed", log)


@functools.cache
def packages() -> dict[str, Path]:
    """Made once per run from the tree that is built already; by name."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "rig-packages.log"
    log.unlink(missing_ok=True)
    folder = of_this_run() / "packages"
    run([str(ROOT / "tools/package.sh"), str(folder), str(BUILD)], log)
    return {path.name.split("_")[0]: path for path in folder.glob("*.deb")}


def changes() -> Path:
    return next(packages()["iamd"].parent.glob("*.changes"))


def version() -> str:
    return packages()["iamd"].name.split("_")[1]


@functools.cache
def next_version() -> dict[str, Path]:
    """The same programs under a higher number, with one migration more; next-version.sh."""
    log, folder = LOGS / "rig-packages.log", of_this_run() / "packages-next"
    folder.mkdir()
    told = subprocess.run(["meson", "introspect", "--targets", str(BUILD)], capture_output=True,
                          text=True, check=True).stdout
    targets = [os.path.relpath(name, BUILD) for target in json.loads(told) if target["installed"]
               for name in target["filename"]]
    run(["unshare", "--mount", "--propagation", "private", "sh", str(RIG / "next-version.sh"),
         str(ROOT), str(BUILD), f"{version()}+next", *targets], log, cwd=folder)
    return {path.name.split("_")[0]: path for path in folder.glob("*.deb")}
