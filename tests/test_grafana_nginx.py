"""Sign-in for Grafana by its auth proxy: the real nginx with deploy/nginx/grafana.conf. A small
server stands in for Grafana and writes down what it hears."""

import re
import shutil

import pytest
import requests

from harness.gateway import PASSWORD, Gateway
from harness.nginx import FILES, Nginx
from harness.process import PATH, ROOT
from harness.upstream import Upstream

PAGE = {"Accept": "text/html,application/xhtml+xml"}
CLAIMS = ("user", "role", "groups", "name", "email")


class Site(Nginx):
    """With grafana.conf in place of the site's example, as deploy/up has its programs."""

    def site(self):
        whole = super().site()
        text = (FILES / "grafana.conf").read_text()
        text = text.replace("/etc/caredian/nginx/", f"{FILES}/").replace("127.0.0.1:3000", self.behind)
        (self.folder / "grafana.conf").write_text(text)
        whole, count = re.subn(r"(?ms)^    # The program behind:.*?^    \}\n",
                               f"    include {self.folder}/grafana.conf;\n", whole)
        assert count == 1
        return f"include {FILES}/caredian-grafana-role.conf;\n" + whole


@pytest.fixture(scope="module")
def site(tmp_path_factory, build):
    if not shutil.which("nginx", path=PATH):
        pytest.skip("nginx is not installed (scripts/setup test)")
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), {
        "trusted_proxies": ["127.0.0.1"],
        "forward_auth.admin_paths": ["/grafana/admin", "/grafana/api/admin"],
        "roles": [{"name": "not-admin", "members": ["person:eve"],
                   "grants": [{"paths": ["/grafana"]}]}]}, build=build)
    for name, role in (("admin", "admin"), ("ben", "member"), ("eve", "member")):
        gateway.add_user(name, role)
    gateway.start()
    behind = Upstream()
    nginx = Site(tmp_path_factory.mktemp("nginx"), gateway, behind.url.removeprefix("http://"))
    try:
        yield nginx.start(), gateway, behind
    finally:
        nginx.stop()
        behind.stop()
        gateway.process.stop(30)
        gateway.check_clean()


def sign_in(nginx, name):
    session = requests.Session()
    session.trust_env = False
    session.headers["Origin"] = nginx.url
    answer = session.post(nginx.url + "/auth/login",
                          json={"username": name, "password": PASSWORD}, timeout=30)
    assert answer.status_code == 200, answer.text
    return session


def heard(behind):
    return {name.lower(): value for name, value in behind.requests[-1][1]}


@pytest.mark.parametrize("name, role", [("admin", "Admin"), ("ben", "Viewer"), ("eve", "Viewer")])
def test_grafana_hears_who_it_is_and_as_what(site, name, role):
    nginx, _, behind = site
    session = sign_in(nginx, name)
    lies = {f"X-Remote-{claim}": "admin" for claim in CLAIMS} | {"Authorization": "Basic YTpi"}
    assert session.get(nginx.url + "/grafana/d/caredian-home-en", headers=lies).status_code == 200
    said = heard(behind)
    assert (said["x-remote-user"], said["x-remote-role"]) == (name, role)
    assert "authorization" not in said and said.get("x-remote-name") != "admin"


def test_what_is_left_out_is_left_out(site):
    nginx, _, behind = site
    assert sign_in(nginx, "ben").get(nginx.url + "/grafana/").ok
    said = heard(behind)
    assert "connection" not in said or said["connection"] != "upgrade"
    for claim in ("name", "email"):
        assert f"x-remote-{claim}" not in said


def test_nobody_is_sent_to_sign_in(site):
    nginx, _, behind = site
    before = len(behind.requests)
    answer = requests.get(nginx.url + "/grafana/", headers=PAGE, allow_redirects=False)
    assert answer.status_code == 302 and "/auth/login?return_to=%2Fgrafana%2F" in answer.headers["Location"]
    assert requests.get(nginx.url + "/grafana/api/health").status_code == 401
    assert len(behind.requests) == before


def test_its_administration_is_for_administrators(site):
    nginx, _, _ = site
    ben, ann = sign_in(nginx, "ben"), sign_in(nginx, "admin")
    for path in ("/grafana/admin/users", "/grafana/api/admin/settings"):
        assert (ben.get(nginx.url + path).status_code, ann.get(nginx.url + path).status_code) == (403, 200)


def test_live_panels_may_upgrade(site):
    nginx, _, behind = site
    sign_in(nginx, "ben").get(nginx.url + "/grafana/api/live/ws",
                              headers={"Connection": "Upgrade", "Upgrade": "websocket"})
    assert heard(behind)["upgrade"] == "websocket" and heard(behind)["connection"] == "upgrade"


def test_who_signed_out_is_out_at_the_next_request(site):
    nginx, _, _ = site
    ben = sign_in(nginx, "ben")
    assert ben.get(nginx.url + "/grafana/").ok
    assert ben.post(nginx.url + "/auth/logout").ok
    assert ben.get(nginx.url + "/grafana/", allow_redirects=False).status_code == 401


@pytest.mark.parametrize("language", ["", ".ko"])
def test_the_page_names_the_headers_that_nginx_sets(language):
    text = (ROOT / f"docs/grafana{language}.md").read_text()
    sent = (FILES / "caredian-require.conf").read_text() + (FILES / "grafana.conf").read_text()
    said = re.search(r"GF_AUTH_PROXY_HEADERS=(.*)", text)[1]
    named = re.findall(r"\w+:([\w-]+)", said) + [re.search(r"GF_AUTH_PROXY_HEADER_NAME=(\S+)", text)[1]]
    assert len(named) == 4
    for header in named:
        assert f"proxy_set_header {header} " in sent, header
