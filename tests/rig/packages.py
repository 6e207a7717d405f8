# SPDX-License-Identifier: Apache-2.0
"""Debian packages of the build under test, and a next version of them."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from .paths import BUILD, LOGS, ROOT, RigError, of_this_run

INSTALLED = ["iamd", "libnss-iam", "libpam-iam"]


def run(argv: list[str], log: Path):
    with open(log, "ab") as out:
        done = subprocess.run(argv, stdout=out, stderr=out, env=os.environ | {"LC_ALL": "C.UTF-8"})
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
    """The same files under a higher number, as far as dpkg can see."""
    log, old, new = LOGS / "rig-packages.log", version(), f"{version()}+next"
    made, folder = {}, of_this_run() / "packages" / "next"
    folder.mkdir()
    for name, path in packages().items():
        tree = folder / name
        run(["dpkg-deb", "--raw-extract", str(path), str(tree)], log)
        control = tree / "DEBIAN/control"
        control.write_text(control.read_text().replace(f"Version: {old}", f"Version: {new}")
                           .replace(f"(= {old})", f"(= {new})"))
        made[name] = folder / f"{name}_{new}.deb"
        run(["dpkg-deb", "--build", "--root-owner-group", str(tree), str(made[name])], log)
        shutil.rmtree(tree)  # its modules are not the build's
    return made
