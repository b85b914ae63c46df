"""A real MariaDB on loopback, with an empty database and a user of it."""

import os
import shutil
import subprocess
from pathlib import Path

from .process import PATH, Process, free_port, listens

MISSING = "mariadb-server is not installed (scripts/setup test)"
PASSWORD = "p@ss wörd"
# Without the kernel's queues, of which there are few for many servers side by side.
SMALL = ["--innodb-log-file-size=4M", "--innodb-data-file-path=ibdata1:4M:autoextend",
         "--innodb-use-native-aio=0"]


def _program(name):
    return shutil.which(name, path=PATH)


def available():
    return bool(_program("mariadbd") and _program("mariadb-install-db"))


class MariaDB:
    """authority: TLS on, and demanded of the user. Restarts on the same port with the same data."""

    def __init__(self, folder, authority=None, host="127.0.0.1"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.host = host
        self.authority = authority
        self.socket = self.folder / "socket"
        data = self.folder / "data"
        user = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run([_program("mariadb-install-db"), "--no-defaults", "--skip-test-db",
                        "--auth-root-authentication-method=normal", f"--datadir={data}",
                        *user, *SMALL], check=True, capture_output=True)
        tls = []
        if authority:
            certificate, key = authority.issue("mariadb")
            tls = [f"--ssl-ca={authority.certificate}", f"--ssl-cert={certificate}",
                   f"--ssl-key={key}"]
        self.process = Process(
            [_program("mariadbd"), "--no-defaults", f"--datadir={data}",
             f"--socket={self.socket}", f"--pid-file={self.folder}/pid",
             f"--bind-address={host}", f"--port={self.port}", "--skip-name-resolve",
             "--innodb-buffer-pool-size=8M", *user, *SMALL, *tls],
            self.folder / "mariadb.log", name="mariadb")

    def start(self, prepare=True):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port, self.host), 20, "a listening MariaDB")
        if prepare:
            self.sql("CREATE DATABASE IF NOT EXISTS caredian;"
                     f"CREATE USER IF NOT EXISTS caredian@'%' IDENTIFIED BY '{PASSWORD}'"
                     f"{' REQUIRE SSL' if self.authority else ''};"
                     "GRANT ALL ON caredian.* TO caredian@'%';")
        return self

    def kill(self):
        self.process.kill()

    def sql(self, statements, database=""):
        """As root. What the client program prints: rows with tabs, no head."""
        return subprocess.run(
            [_program("mariadb"), "--no-defaults", "-uroot", "-N", "-S", str(self.socket),
             "--default-character-set=utf8mb4", database, "-e", statements],
            check=True, capture_output=True, text=True).stdout

    @property
    def url(self):
        return f"mysql://caredian:p%40ss%20w%C3%B6rd@{self.host}:{self.port}/caredian"

    @property
    def url_without_password(self):
        return f"mysql://caredian@{self.host}:{self.port}/caredian"
