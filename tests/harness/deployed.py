"""deploy/up --root, and the real servers with the files that it writes, on free loopback ports."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import requests

from .gateway import Gateway
from .mariadb import MariaDB
from .nginx import Nginx
from .process import PATH, ROOT, Process, free_port, listens, wait_until

SERVERS = ("redis-server", "mariadbd", "nginx", "mosquitto", "mosquitto_passwd", "openssl")
ETC = "/etc/caredian/"


def missing():
    return [name for name in SERVERS if not shutil.which(name, path=PATH)]


def up(root, *options):
    """deploy/up that only writes files below `root`."""
    return subprocess.run([ROOT / "deploy/up", "--root", root, *map(str, options)],
                          capture_output=True, text=True, timeout=60, cwd=ROOT)


class Site(Nginx):
    """The site that deploy/up wrote, with its self-signed certificate."""

    def __init__(self, folder, gateway, root, port):
        super().__init__(folder, gateway, behind="")
        self.root, self.port = root, port
        self.url = f"https://localhost:{port}"
        self.certificate = str(root / "etc/caredian/tls/localhost.pem")

    def site(self):
        text = (self.root / "etc/nginx/conf.d/caredian.conf").read_text()
        assert f"listen {self.port} ssl;" in text
        return text.replace(ETC, f"{self.root}{ETC}").replace("listen ", "listen 127.0.0.1:")

    def listening(self):
        try:
            return requests.get(self.url + "/healthz", verify=self.certificate, timeout=2).ok
        except requests.RequestException:
            return False


class Deployment:
    """Everything at once; the passwords are those that deploy/up made."""

    def __init__(self, folder, build):
        self.folder = Path(folder)
        self.root = self.folder / "root"
        self.mariadb = MariaDB(self.folder / "mariadb")
        self.gateway = Gateway(self.folder / "gateway", build=build)
        self.redis_port, self.mqtt_port, https = free_port(), free_port(), free_port()
        self.options = ("--with", "redis,mariadb,nginx,mosquitto", "--name", "localhost",
                        "--port", self.gateway.port, "--https-port", https,
                        "--redis-port", self.redis_port, "--mqtt-port", self.mqtt_port,
                        "--database-port", self.mariadb.port)
        self.made = up(self.root, *self.options)
        assert self.made.returncode == 0, self.made.stderr
        self.nginx = Site(self.folder / "nginx", self.gateway, self.root, https)
        self.children = []

    def path(self, name):
        return self.root / name.lstrip("/")

    def password(self, name):
        return self.path(f"{ETC}{name}.password").read_text()

    def _child(self, name, command, port):
        child = Process([shutil.which(command[0], path=PATH), *command[1:]],
                        self.folder / f"{name}.log", env={**os.environ, "PATH": PATH}, name=name)
        self.children.append(child)
        child.start()
        child.wait_ready(lambda: listens(port), 15, f"a listening {name}")

    def _start_redis(self):
        # Redis goes into each folder that it is told: not everybody may into the system's.
        text = self.path("/etc/redis/redis-caredian.conf").read_text()
        conf = self.folder / "redis.conf"
        conf.write_text(re.sub(r"^dir /var/lib/redis$", f"dir {self.folder}", text, flags=re.M))
        self._child("redis", ["redis-server", conf, "--pidfile", self.folder / "redis.pid",
                              "--logfile", ""], self.redis_port)

    def _start_mosquitto(self):
        text = self.path("/etc/mosquitto/conf.d/caredian.conf").read_text()
        text = text.replace("/etc/mosquitto/", f"{self.root}/etc/mosquitto/")
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        conf = self.folder / "mosquitto.conf"
        conf.write_text(f"user {user}\nlog_dest stderr\n{text}")
        self._child("mosquitto", ["mosquitto", "-c", conf], self.mqtt_port)

    def _config(self):
        """The written settings, with the folder in front of the files that they name."""
        self.path(f"{ETC}master_key").write_text("a key for the test, of 32 bytes and more")
        text = self.path(f"{ETC}caredian.yaml").read_text()
        text = re.sub(r"^data_dir:.*\n", "", text, flags=re.M).replace(ETC, f"{self.root}{ETC}")
        config = self.folder / "caredian.yaml"
        config.write_text(text)
        config.chmod(0o640)
        return config

    def start(self):
        self.mariadb.start(prepare=False)
        for _ in range(2):  # harmless to repeat
            self.mariadb.sql(self.path(f"{ETC}mariadb.sql").read_text())
        self._start_redis()
        self._start_mosquitto()
        self.gateway.settings["config"] = str(self._config())
        self.gateway.add_user()
        self.gateway.start()
        self.nginx.start()
        return self

    def client(self):
        session = requests.Session()
        session.trust_env = False
        session.verify = self.nginx.certificate
        session.headers["Origin"] = self.nginx.url
        return session

    def wait_up(self, timeout=15):
        """Every dependency, also those without which the gateway is ready already: their names."""
        def states():
            return {one["name"]: one["state"]
                    for one in self.gateway.ready().json()["dependencies"]}
        wait_until(lambda: set(states().values()) == {"up"}, timeout, 0.05, "all of it up")
        return set(states())

    def redis_cli(self, *words, user="caredian"):
        who = ["--user", user] if user else []
        env = {**os.environ, "REDISCLI_AUTH": self.password("redis")} if user else None
        return subprocess.run(["redis-cli", "-p", str(self.redis_port), *who, *words],
                              capture_output=True, text=True, timeout=10, env=env).stdout

    def stop(self):
        self.nginx.process.kill()
        self.gateway.process.stop(30)
        for child in self.children:
            child.kill()
        self.mariadb.kill()
        self.gateway.check_clean()
