"""Forward authentication with the real nginx: what comes through to the program behind, and what
the browser is told. The configuration is deploy/nginx's own."""

import shutil

import pytest
import requests

from harness.gateway import PASSWORD, Gateway
from harness.nginx import Nginx
from harness.process import PATH
from harness.raw import exchange
from harness.upstream import Upstream

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def site(tmp_path_factory, build):
    if not shutil.which("nginx", path=PATH):
        pytest.skip("nginx is not installed (scripts/setup test)")
    gateway = Gateway(tmp_path_factory.mktemp("gateway"),
                      {"trusted_proxies": ["127.0.0.1"],
                       "forward_auth.admin_paths": ["/grafana/admin"]}, build=build)
    gateway.add_user()
    gateway.add_user("ben", role="member")
    gateway.start()
    behind = Upstream()
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), gateway, behind.url.removeprefix("http://"))
    try:
        yield nginx.start(), gateway, behind
    finally:
        nginx.stop()
        behind.stop()
        gateway.process.stop(30)
        gateway.check_clean()


def sign_in(nginx, name="ben"):
    session = requests.Session()
    session.trust_env = False
    session.headers["Origin"] = nginx.url
    answer = session.post(nginx.url + "/auth/login",
                          json={"username": name, "password": PASSWORD}, timeout=30)
    assert answer.status_code == 200, answer.text
    return session


def last(behind):
    line, headers = behind.requests[-1]
    return line, {name.lower(): value for name, value in headers}


def test_nobody_is_sent_to_sign_in_and_back(site):
    nginx, _, behind = site
    before = len(behind.requests)
    answer = requests.get(nginx.url + "/grafana/d/1?orgId=1&x=%20", headers=PAGE,
                          allow_redirects=False)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == (
        nginx.url + "/auth/login?return_to=%2Fgrafana%2Fd%2F1%3ForgId%3D1%26x%3D%2520")
    page = requests.get(answer.headers["Location"], headers=PAGE)
    assert page.status_code == 200 and 'value="/grafana/d/1?orgId=1&amp;x=%20"' in page.text
    for headers in ({}, {"Accept": "application/json"}, {**PAGE, "Sec-Fetch-Mode": "cors"}):
        assert requests.get(nginx.url + "/grafana/", headers=headers,
                            allow_redirects=False).status_code == 401, headers
    assert requests.post(nginx.url + "/grafana/", headers=PAGE,
                         allow_redirects=False).status_code == 401
    assert len(behind.requests) == before, "nothing came through"


def test_another_host_than_the_servers_own_leads_nowhere(site):
    """Rules may name a host: who makes one up would be judged by none of them."""
    nginx, _, behind = site
    session = sign_in(nginx)
    before = len(behind.requests)
    for host in ("x.local", "10.0.0.1", "home.example.org:443"):
        answer = session.get(nginx.url + "/grafana/", headers={"Host": host, **PAGE},
                             allow_redirects=False)
        assert answer.status_code == 421, (host, answer.text)
    assert len(behind.requests) == before, "nothing came through"


def test_the_program_behind_hears_who_it_is(site):
    nginx, _, behind = site
    session = sign_in(nginx)
    lies = {"X-Remote-User": "admin", "X-Remote-Groups": "admin", "X-Remote-Name": "The boss",
            "X-Remote-Email": "boss@example.org", "X-API-Key": "secret", "X_Remote_User": "admin",
            "Authorization": "Bearer secret", "X-Forwarded-For": "1.2.3.4"}
    assert session.get(nginx.url + "/grafana/api", headers=lies).status_code == 200
    line, heard = last(behind)
    assert line == "GET /grafana/api HTTP/1.1"
    assert heard["x-remote-user"] == "ben" and heard["x-remote-groups"] == "member"
    assert heard["x-forwarded-for"] == "127.0.0.1"
    for name in ("x-remote-name", "x-remote-email", "x-api-key", "authorization", "x_remote_user"):
        assert name not in heard, name


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_with_its_body(site, method):
    nginx, _, behind = site
    session = sign_in(nginx)
    body = b"x" * 100_000
    answer = session.request(method, nginx.url + "/grafana/api", data=body)
    assert answer.status_code == 200
    assert last(behind)[0].startswith(method) and behind.bodies[-1] == body
    chunks = session.request(method, nginx.url + "/grafana/api", data=iter([b"a", b"b"]))
    assert chunks.status_code == 200 and behind.bodies[-1] == b"ab"
    assert requests.request(method, nginx.url + "/grafana/api", data=body).status_code == 401


def test_administrators_alone(site):
    nginx, _, behind = site
    ben, ann = sign_in(nginx), sign_in(nginx, "admin")
    for path in ("/grafana/admin", "/grafana/admin/", "/grafana/ADMIN/x?y=1", "/grafana/%61dmin"):
        assert ben.get(nginx.url + path).status_code == 403, path
        assert ann.get(nginx.url + path).status_code == 200, path
    assert ben.get(nginx.url + "/grafana/x", headers={"X-Original-URI": "/grafana/x"}).ok


@pytest.mark.parametrize("path", [
    "/grafana/x/../admin", "/grafana//admin", "/grafana/./admin", "/grafana/%2e%2e/grafana/admin",
    "/grafana/x%2f..%2fadmin", "/grafana/%2561dmin", "/grafana/admin;x", "/grafana/x\\..\\admin",
])
@pytest.mark.parametrize("name", ["ben", "admin"])
def test_a_path_that_two_parsers_read_in_two_ways_is_nobodys(site, path, name):
    nginx, _, behind = site
    cookie = sign_in(nginx, name).cookies["caredian_session"]
    before = len(behind.requests)
    answer = exchange(nginx.port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{nginx.port}\r\n"
                                  f"Cookie: caredian_session={cookie}\r\n"
                                  "Connection: close\r\n\r\n".encode())
    assert answer.status in (400, 403), answer.data[:200]
    assert len(behind.requests) == before


@pytest.mark.parametrize("name", ["X-Original-URI", "X-Forwarded-Uri", "X-Forwarded-Host",
                                  "X-Original-Url", "X-Rewrite-Url"])
def test_a_client_cannot_name_another_path(site, name):
    nginx, _, _ = site
    ben = sign_in(nginx)
    value = "other.example" if name.endswith("Host") else "/grafana/x"
    assert ben.get(nginx.url + "/grafana/admin", headers={name: value}).status_code == 403


def test_a_key_passes_by_its_scope(site):
    nginx, gateway, behind = site
    for scopes, status in (("verify", 200), ("read", 403)):
        key = gateway.cli("key", "add", "t", "--user", "ben", "--scopes", scopes).stdout.strip()
        answer = requests.get(nginx.url + "/grafana/x", headers={"X-API-Key": key})
        assert answer.status_code == status
    assert last(behind)[1]["x-remote-user"] == "ben"
    assert "x-api-key" not in last(behind)[1], "the key stays here"


def test_signing_out_closes_the_door(site):
    nginx, _, _ = site
    session = sign_in(nginx)
    copy = dict(session.cookies)
    assert session.get(nginx.url + "/grafana/x").status_code == 200
    assert session.post(nginx.url + "/auth/logout").status_code == 204
    assert requests.get(nginx.url + "/grafana/x", cookies=copy).status_code == 401
