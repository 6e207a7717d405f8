# SPDX-License-Identifier: Apache-2.0
"""Where things are.  The only module that knows the layout of the clone."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RIG = ROOT / "tests" / "rig"
BUILD = Path(os.environ.get("IAM_BUILD", ROOT / "build"))
LOGS = BUILD / "logs"
STAGE = BUILD / "stage"

# What takes minutes to make and is the same for every clone.
CACHE = Path("/var/cache/iamd-dev")


class RigError(Exception):
    """The rig itself could not do what was asked; `where` says which file tells more."""

    def __init__(self, message: str, where: Path | None = None):
        super().__init__(f"{message} (see {where})" if where else message)
        self.where = where
