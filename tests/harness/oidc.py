"""The certified provider of tests/providers, and somebody who fills in its pages."""

import json
import re
from html import unescape
from urllib.parse import urljoin

import requests

from .process import ROOT, Process, free_port, listens

NODE = ROOT / ".cache/venv-node/lib/node-bin/node"
FOLDER = ROOT / "tests/providers"
SECRET = "the secret of the client, long enough for HS256"
MISSING = "oidc-provider is not installed (scripts/console modules tests/providers)"


def available():
    return NODE.exists() and (FOLDER / "node_modules/oidc-provider").is_dir()


class OidcProvider:
    """Sends people back to `origin`, where the gateway is."""

    def __init__(self, folder, origin, port=None, **settings):
        self.port = port or free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process = Process([NODE, FOLDER / "provider.js", self.port, origin,
                                json.dumps(settings)], folder / f"provider-{self.port}.log",
                               name="oidc-provider")

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port), 20, "its port")
        return self

    def stop(self):
        self.process.kill()

    def turn(self, mode):
        """How it misbehaves from now on; "no": not at all."""
        assert requests.post(f"{self.issuer}/evil/{mode}", timeout=5).text == mode

    def setting(self, **more):
        """As an entry of login.providers."""
        return {"id": "test", "preset": "oidc", "issuer": self.issuer, "client_id": "caredian",
                "client_secret": SECRET, "label_en": "The test provider",
                "label_ko": "시험 제공자", **more}


def form_of(page, url):
    """(action, fields) of the only form of a page, or None."""
    form = re.search(r"<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", page, re.S)
    if not form:
        return None
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form[2]):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = unescape(value[1]) if value else ""
    return urljoin(url, unescape(form[1])), fields


class Browser:
    """Follows redirects one by one and fills in the provider's forms. No script."""

    def __init__(self):
        self.session = requests.Session()
        self.session.trust_env = False
        self.urls = []

    def get(self, url):
        self.urls.append(url)
        return self.session.get(url, allow_redirects=False, timeout=30)

    def go(self, url, who="mina", stop=None):
        """Until a page without a form of the provider, or a URL that begins with `stop`."""
        answer = self.get(url)
        for _ in range(20):
            if answer.is_redirect:
                there = urljoin(answer.url, answer.headers["Location"])
                if stop and there.startswith(stop):
                    return there
                answer = self.get(there)
                continue
            form = form_of(answer.text, answer.url) if "/interaction/" in answer.url else None
            if not form:
                return answer
            action, fields = form
            if "login" in fields:
                fields.update(login=who, password="any")
            answer = self.session.post(action, data=fields, allow_redirects=False, timeout=30)
        raise AssertionError("too many redirects: " + " ".join(self.urls[-6:]))
