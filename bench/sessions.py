"""Gateways on one Redis with many live sessions, which tools/session_load.cpp writes as a gateway
does; their cookies for wrk."""

import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from http_server import start_gateway  # noqa: E402  (finds the harness, too)
from load import Server, ask  # noqa: E402

import requests  # noqa: E402
from harness.gateway import binary  # noqa: E402
from harness.redis import Redis  # noqa: E402

SECRET = "the-same-secret-for-all-of-them:32-bytes-and-more"
COOKIE = "caredian_session"


class Sessions:
    """A Redis, `gateways` that keep their sessions in it and share one database, and the sessions:
    [(id, cookie)], all live."""

    def __init__(self, folder, workers, gateways=1):
        self.folder = Path(folder)
        self.redis = Redis(self.folder / "redis").start()
        self.secret = self.folder / "secret"
        self.secret.write_text(SECRET)
        self.secret.chmod(0o600)
        self.settings = {"redis.url": self.redis.url, "secret": SECRET,
                         "database.url": f"sqlite:{self.folder}/shared.db"}
        self.workers = workers
        self.gateways = []
        try:
            for number in range(gateways):
                self.gateways.append(
                    start_gateway(self.folder / f"gateway{number}", workers, self.settings,
                                  user=number == 0))
                self.wait_ready(self.gateways[-1])
        except BaseException:
            self.kill()
            raise
        self.live = []

    def wait_ready(self, gateway):
        def up():
            return gateway.healthy() and any(
                one["name"] == "redis" and one["state"] == "up"
                for one in gateway.ready().json()["dependencies"])
        gateway.process.wait_ready(up, 30, "Redis as a dependency that is up")

    def restart(self, gateway):
        """With an empty cache."""
        gateway.process.kill()
        gateway.start(wait=False)
        self.wait_ready(gateway)

    def kill(self):
        for gateway in self.gateways:
            gateway.process.kill()
        self.redis.kill()

    def tool(self, *options):
        return ["setsid", "--wait", str(binary("release", "session-load")),
                "--redis", self.redis.url, "--secret-file", str(self.secret), *options]

    def begin(self, count, *options):
        """`count` more."""
        done = subprocess.run(self.tool(*options, "start", "--count", str(count)), timeout=600,
                              check=True, capture_output=True, text=True)
        self.live += self._read(done.stdout)

    @staticmethod
    def _read(text):
        return [line.split() for line in text.splitlines()]

    def churn(self, count, seconds):
        """Ends the first `count` and begins as many while the block runs; then `live` is true
        again, the new ones last."""
        return Churn(self, count, seconds)

    def cookies(self):
        """A file of their cookies, one a line, for bench/wrk.lua."""
        file = self.folder / "cookies"
        file.write_text("".join(f"{COOKIE}={cookie}\n" for _, cookie in self.live))
        return file

    def server(self, gateway):
        """The gateway as load.py asks it; it probes with the newest session."""
        return Server(gateway.url, gateway.process.cpu,
                      {"Cookie": f"{COOKIE}={self.live[-1][1]}"})

    def known(self, gateway, passes=8):
        """Asks for each of them, until each worker has seen nearly all of them."""
        server, seen = self.server(gateway), 0
        while seen < passes * len(self.live):
            seen += ask(server, "/auth/verify", 64, 1, self.cookies(), "once", 0)["requests"]

    def account(self, username):
        with sqlite3.connect(f"file:{self.folder}/shared.db?mode=ro", uri=True) as database:
            return database.execute("SELECT id FROM accounts WHERE username=?",
                                    (username,)).fetchone()[0]


class Churn:
    def __init__(self, sessions, count, seconds):
        self.sessions = sessions
        self.count = count
        self.seconds = seconds
        self.process = None

    def __enter__(self):
        ended = self.sessions.live[:self.count]
        self.process = subprocess.Popen(
            self.sessions.tool("churn", "--seconds", str(self.seconds)), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.process.stdin.write("".join(f"{name}\n" for name, _ in ended))
        self.process.stdin.close()
        return self

    def __exit__(self, *failed):
        if failed[0]:
            self.process.kill()
        text = self.process.stdout.read()
        assert self.process.wait(60) == 0 or failed[0], text
        self.sessions.live = self.sessions.live[self.count:] + Sessions._read(text)


def found(gateway):
    """(in the cache, at the store): sessions so far."""
    text = requests.get(gateway.url + "/metrics", timeout=30).text
    return [next(float(line.split()[-1]) for line in text.splitlines()
                 if line.startswith("caredian_session_checks_total") and f'"{where}"' in line)
            for where in ("cache", "store")]
