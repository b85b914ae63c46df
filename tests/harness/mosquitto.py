"""A real Mosquitto on loopback."""

import os
import shutil
import subprocess
from pathlib import Path

from .process import PATH, Process, free_port, listens


class Mosquitto:
    """Options: persistence (a database on disk, saved at every change), authority (TLS on),
    client_certificates (mTLS), users {name: password}, acl (lines), extra (lines of configuration).
    Restarts on the same port with the same database."""

    def __init__(self, folder, persistence=False, authority=None, client_certificates=False,
                 users=None, acl=None, extra=(), port=None,
                 host="127.0.0.1"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.host = host
        self.tls = authority is not None
        lines = [
            f"listener {self.port} {host}",
            f"allow_anonymous {'false' if users else 'true'}",
            # As root it would change to a user of its own, who may not read our folder.
            f"user {subprocess.check_output(['id', '-un'], text=True).strip()}",
            "log_dest stderr", "log_type all", "connection_messages true", "sys_interval 1",
        ]
        if persistence:
            lines += ["persistence true", f"persistence_location {self.folder}/",
                      "autosave_interval 1"]
        if authority:
            certificate, key = authority.issue("broker")
            lines += [f"cafile {authority.certificate}", f"certfile {certificate}",
                      f"keyfile {key}"]
            if client_certificates:
                lines += ["require_certificate true", "use_identity_as_username true"]
        if users:
            lines.append(f"password_file {self._passwords(users)}")
        if acl:
            (self.folder / "acl").write_text("\n".join(acl) + "\n")
            (self.folder / "acl").chmod(0o600)
            lines.append(f"acl_file {self.folder}/acl")
        (self.folder / "mosquitto.conf").write_text("\n".join([*lines, *extra]) + "\n")
        self.process = Process(
            [shutil.which("mosquitto", path=PATH) or "mosquitto", "-c",
             self.folder / "mosquitto.conf"],
            self.folder / "mosquitto.log", env={**os.environ, "PATH": PATH}, name="mosquitto")

    def _passwords(self, users):
        path = self.folder / "passwords"
        path.write_text("")
        path.chmod(0o600)
        for name, password in users.items():
            subprocess.run([shutil.which("mosquitto_passwd", path=PATH), "-b", path, name, password],
                           check=True, capture_output=True)
        return path

    @property
    def url(self):
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port, self.host), 10, "a listening broker")
        return self

    def stop(self):
        return self.process.stop()

    def kill(self):
        self.process.kill()

    def log(self):
        return self.process.output()
