# SPDX-License-Identifier: Apache-2.0
"""Where things are.  The only module that knows the layout of the clone."""

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RIG = ROOT / "tests" / "rig"
BUILD = Path(os.environ.get("IAM_BUILD", ROOT / "build"))
LOGS = BUILD / "logs"

# What takes minutes to make and is the same for every clone.
CACHE = Path("/var/cache/iamd-dev")

RUNS = BUILD / "runs"


def held(folder: Path) -> int | None:
    """Locks a folder for as long as this process lives; None: another process holds it.  A lock is
    seen by processes that do not see each other's numbers."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    return fd


@functools.cache
def of_this_run() -> Path:
    """A folder for what this process makes of the build; gone with it, or with the next run."""
    RUNS.mkdir(parents=True, exist_ok=True)
    with open(RUNS / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in filter(Path.is_dir, RUNS.iterdir()):
            fd = held(left)
            if fd is not None:
                shutil.rmtree(left)
                os.close(fd)
        folder = Path(tempfile.mkdtemp(dir=RUNS))
        folder.chmod(0o755)
        held(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class RigError(Exception):
    """The rig itself could not do what was asked; `where` says which file tells more."""

    def __init__(self, message: str, where: Path | None = None):
        super().__init__(f"{message} (see {where})" if where else message)
        self.where = where
