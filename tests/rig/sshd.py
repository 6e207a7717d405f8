# SPDX-License-Identifier: Apache-2.0
"""A real sshd in a sandbox, and a real ssh client in front of it."""

import contextlib
from pathlib import Path

from .dialogue import Answers, Outcome, answer_until, finish, spawn
from .sandbox import Sandbox

PORT = 2222
HOST_KEY = "/etc/ssh/rig_host_key"
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
ListenAddress ::1
HostKey {host_key}
PidFile none
LogLevel VERBOSE
UsePAM yes
KbdInteractiveAuthentication yes
PasswordAuthentication yes
PubkeyAuthentication yes
AuthorizedKeysFile /etc/ssh/rig_keys/%u
PermitRootLogin yes
PrintMotd no
UseDNS no
MaxStartups 200
"""
MARK = "[rig] "


class Sshd:
    def __init__(self, box: Sandbox, kept_key: Path | None = None, port: int = PORT,
                 first: str = ""):
        """With kept_key the host key is the same next time, for clients that remember it.  What is
        said first goes before everything else, as a drop-in does."""
        self.box = box
        self.port = port
        if kept_key and kept_key.exists():
            box.write(HOST_KEY, kept_key.read_text(), 0o600)
        elif not box.path(HOST_KEY).exists():
            box.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", HOST_KEY])
        if kept_key:
            kept_key.touch(0o600)
            kept_key.write_text(box.read(HOST_KEY))
        box.run(["mkdir", "-p", "-m", "755", "/run/sshd", "/etc/ssh/rig_keys"])
        config = f"/etc/ssh/rig_config_{port}"
        box.write(config, first + CONFIG.format(port=port, host_key=HOST_KEY))
        self.process = box.start(["/usr/sbin/sshd", "-D", "-e", "-f", config],
                                 "sshd" if port == PORT else f"sshd-{port}")
        self.process.wait_for_log(f"Server listening on 127.0.0.1 port {port}")

    def make_key(self, *users: str) -> str:
        """Makes a key that opens the accounts of these users; returns the private key's path."""
        key = f"/root/key-{'-'.join(users)}"
        if not self.box.path(key).exists():
            self.box.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
        for user in users:
            self.box.write(f"/etc/ssh/rig_keys/{user}", self.box.read(key + ".pub"))
        return key

    def _client(self, user: str, method: str, key: str | None, *more: str) -> list[str]:
        options = {"StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null",
                   "LogLevel": "ERROR", "NumberOfPasswordPrompts": "1", "IdentitiesOnly": "yes",
                   "PreferredAuthentications": method, "ConnectTimeout": "10"}
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return self.box.command(["ssh", "-F", "none", "-p", str(self.port), *words,
                                 *(["-i", key] if key else []), *more, f"{user}@127.0.0.1"])

    def login(self, user: str, answers: Answers | None = None, command: str = "true",
              method: str | None = None, key: str | None = None,
              more: tuple[str, ...] = ()) -> Outcome:
        """One login that runs one command; status 255 means that the door stayed shut.  Without a
        method: by the key alone, or else by what sshd asks.  More are options of ssh."""
        argv = self._client(user, method or default_method(key), key, *more) + [command]
        return finish(spawn(argv, self.box.environment()), answers or {})

    @contextlib.contextmanager
    def session(self, user: str, answers: Answers | None = None,
                method: str | None = None, key: str | None = None, more: tuple[str, ...] = ()):
        """A login with a terminal and a shell that stays open for several commands."""
        argv = self._client(user, method or default_method(key), key, "-tt", *more)
        shell = f"exec env PS1='{MARK}' bash --norc --noprofile"
        child = spawn(argv + [shell], self.box.environment())
        try:
            _, prompts = answer_until(child, answers or {}, r"\[rig\] ")
            child.sendline("bind 'set enable-bracketed-paste off'; stty -echo")
            child.expect_exact(MARK)
            yield Session(child, prompts)
            child.sendline("exit")
            child.expect_exact("exit") if child.isalive() else None
        finally:
            child.close(force=True)


def default_method(key: str | None) -> str:
    return "publickey" if key else "keyboard-interactive"


class Session:
    def __init__(self, child, prompts: list[str]):
        self._child = child
        self.prompts = prompts

    def run(self, command: str, answers: Answers | None = None) -> Outcome:
        self._child.sendline(f"{command}; echo \"=$?=\"")
        shown, prompts = answer_until(self._child, answers or {}, r"=(\d+)=\r?\n")
        status = int(self._child.match.group(1))
        self._child.expect_exact(MARK)
        return Outcome(status, shown.replace("\r\n", "\n"), prompts)
