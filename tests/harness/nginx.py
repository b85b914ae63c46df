"""The real nginx with the files of deploy/nginx, moved to free loopback ports."""

import re
import shutil
from pathlib import Path

import requests

from .process import PATH, ROOT, Process, free_port

FILES = ROOT / "deploy/nginx"


class Nginx:
    """In front of `gateway`, with `behind` ("127.0.0.1:3000") below /grafana/. Plain HTTP: its TLS
    is nginx's business."""

    def __init__(self, folder, gateway, behind):
        self.folder = Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.gateway = gateway
        self.behind = behind
        binary = shutil.which("nginx", path=PATH) or "nginx"
        self.process = Process([binary, "-p", self.folder, "-c", self.folder / "nginx.conf"],
                               self.folder / "nginx.log", cwd=self.folder, name="nginx")

    def site(self):
        text = (FILES / "site.conf").read_text()
        text = text.replace("/etc/caredian/nginx/", f"{FILES}/")
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{self.gateway.port}")
        text = text.replace("127.0.0.1:3000", self.behind)
        text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.port};")
        text = text.replace("server_name home.example.org;", "server_name 127.0.0.1;")
        return re.sub(r" *ssl_certificate.*\n", "", text)

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\nmaster_process off;\npid {self.folder}/nginx.pid;\n"
            "error_log stderr warn;\nevents {}\n"
            f"http {{\naccess_log off;\n{temporary}{self.site()}\n}}\n")
        self.process.start()
        self.process.wait_ready(self.listening, 15, "nginx")
        return self

    def listening(self):
        try:
            return requests.get(self.url + "/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self):
        return self.process.stop(10)


class Below(Nginx):
    """A plain proxy: `upstream` ("http://127.0.0.1:8086") below /path/, everything else 404."""

    def __init__(self, folder, upstream, path):
        super().__init__(folder, None, None)
        self.upstream, self.path = upstream, path

    def site(self):
        return (f"server {{\nlisten 127.0.0.1:{self.port};\nlocation = /healthz {{ return 200; }}\n"
                f"location {self.path}/ {{ proxy_pass {self.upstream}/; }}\n"
                "location / { return 404; }\n}\n")
