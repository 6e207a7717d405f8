# SPDX-License-Identifier: Apache-2.0
"""The built files, laid out as a package would install them."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from .paths import BUILD, LOGS, STAGE, RigError


@functools.cache
def stage() -> Path:
    """Installs the build into a tree of its own, once per run, and returns the tree."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "stage.log"
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)
    old = os.umask(0o022)
    try:
        with open(log, "wb") as out:
            done = subprocess.run(
                ["meson", "install", "-C", str(BUILD), "--no-rebuild", "--destdir", str(STAGE)],
                stdout=out, stderr=out)
    finally:
        os.umask(old)
    if done.returncode != 0:
        raise RigError("the build could not be installed into build/stage", log)
    return STAGE
