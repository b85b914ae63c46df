"""Session cookies that only look right: each answers 401, whatever is wrong with it."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from harness.raw import exchange

SECRET = "a secret of the tests that is long enough: 32 bytes"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(header, payload, secret=SECRET):
    body = f"{b64(header)}.{b64(payload)}"
    return f"{body}.{b64(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest())}"


@pytest.fixture(scope="module")
def keyed(module_gateway):
    """(gateway with a secret we know, a good token of its administrator)."""
    gateway = module_gateway({"secret": SECRET})
    return gateway, gateway.login().cookies["caredian_session"]


def forge(token, header=None, secret=SECRET, raw_payload=None, **claims):
    """The good token with other claims (None takes one out), signed again."""
    old_header, old_payload, _ = token.split(".")
    head = {**json.loads(unb64(old_header)), **(header or {})}
    if raw_payload is None:
        payload = {**json.loads(unb64(old_payload)), **claims}
        raw_payload = json.dumps({k: v for k, v in payload.items() if v is not None}).encode()
    head = {k: v for k, v in head.items() if v is not None}
    return signed(json.dumps(head).encode(), raw_payload, secret)


def payload_with(token, **texts):
    """The claims as JSON text with raw replacements: exp=1e400 is no number Python would write."""
    claims = json.loads(unb64(token.split(".")[1]))
    parts = [f'"{k}":{texts.pop(k)}' if k in texts else f'"{k}":{json.dumps(v)}'
             for k, v in claims.items()]
    parts += [f'"{k}":{v}' for k, v in texts.items()]
    return ("{" + ",".join(parts) + "}").encode()


FORGED = {
    "bad signature": lambda t: t[:-4] + ("AAAA" if t[-4:] != "AAAA" else "BBBB"),
    "no signature": lambda t: t.rsplit(".", 1)[0] + ".",
    "two parts": lambda t: t.rsplit(".", 1)[0],
    "four parts": lambda t: t + ".AAAA",
    "alg none, unsigned": lambda t: b64(b'{"alg":"none"}') + "." + t.split(".")[1] + ".",
    "alg none, signed": lambda t: forge(t, {"alg": "none"}),
    "alg HS512": lambda t: forge(t, {"alg": "HS512"}),
    "alg RS256": lambda t: forge(t, {"alg": "RS256"}),
    "alg hs256": lambda t: forge(t, {"alg": "hs256"}),
    "alg missing": lambda t: forge(t, {"alg": None}),
    "alg a list": lambda t: forge(t, {"alg": ["HS256"]}),
    "another key": lambda t: forge(t, secret="x" * 40),
    "kid of another key": lambda t: forge(t, {"kid": "other"}),
    "kid a number": lambda t: forge(t, {"kid": 5}),
    "crit unknown": lambda t: forge(t, {"crit": ["exp"]}),
    "crit empty": lambda t: forge(t, {"crit": []}),
    "jwk inside": lambda t: forge(t, {"jwk": {"kty": "oct", "k": b64(b"x" * 32)}}, secret="x" * 32),
    "expired": lambda t: forge(t, exp=int(time.time()) - 10),
    "exp missing": lambda t: forge(t, exp=None),
    "exp a text": lambda t: forge(t, exp=str(int(time.time()) + 9999)),
    "exp 1e400": lambda t: forge(t, raw_payload=payload_with(t, exp="1e400")),
    "exp 1e30": lambda t: forge(t, raw_payload=payload_with(t, exp="1e30")),
    "exp NaN": lambda t: forge(t, raw_payload=payload_with(t, exp="NaN")),
    "exp null": lambda t: forge(t, raw_payload=payload_with(t, exp="null")),
    "exp negative": lambda t: forge(t, exp=-1),
    "exp true": lambda t: forge(t, exp=True),
    "nbf in the future": lambda t: forge(t, nbf=int(time.time()) + 3600),
    "nbf a text": lambda t: forge(t, nbf="0"),
    "iat a text": lambda t: forge(t, iat="0"),
    "iat missing": lambda t: forge(t, iat=None),
    "sid of nobody": lambda t: forge(t, sid="A" * 22),
    "sid missing": lambda t: forge(t, sid=None),
    "sid a number": lambda t: forge(t, sid=1),
    "sub of another": lambda t: forge(t, sub="somebody"),
    "sub missing": lambda t: forge(t, sub=None),
    "sub a list": lambda t: forge(t, sub=["admin"]),
    "claims twice": lambda t: forge(t, raw_payload=payload_with(t)[:-1] + b',"sub":"x"}'),
    "payload an array": lambda t: forge(t, raw_payload=b"[]"),
    "payload not JSON": lambda t: forge(t, raw_payload=b"\xff\xfe"),
    "payload deep": lambda t: forge(t, raw_payload=b'{"a":' * 500 + b"1" + b"}" * 500),
    "header not JSON": lambda t: signed(b"x", unb64(t.split(".")[1])),
    "4 kB of junk": lambda t: "A" * 4096,
    "4 kB of dots": lambda t: "." * 4096,
    "4 kB token": lambda t: forge(t, junk="x" * 3000),
    "empty": lambda t: "",
    "quoted": lambda t: f'"{t}"',
    "padding": lambda t: t + "=",
    "plus for minus": lambda t: t.split(".")[0] + "+." + ".".join(t.split(".")[1:]),
    "percent-encoded": lambda t: t.replace(".", "%2E"),
    "bytes above ASCII": lambda t: "\xe9" * 50,
}


def me(gateway, cookie):
    return exchange(gateway.port, (
        f"GET /auth/me HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\nCookie: {cookie}\r\n"
        "Connection: close\r\n\r\n").encode("latin-1"), timeout=3.0)


@pytest.mark.parametrize("name", list(FORGED))
def test_forged_cookies_answer_401(keyed, name):
    gateway, token = keyed
    answer = me(gateway, f"caredian_session={FORGED[name](token)}")
    assert answer.status == 401, answer
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_our_forging_is_right(keyed):
    """The same tool makes a good cookie, so each line above fails for its own reason."""
    gateway, token = keyed
    assert me(gateway, f"caredian_session={token}").status == 200
    assert me(gateway, f"caredian_session={forge(token)}").status == 200
    assert me(gateway, f"caredian_session={forge(token, nbf=int(time.time()) - 60)}").status == 200
    assert me(gateway, f"a=b; caredian_session={token}; c=d").status == 200


@pytest.mark.parametrize("cookie", [
    "caredian_session={0}; caredian_session={0}", "caredian_session={0}; caredian_session=x",
    "caredian_session=x; caredian_session={0}", "caredian_session=; caredian_session={0}"])
def test_two_session_cookies_are_refused(keyed, cookie):
    gateway, token = keyed
    assert me(gateway, cookie.format(token)).status == 401


def test_two_cookie_headers_are_refused(keyed):
    gateway, token = keyed
    answer = me(gateway, f"caredian_session={token}\r\nCookie: caredian_session={token}")
    assert answer.status in (400, 401), answer
