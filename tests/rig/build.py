# SPDX-License-Identifier: Apache-2.0
"""The built files, laid out as a package would install them."""

import functools
import os
import subprocess
from pathlib import Path

from .paths import BUILD, LOGS, RigError, of_this_run


@functools.cache
def stage() -> Path:
    """Installs the build into a tree of its own, once per run, and returns the tree."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log, tree = LOGS / "stage.log", of_this_run() / "stage"
    tree.mkdir()
    old = os.umask(0o022)
    try:
        with open(log, "wb") as out:
            done = subprocess.run(
                ["meson", "install", "-C", str(BUILD), "--no-rebuild", "--destdir", str(tree)],
                stdout=out, stderr=out)
    finally:
        os.umask(old)
    if done.returncode != 0:
        raise RigError("the build could not be installed into a tree", log)
    return tree
