#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""systemd understands every unit of systemd/, and iamd.service is as shut in as we promise.

Verified in a root of their own, which holds the distribution's units and a stand-in for every
program, so that it does not matter what is installed here.
usage: check_units.py ROOT
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

EXPOSURE = 2.0
SYSTEM = "usr/lib/systemd/system"


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def stage(units, root):
    system = root / SYSTEM
    shutil.copytree("/" + SYSTEM, system, symlinks=True)
    for unit in units:
        shutil.copy(unit, system)
        for program in re.findall(r"^Exec\w+=[-@:+!]*(/\S+)", unit.read_text(), re.M):
            path = root / program.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("#!/bin/sh\n")
            path.chmod(0o755)


def main(source):
    folder = pathlib.Path(source).resolve() / "systemd"
    units = sorted(p for p in folder.iterdir() if p.suffix in (".service", ".socket", ".path"))
    faults = [] if units else ["no units found"]
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        stage(units, root)
        status, text = run("systemd-analyze", f"--root={root}", "--man=no", "verify",
                           *(unit.name for unit in units))
        # What the distribution's own units provoke is not ours to mend.
        ours = [line for line in text.splitlines() if "iam" in line]
        if ours or status != 0:
            faults += ours or [text]

        status, text = run("systemd-analyze", f"--root={root}", "--offline=true", "security",
                           f"--threshold={EXPOSURE * 10:.0f}", "iamd.service")
        said = re.search(r"exposure level for iamd.service: ([0-9.]+)", text)
        if said is None:
            faults.append(f"no exposure level: {text}")
        elif status != 0 or float(said[1]) > EXPOSURE:
            faults.append(f"iamd.service: exposure {said[1]}, more than {EXPOSURE}")

    for kind in ("sysusers", "tmpfiles"):
        file = folder / f"{kind}.conf"
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / "etc").mkdir()
            root = f"--root={name}"
            status, text = run("systemd-sysusers", root, str(folder / "sysusers.conf"))
            if kind == "tmpfiles" and status == 0:
                status, text = run("systemd-tmpfiles", root, "--create", str(file))
        if status != 0 or "gnor" in text:  # "Ignoring", "ignored"
            faults.append(f"{file.name}: {text}")

    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
