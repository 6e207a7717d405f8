# SPDX-License-Identifier: Apache-2.0
"""What can be the matter with iamd: each state is entered, lived in, and undone."""

import contextlib

from .iamd import Iamd
from .sandbox import Sandbox


@contextlib.contextmanager
def well(iamd: Iamd):
    yield


@contextlib.contextmanager
def silent(iamd: Iamd):
    """By SIGSTOP: its sockets take connections, and nobody answers."""
    iamd.freeze()
    try:
        yield
    finally:
        iamd.thaw()


@contextlib.contextmanager
def killed(iamd: Iamd):
    iamd.kill()
    try:
        yield
    finally:
        iamd.start()


@contextlib.contextmanager
def never_started(iamd: Iamd):
    """Not even its sockets are there."""
    iamd.stop()
    try:
        with moved_away(iamd.box, "/run/iam"):
            yield
    finally:
        iamd.start()


@contextlib.contextmanager
def without_snapshot(iamd: Iamd):
    with moved_away(iamd.box, "/var/lib/iam/public"):
        yield


@contextlib.contextmanager
def silent_without_snapshot(iamd: Iamd):
    with silent(iamd), without_snapshot(iamd):
        yield


@contextlib.contextmanager
def killed_without_snapshot(iamd: Iamd):
    with killed(iamd), without_snapshot(iamd):
        yield


@contextlib.contextmanager
def never_started_without_snapshot(iamd: Iamd):
    with never_started(iamd), without_snapshot(iamd):
        yield


@contextlib.contextmanager
def moved_away(box: Sandbox, path: str):
    box.run(["mv", path, f"{path}.away"])
    box.run(["mkdir", "-m", "755", path])
    try:
        yield
    finally:
        box.run(["rm", "-rf", path])
        box.run(["mv", f"{path}.away", path])
