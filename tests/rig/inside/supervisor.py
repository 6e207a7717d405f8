# SPDX-License-Identifier: Apache-2.0
"""Takes systemd's place for iamd in a sandbox, by the unit files that are shipped.

Holds the listening sockets (so they outlive the daemon, and a first connection starts it), gives
the daemon its user, its credentials and its notify socket, and runs the service of each path unit
when the watched path changes.  What it does not imitate is the sandboxing; the test hosts have
the real thing.

Orders come as lines on stdin: start, stop, kill, signal NAME, status, quit.  Each is answered by
one line of JSON.  After `stop` or `kill` the daemon stays down until `start`: a test decides.

Usage: supervisor.py SERVICE
"""

import array
import fcntl
import glob
import grp
import json
import os
import pwd
import resource
import select
import shlex
import signal
import socket
import subprocess
import sys
import time

UNITS = "/usr/lib/systemd/system"
NOTIFY = "/run/rig-notify"
CREDENTIALS = "/run/rig-credentials"
START_LIMIT = 30.0
STOP_LIMIT = 15.0


def read_unit(name: str) -> dict[str, list[str]]:
    """Every value of every key; the keys we read mean one thing in whatever section they are."""
    keys: dict[str, list[str]] = {}
    with open(f"{UNITS}/{name}", encoding="utf-8") as file:
        text = file.read().replace("\\\n", " ")
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith(("#", ";")):
            keys.setdefault(key.strip(), []).append(value.strip())
    return keys


def last(unit: dict[str, list[str]], key: str, otherwise: str = "") -> str:
    return unit.get(key, [otherwise])[-1]


def command_of(unit: dict[str, list[str]], key: str) -> list[str]:
    words = shlex.split(last(unit, key))
    words[0] = words[0].lstrip("-@:+!")
    return words


def listen(address: str, unit: dict[str, list[str]]) -> socket.socket:
    if address.startswith("/"):
        os.makedirs(os.path.dirname(address), exist_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.bind(address)
        os.chown(address, pwd.getpwnam(last(unit, "SocketUser", "root")).pw_uid,
                 grp.getgrnam(last(unit, "SocketGroup", "root")).gr_gid)
        os.chmod(address, int(last(unit, "SocketMode", "0666"), 8))
    else:
        host, _, port = address.rpartition(":")
        host = host.strip("[]") or "127.0.0.1"
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, int(port)))
    sock.listen(int(last(unit, "Backlog", "4096")))
    return sock


def run_once(unit: dict[str, list[str]]):
    """A oneshot service that must have run before; its own condition is heeded."""
    for path in unit.get("ConditionPathExists", []):
        if os.path.exists(path.lstrip("!")) == path.startswith("!"):
            return
    # stdout is for answers
    subprocess.run(command_of(unit, "ExecStart"), stdin=subprocess.DEVNULL, stdout=2, check=True)


def apply_limits(unit: dict[str, list[str]]):
    """As far as we may: raising one beyond our own needs a capability that root can lack."""
    for key, number in (("LimitNOFILE", resource.RLIMIT_NOFILE),
                        ("LimitMEMLOCK", resource.RLIMIT_MEMLOCK),
                        ("LimitCORE", resource.RLIMIT_CORE)):
        text = last(unit, key)
        if not text:
            continue
        value = int(text.rstrip("KMG")) << {"K": 10, "M": 20, "G": 30}.get(text[-1], 0)
        try:
            resource.setrlimit(number, (value, value))
        except (ValueError, PermissionError):
            hard = resource.getrlimit(number)[1]
            resource.setrlimit(number, (hard, hard))


class Service:
    def __init__(self, name: str):
        self.unit = read_unit(name)
        for needed in last(self.unit, "Requires").split():
            if needed.endswith(".service"):
                run_once(read_unit(needed))
        self.names, self.sockets = [], []
        for path in sorted(glob.glob(f"{UNITS}/*.socket")):
            socket_unit = read_unit(os.path.basename(path))
            if last(socket_unit, "Service", os.path.basename(path)[:-6] + "service") != name:
                continue
            for address in socket_unit.get("ListenStream", []):
                self.names.append(last(socket_unit, "FileDescriptorName", os.path.basename(path)))
                self.sockets.append(listen(address, socket_unit))
        self.user = pwd.getpwnam(last(self.unit, "User", "root"))
        self.place_credentials()
        self.make_folders()
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(NOTIFY)
        os.chmod(NOTIFY, 0o666)
        self.pid, self.ready, self.status, self.held = None, False, None, True

    def place_credentials(self):
        os.makedirs(CREDENTIALS)
        for key, read in (("LoadCredential", ["cat"]),
                          ("LoadCredentialEncrypted", ["systemd-creds", "decrypt"])):
            for line in self.unit.get(key, []):
                name, _, source = line.partition(":")
                words = [*read, *([f"--name={name}"] if len(read) > 1 else []), source]
                target = f"{CREDENTIALS}/{name}"
                with open(target, "wb") as out:
                    subprocess.run([*words, *(["-"] if len(read) > 1 else [])], stdout=out,
                                   check=True)
                os.chmod(target, 0o400)
                os.chown(target, self.user.pw_uid, self.user.pw_gid)
        os.chmod(CREDENTIALS, 0o500)
        os.chown(CREDENTIALS, self.user.pw_uid, self.user.pw_gid)

    def make_folders(self):
        for key, top, mode in (("StateDirectory", "/var/lib", "StateDirectoryMode"),
                               ("CacheDirectory", "/var/cache", "CacheDirectoryMode")):
            for name in last(self.unit, key).split():
                path = f"{top}/{name}"
                os.makedirs(path, exist_ok=True)
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
                os.chmod(path, int(last(self.unit, mode, "0755"), 8))

    def environment(self) -> dict[str, str]:
        names = {key.lower(): last(self.unit, key).split()[0]
                 for key in ("StateDirectory", "CacheDirectory") if last(self.unit, key)}
        places = {"statedirectory": "/var/lib/", "cachedirectory": "/var/cache/"}
        made = {key.replace("directory", "_directory").upper(): places[key] + name
                for key, name in names.items()}
        for line in self.unit.get("Environment", []):
            made.update(word.split("=", 1) for word in shlex.split(line))
        return {"PATH": "/usr/sbin:/usr/bin", "LANG": "C.UTF-8", "NOTIFY_SOCKET": NOTIFY,
                "CREDENTIALS_DIRECTORY": CREDENTIALS, "LISTEN_FDS": str(len(self.sockets)),
                "LISTEN_FDNAMES": ":".join(self.names), **made}

    def become(self):
        """In the child: from here to the daemon.  LISTEN_PID must be its own, so no fork again."""
        os.setsid()
        apply_limits(self.unit)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(2, 1)  # stdout is for answers
        for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sig, signal.SIG_DFL)
        # Copies above the range first: a socket may itself be number 3.
        high = [fcntl.fcntl(sock.fileno(), fcntl.F_DUPFD_CLOEXEC, 3 + len(self.sockets))
                for sock in self.sockets]
        for number, fd in enumerate(high, 3):
            os.dup2(fd, number, inheritable=True)
        env = self.environment() | {"LISTEN_PID": str(os.getpid())}
        who = ["--reuid", str(self.user.pw_uid), "--regid", str(self.user.pw_gid),
               "--init-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
        os.execve("/usr/bin/setpriv", ["setpriv", *who, "--", *command_of(self.unit, "ExecStart")],
                  env)

    def start(self) -> dict:
        if self.pid is None:
            self.ready, self.status = False, None
            pid = os.fork()
            if pid == 0:
                try:
                    self.become()
                finally:
                    os._exit(203)
            self.pid = pid
        self.held = False
        deadline = time.monotonic() + START_LIMIT
        while not self.ready and self.pid and time.monotonic() < deadline:
            if select.select([self.notify], [], [], 0.05)[0]:
                self.read_notify()
            self.reap()
        return self.describe()

    def read_notify(self):
        data, ancillary, _, _ = self.notify.recvmsg(4096, socket.CMSG_SPACE(64))
        for level, kind, payload in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds = array.array("i")
                fds.frombytes(payload[:len(payload) - len(payload) % fds.itemsize])
                for fd in fds:  # closing it is the answer to BARRIER=1
                    os.close(fd)
        if "READY=1" in data.decode(errors="replace").splitlines():
            self.ready = True

    def reap(self):
        if self.pid is None:
            return
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.pid, self.ready, self.status = None, False, os.waitstatus_to_exitcode(status)

    def send(self, number: int):
        if self.pid is not None:
            os.kill(self.pid, number)

    def stop(self, number: int) -> dict:
        self.held = True
        self.send(number)
        self.send(signal.SIGCONT)
        deadline = time.monotonic() + STOP_LIMIT
        while self.pid and time.monotonic() < deadline:
            time.sleep(0.02)
            self.reap()
        return self.describe()

    def describe(self) -> dict:
        return {"running": self.pid is not None, "ready": self.ready, "pid": self.pid,
                "status": self.status}


class PathUnit:
    """Polls instead of inotify: a file that is replaced by rename has another inode each time."""

    def __init__(self, name: str):
        unit = read_unit(name)
        self.paths = unit.get("PathChanged", []) + unit.get("PathModified", [])
        self.service = read_unit(last(unit, "Unit", name[:-4] + "service"))
        self.seen = self.look()

    def look(self) -> list:
        seen = []
        for path in self.paths:
            try:
                info = os.stat(path)
                seen.append((info.st_ino, info.st_size, info.st_mtime_ns))
            except OSError:
                seen.append(None)
        return seen

    def check(self):
        now = self.look()
        if now == self.seen:
            return
        self.seen = now
        try:
            run_once(self.service)
        except (subprocess.CalledProcessError, OSError) as error:
            print(error, file=sys.stderr, flush=True)


def obey(service: Service, order: str) -> dict:
    verb, _, rest = order.partition(" ")
    if verb == "start":
        return service.start()
    if verb == "stop":
        return service.stop(signal.SIGTERM)
    if verb == "kill":
        return service.stop(signal.SIGKILL)
    if verb == "signal":
        service.send(getattr(signal, rest))
    elif verb != "status":
        return {"error": f"unknown order {order!r}"}
    service.reap()
    return service.describe()


def main(name: str):
    service = Service(name)
    paths = [PathUnit(os.path.basename(path)) for path in sorted(glob.glob(f"{UNITS}/iam*.path"))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(json.dumps(service.describe()), flush=True)
    try:
        serve(service, paths)
    finally:
        service.stop(signal.SIGTERM)


def serve(service: Service, paths: list[PathUnit]):
    while True:
        # A connection to a daemon that is down starts it; one that is up takes it itself.
        waiting = service.sockets if service.pid is None and not service.held else []
        ready, _, _ = select.select([0, service.notify, *waiting], [], [], 0.1)
        if service.notify in ready:
            service.read_notify()
        if 0 in ready:
            order = sys.stdin.readline().strip()
            if order in ("", "quit"):
                return
            print(json.dumps(obey(service, order)), flush=True)
        elif any(sock in ready for sock in waiting):
            service.start()
        service.reap()
        for path in paths:
            path.check()


if __name__ == "__main__":
    main(*sys.argv[1:])
