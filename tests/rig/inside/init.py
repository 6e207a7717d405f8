# SPDX-License-Identifier: Apache-2.0
"""The first process of a sandbox: builds its file system, then only reaps.

Run by sandbox.py under unshare(1).  The whole machine is the lower layer of an overlay whose upper
layer is memory, so nothing that happens inside can reach a file outside, and nothing is left when
the last process is gone.  When the other end of stdin closes, in whatever way, this process exits,
and with process 1 the kernel kills the rest.

Usage: init.py WORKDIR STATE [TREE...]     (STATE: on disk, becomes /var/lib/iam; "" for memory.
TREE: copied over the machine's files)
"""

import ctypes
import os
import select
import signal
import subprocess
import sys

DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9),
           "tty": (5, 0)}
# What lies on file systems of these kinds is made anew inside, or is none of our business.
NOT_FILES = {"proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "cgroup", "cgroup2", "mqueue",
             "securityfs", "debugfs", "tracefs", "configfs", "fusectl", "bpf", "pstore",
             "hugetlbfs", "autofs", "binfmt_misc", "efivarfs", "rpc_pipefs", "nsfs"}


def mount(kind: str, target: str, options: str = "defaults"):
    os.makedirs(target, exist_ok=True)
    subprocess.run(["mount", "-t", kind, "-o", options, "rig", target], check=True)


def overlay(work: str, target: str, lower: str, number: int):
    upper, scratch = f"{work}/upper{number}", f"{work}/work{number}"
    os.makedirs(upper)
    os.makedirs(scratch)
    mount("overlay", target, f"lowerdir={lower},upperdir={upper},workdir={scratch}")


def file_mounts() -> list[str]:
    """Mount points below / that hold files: an overlay of / does not look into them."""
    points = []
    with open("/proc/self/mountinfo", encoding="ascii") as table:
        for line in table:
            fields, _, rest = line.partition(" - ")
            point = fields.split()[4].encode().decode("unicode_escape")
            top = point.split("/")[1]
            if (rest.split()[0] not in NOT_FILES and top in ("usr", "etc", "var", "opt")
                    and os.path.isdir(point)):
                points.append(point)
    return sorted(set(points))


def build_root(work: str, state: str, trees: list[str]) -> str:
    mount("tmpfs", work, "mode=755")
    root = f"{work}/root"
    points = file_mounts()
    overlay(work, root, "/", 0)
    for number, point in enumerate(points, 1):
        overlay(work, root + point, point, number)
    # Not a second lower layer: overlayfs refuses one that lies inside the other, and the tree does.
    for tree in trees:
        subprocess.run(["cp", "-a", "-T", tree, root], check=True)
    if state:
        os.makedirs(f"{root}/var/lib/iam", exist_ok=True)
        subprocess.run(["mount", "--bind", state, f"{root}/var/lib/iam"], check=True)

    mount("proc", f"{root}/proc", "nosuid,nodev,noexec")
    subprocess.run(["mount", "--rbind", "/sys", f"{root}/sys"], check=True)
    mount("tmpfs", f"{root}/dev", "mode=755")
    os.makedirs(f"{root}/dev/shm")
    for name, (major, minor) in DEVICES.items():
        os.mknod(f"{root}/dev/{name}", 0o020666, os.makedev(major, minor))
        os.chmod(f"{root}/dev/{name}", 0o666)
    for name, target in {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "/proc/self/fd/0",
                         "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}.items():
        os.symlink(target, f"{root}/dev/{name}")
    mount("devpts", f"{root}/dev/pts", "newinstance,ptmxmode=0666,mode=620,gid=5")
    mount("tmpfs", f"{root}/dev/shm", "mode=1777")
    mount("tmpfs", f"{root}/run", "mode=755")
    os.makedirs(f"{root}/run/lock", mode=0o1777)
    mount("tmpfs", f"{root}/tmp", "mode=1777")
    mount("tmpfs", f"{root}/home", "mode=755")
    return root


def enter(root: str):
    """Makes it "/"; the old root is let go, so no path leads back to the machine's own files."""
    os.chdir(root)
    subprocess.run(["pivot_root", ".", "."], check=True)
    subprocess.run(["umount", "-l", "."], check=True)
    os.chroot(".")
    os.chdir("/")


def set_names():
    name = "sandbox"
    ctypes.CDLL(None).sethostname(name.encode(), len(name))
    with open("/etc/hosts", "w", encoding="ascii") as hosts:
        hosts.write(f"127.0.0.1 localhost {name}\n::1 localhost\n")
    with open("/etc/hostname", "w", encoding="ascii") as file:
        file.write(name + "\n")


def reap_until_stdin_closes():
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([0, wake_read], [], [])
        if 0 in ready and not os.read(0, 64):
            return
        if wake_read in ready:
            os.read(wake_read, 64)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass


def main(work: str, state: str, *trees: str):
    os.umask(0o022)
    # The old /proc still shows us by our number in the caller's PID namespace.
    pid = os.readlink("/proc/self")
    enter(build_root(work, state, list(trees)))
    set_names()
    print(pid, flush=True)
    reap_until_stdin_closes()


if __name__ == "__main__":
    main(*sys.argv[1:])
