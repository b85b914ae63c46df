"""The real program, started as an operator starts it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import requests

from .process import PATH, ROOT, SANITIZER, Process, free_port, wait_until

PASSWORD = "a long enough passphrase 1"


def binary(build, name="caredian"):
    """build/<preset>/…/NAME, wherever the target lands below the preset's folder."""
    folder = ROOT / "build" / build
    for candidate in (folder / name, folder / "tools" / name, folder / "src/app" / name):
        if candidate.is_file():
            return candidate
    return folder / name


def environment(settings):
    """{"mqtt.url": …} → the process environment with CAREDIAN_MQTT_URL=…, and no other of ours."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("CAREDIAN_")}
    env["PATH"] = PATH
    env["CAREDIAN_CONFIG"] = ""  # not this machine's /etc/caredian
    env["ASAN_OPTIONS"] = "detect_leaks=1:detect_stack_use_after_return=0"
    env["UBSAN_OPTIONS"] = "print_stacktrace=1"
    env["TSAN_OPTIONS"] = "halt_on_error=0"
    for path, value in settings.items():
        if isinstance(value, (list, dict)):
            value = json.dumps(value)
        elif isinstance(value, bool):
            value = "true" if value else "false"
        env["CAREDIAN_" + path.upper().replace(".", "_")] = str(value)
    return env


class Gateway:
    """`settings` are paths of the configuration; they reach the program by its environment.
    `config` is a YAML file instead of or besides them. `prefix` wraps the command (unshare …)."""

    def __init__(self, folder, settings=None, build="dev", config=None, prefix=(),
                 host="127.0.0.1"):
        self.folder = Path(folder)
        self.build = build
        self.port = free_port()
        self.host = host
        self.data = self.folder / "data"
        self.settings = {"listen": f"{host}:{self.port}", "data_dir": str(self.data),
                         "log.level": "debug", "workers": 2, **(settings or {})}
        self.config = config
        self.scheme = "https" if "tls.certificate" in self.settings else "http"
        self.verify = True  # what requests trusts; a path of a CA for https
        command = [*prefix, binary(build), "serve"]
        if config:
            command += ["--config", config]
        self.process = Process(command, self.folder / "gateway.log",
                               env=environment(self.settings), cwd=self.folder, name="caredian")
        self._sessions = {}
        self.started_in = None  # seconds from start to the first 200 of /healthz
        self.killed = False

    # life

    def start(self, wait=True, timeout=30):
        self.folder.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        self.process.env = environment(self.settings)
        self.process.start()
        self.killed = False
        if wait:
            self.process.wait_ready(self.healthy, timeout, "/healthz")
            self.started_in = time.monotonic() - begun
        return self

    def healthy(self):
        try:
            return requests.get(self.url + "/healthz", timeout=2, verify=self.verify).ok
        except requests.RequestException:
            return False

    def stop(self, timeout=30):
        return self.process.stop(timeout)

    def kill(self):
        self.killed = True
        self.process.kill()

    def restart(self):
        assert self.stop() == 0
        return self.start()

    def reload(self):
        self.process.signal(signal.SIGHUP)

    def check_clean(self):
        """At the end of a test: it stopped well and no sanitizer had anything to say."""
        output = self.process.output(whole=True)
        found = SANITIZER.search(output)
        assert not found, "a sanitizer spoke:\n" + output[max(0, found.start() - 500):][:6000]
        if not self.killed and self.process.child is not None:
            assert self.process.exit_code in (0, 1, 2), (
                f"ended with {self.process.exit_code}:\n{self.process.tail()}")

    def cli(self, *arguments, input=None, check=True, timeout=60):
        """Another command of the program, with the same settings."""
        done = subprocess.run([str(binary(self.build)), *map(str, arguments)], input=input,
                              capture_output=True, text=True, timeout=timeout, cwd=self.folder,
                              env=environment(self.settings))
        if check:
            assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    # people

    @property
    def url(self):
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def first_run_code(self):
        return (self.data / "first-run-code").read_text().strip()

    def add_user(self, name="admin", role="admin", password=PASSWORD):
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.cli("user", "add", name, "--role", role, "--password-stdin",
                        input=password + "\n")

    def client(self):
        """requests.Session that says where it comes from, as a browser does."""
        session = requests.Session()
        session.trust_env = False
        session.headers["Origin"] = self.url
        session.verify = self.verify
        return session

    def login(self, name="admin", password=PASSWORD):
        session = self.client()
        answer = session.post(self.url + "/auth/login",
                              json={"username": name, "password": password}, timeout=30)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return session

    def session(self, name="admin", role="admin"):
        """A signed-in session of that account, which is made when it is not there."""
        if name not in self._sessions:
            done = self.cli("user", "add", name, "--role", role, "--password-stdin",
                            input=PASSWORD + "\n", check=False)
            assert done.returncode in (0, 1), done.stderr
            self._sessions[name] = self.login(name)
        return self._sessions[name]

    # what it says

    def get(self, path, timeout=30, **arguments):
        return self.session().get(self.url + path, timeout=timeout, **arguments)

    def readings(self, **parameters):
        answer = self.get("/api/v1/readings", params=parameters)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
        return answer.json()["readings"]

    def wait_readings(self, count, timeout=20, **parameters):
        """At least `count` readings of this query; the list."""
        found = []

        def enough():
            found[:] = self.readings(**parameters)
            return len(found) >= count
        try:
            wait_until(enough, timeout, step=0.1, what=f"{count} readings of {parameters}")
        except AssertionError as late:
            raise AssertionError(f"{late}; there are {len(found)}\n{self.process.tail(15)}") from None
        return found

    def devices(self):
        found, more = [], {}
        while more is not None:
            page = self.get("/api/v1/devices", params=more).json()
            found += page["devices"]
            more = {"after": page["next"]} if "next" in page else None
        return found

    def system(self):
        answer = self.get("/api/v1/system")
        assert answer.status_code == 200, answer.text[:500]
        return answer.json()

    def wait_system(self, check, timeout=20, what="/api/v1/system"):
        return wait_until(lambda: check(self.system()), timeout, step=0.1, what=what)

    def wait_connected(self, timeout=15):
        """The MQTT session stands and its filters are granted."""
        def up():
            for dependency in self.ready().json().get("dependencies", []):
                if "mqtt" in dependency["name"].lower() and dependency["state"] in ("up", "ok"):
                    return True
            return False
        wait_until(up, timeout, step=0.05, what="the broker as a dependency that is up")

    def ready(self):
        return requests.get(self.url + "/readyz", timeout=10, verify=self.verify)
