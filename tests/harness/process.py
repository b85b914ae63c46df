"""A child process that cannot outlive its test: own session, log in a file, ended by its id."""

import itertools
import os
import random
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A plain user's PATH has no /usr/sbin, where Debian keeps mosquitto and nginx.
PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"

# What address, undefined, leak and thread sanitizers write when they have found something.
SANITIZER = re.compile(r"(Address|Leak|Thread|Memory)Sanitizer|runtime error: ")


# Ports below those that the kernel gives to outgoing connections, which would take one in the
# moment between our look and the server's start. Each worker of a parallel run has a stretch of its
# own; where in it a run begins is random, for two runs side by side.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_STRETCH = 2000
_ports = itertools.count(random.randrange(_STRETCH))


def free_port():
    """A TCP port on loopback that nobody listens on now, and that was not given before for long."""
    for _ in range(_STRETCH):
        port = 12_000 + _WORKER % 10 * _STRETCH + next(_ports) % _STRETCH
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def wait_until(check, timeout=10.0, step=0.02, what="the condition"):
    """The first true answer of `check`; AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true in {timeout:g} s")
        time.sleep(step)


def listens(port, host="127.0.0.1"):
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


class Process:
    def __init__(self, command, log, env=None, cwd=None, name=None):
        self.command = [str(part) for part in command]
        self.log = Path(log)
        self.env = env
        self.cwd = cwd
        self.name = name or Path(self.command[0]).name
        self.child = None
        self._mark = 0  # where this start's log begins

    def start(self):
        assert not self.running, f"{self.name} runs already"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self._mark = log.tell()
            self.child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.env, cwd=self.cwd, start_new_session=True)
        return self

    @property
    def running(self):
        return self.child is not None and self.child.poll() is None

    @property
    def pid(self):
        return self.child.pid

    @property
    def exit_code(self):
        return self.child.returncode if self.child else None

    def signal(self, number):
        if self.running:
            self.child.send_signal(number)

    def stop(self, timeout=20.0):
        """SIGTERM, then wait; SIGKILL and an AssertionError when that takes too long."""
        if not self.running:
            return self.exit_code
        self.signal(signal.SIGTERM)
        try:
            return self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"{self.name} did not stop in {timeout:g} s; its log ends:\n{self.tail()}") from None

    def kill(self):
        """kill -9, of its whole session."""
        if self.running:
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.child:
            self.child.wait(10)

    def wait(self, timeout=20.0):
        return self.child.wait(timeout)

    def output(self, whole=False):
        """What it wrote since its last start (or ever)."""
        try:
            data = self.log.read_bytes()
        except FileNotFoundError:
            return ""
        return data[0 if whole else self._mark:].decode("utf-8", "replace")

    def tail(self, lines=40):
        return "\n".join(self.output().splitlines()[-lines:])

    def wait_output(self, pattern, timeout=10.0):
        """The first match of a regular expression in its output."""
        return wait_until(lambda: re.search(pattern, self.output()), timeout,
                          what=f"{pattern!r} in the log of {self.name}")

    def wait_ready(self, check, timeout, what):
        """Waits for `check`; says what the process wrote when it ends or never becomes ready."""
        deadline = time.monotonic() + timeout
        while not check():
            if not self.running:
                raise AssertionError(
                    f"{self.name} ended with {self.exit_code} before {what}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come in {timeout:g} s:\n{self.tail()}")
            time.sleep(0.01)

    # from /proc

    def rss(self):
        """Resident memory, bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def cpu(self, children=False):
        """CPU seconds so far, user + system; with those of its living children."""
        pids = [str(self.pid)]
        if children:
            pids += Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        ticks = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))
