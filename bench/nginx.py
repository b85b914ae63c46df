"""The neighbour of the HTTP measures: nginx, as its manual would set it up for the same work."""

import getpass
import shutil
from pathlib import Path

from harness.process import PATH, Process, free_port, listens

HERE = Path(__file__).resolve().parent
MODULES = "/usr/lib/nginx/modules"  # Debian's

BASE = """
{main}
daemon off;
user {user};
worker_processes {workers};
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=100;
  {http}
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096 {listen};
    {server}
  }}
}}
"""

# Answers as ours does after its check, but asks nobody.
NO_CONTENT = "location / { return 204; }"


def tls(certificate, key):
    """The same as ours: 1.2 and 1.3, our groups; no shared cache, tickets as they come."""
    return (f"ssl_certificate {certificate}; ssl_certificate_key {key};"
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:P-256:P-384;")


def proxy(port):
    """(http, server): passes /ha/… on over kept connections, asks nobody. No temporary files:
    a large answer waits for its client, as ours does."""
    return (f"upstream home {{ server 127.0.0.1:{port}; keepalive 64;"
            " keepalive_requests 1000000000; }",
            'location /ha/ { proxy_pass http://home/; proxy_http_version 1.1;'
            ' proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr;'
            ' proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $host;'
            " proxy_max_temp_file_size 0; }")


def session_check(redis_port, secret):
    """(main, http, server): the whole check of a session cookie in Lua, with Redis."""
    modules = "".join(f"load_module {MODULES}/{name}_module.so;\n" for name in
                      ("ndk_http", "ngx_http_lua"))
    return (modules,
            f'lua_package_path "{HERE}/?.lua;;"; init_by_lua_block {{'
            f' check = require("session_check")("{secret}", {redis_port}) }}',
            "location / { content_by_lua_block { check() } }")


class Nginx:
    def __init__(self, folder, workers, server, http="", listen="", main=""):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.scheme = "https" if "ssl" in listen else "http"
        config = self.folder / "nginx.conf"
        config.write_text(BASE.format(
            user=getpass.getuser(), workers=workers, folder=self.folder, http=http, main=main,
            port=self.port, listen=listen, server=server))
        self.process = Process([shutil.which("nginx", path=PATH) or "nginx", "-p", self.folder,
                                "-e", "stderr", "-c", config], self.folder / "nginx.log",
                               name="nginx")

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port), 10, "a listening nginx")
        return self

    def cpu(self):
        """CPU seconds of master and workers."""
        return self.process.cpu(children=True)
