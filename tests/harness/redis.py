"""A real Redis on loopback; a Sentinel; a proxy that can be slow or deaf."""

import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from .process import PATH, Process, free_port, listens, wait_until

MISSING = "redis-server is not installed (scripts/setup test)"


def available():
    return bool(shutil.which("redis-server", path=PATH))


class Redis:
    """authority: TLS only. users: ACL lines ("caredian on >pw ~caredian:* …"). replica_of: a Redis.
    Restarts on the same port, empty unless `persistent`."""

    def __init__(self, folder, authority=None, users=(), password=None, replica_of=None,
                 persistent=False):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.authority = authority
        self.password = password
        lines = ["bind 127.0.0.1", "daemonize no", f"dir {self.folder}", "save \"\"",
                 "repl-diskless-sync-delay 0", "repl-ping-replica-period 1",
                 f"appendonly {'yes' if persistent else 'no'}", "appendfsync always"]
        if authority:
            certificate, key = authority.issue("redis")
            lines += ["port 0", f"tls-port {self.port}", f"tls-cert-file {certificate}",
                      f"tls-key-file {key}", f"tls-ca-cert-file {authority.certificate}",
                      "tls-auth-clients no"]
        else:
            lines.append(f"port {self.port}")
        lines += [f"user {line}" for line in users]
        if password:
            lines.append(f"requirepass {password}")
        if replica_of:
            lines.append(f"replicaof 127.0.0.1 {replica_of.port}")
        (self.folder / "redis.conf").write_text("\n".join(lines) + "\n")
        self.process = Process([shutil.which("redis-server", path=PATH),
                                self.folder / "redis.conf"], self.folder / "redis.log",
                               env={**os.environ, "PATH": PATH}, name="redis")

    @property
    def url(self):
        return f"{'rediss' if self.authority else 'redis'}://127.0.0.1:{self.port}"

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port), 10, "a listening Redis")
        return self

    def kill(self):
        self.process.kill()

    def cli(self, *words):
        command = [shutil.which("redis-cli", path=PATH), "-p", str(self.port)]
        if self.password:
            command += ["-a", self.password, "--no-auth-warning"]
        if self.authority:
            command += ["--tls", "--cacert", str(self.authority.certificate)]
        return subprocess.run([*command, *map(str, words)], check=True, capture_output=True,
                              text=True, timeout=10).stdout.strip()

    def keys(self, pattern="caredian:session:*"):
        return [key for key in self.cli("KEYS", pattern).splitlines() if key]


class Sentinel:
    def __init__(self, folder, master, name="home"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.name = name
        (self.folder / "sentinel.conf").write_text("\n".join([
            f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}",
            f"sentinel monitor {name} 127.0.0.1 {master.port} 1",
            f"sentinel down-after-milliseconds {name} 500",
            f"sentinel failover-timeout {name} 3000"]) + "\n")
        self.process = Process([shutil.which("redis-sentinel", path=PATH),
                                self.folder / "sentinel.conf"], self.folder / "sentinel.log",
                               env={**os.environ, "PATH": PATH}, name="sentinel")

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port), 10, "a listening Sentinel")
        return self

    def ask(self, *words):
        return subprocess.run([shutil.which("redis-cli", path=PATH), "-p", str(self.port), *words],
                              check=True, capture_output=True, text=True, timeout=10).stdout

    def wait_replica(self):
        wait_until(lambda: "slave0:" in self.ask("INFO", "sentinel") or
                   "slaves=1" in self.ask("INFO", "sentinel"), 15, 0.1, "a replica that is known")


class Proxy:
    """TCP in between: `delay` seconds for what the server says; `deaf`: answers stay away on
    connections for which it says True (given {"sent": what the client has sent last, …})."""

    def __init__(self, target):
        self.target = target
        self.delay = 0.0
        self.deaf = lambda pair: False
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def _accept(self):
        while not self.ended:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                server.settimeout(None)
            except OSError:
                continue
            pair = {"client": client, "server": server, "sent": b""}
            self.connections.append(pair)
            threading.Thread(target=self._up, args=(pair,), daemon=True).start()
            threading.Thread(target=self._down, args=(pair,), daemon=True).start()

    def _up(self, pair):
        try:
            while data := pair["client"].recv(65536):
                pair["sent"] = (pair["sent"] + data)[-4096:]
                pair["server"].sendall(data)
        except OSError:
            pass
        self._close(pair)

    def _down(self, pair):
        try:
            while data := pair["server"].recv(65536):
                if self.delay:
                    time.sleep(self.delay)
                if not self.deaf(pair):
                    pair["client"].sendall(data)
        except OSError:
            pass
        self._close(pair)

    @staticmethod
    def _close(pair):
        for one in (pair["client"], pair["server"]):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def stop(self):
        self.ended = True
        self.listener.close()
        for pair in self.connections:
            self._close(pair)
