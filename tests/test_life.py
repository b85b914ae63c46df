"""Starting, stopping, TLS, and more than one gateway on a machine."""

import signal
import ssl
import subprocess
import threading
import time

import pytest
import requests

from harness.process import wait_until
from harness.raw import Raw
from harness.upstream import Upstream


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_quickly_when_idle(make_gateway, number):
    gateway = make_gateway()
    gateway.add_user()
    gateway.start()
    gateway.session()
    begun = time.monotonic()
    gateway.process.signal(number)
    assert gateway.process.wait(10) == 0
    assert time.monotonic() - begun < 5


def test_requests_under_way_may_finish(make_gateway):
    upstream = Upstream()
    gateway = make_gateway({"home_assistant.url": upstream.url, "home_assistant.token": "t"})
    gateway.add_user()
    gateway.start()
    gateway.session()
    answers = []

    def ask():
        with gateway.session().get(gateway.url + "/ha/api/bytes/50000000", stream=True,
                                   timeout=30) as answer:
            size = 0
            for piece in answer.iter_content(65536):
                size += len(piece)
                time.sleep(0.002)
            answers.append(size)
    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: any("/api/bytes/" in line for line, _ in upstream.requests))
    time.sleep(0.2)
    gateway.process.signal(signal.SIGTERM)
    time.sleep(0.3)
    with pytest.raises((requests.RequestException, OSError)):  # no new connections meanwhile
        requests.get(gateway.url + "/healthz", timeout=1)
    thread.join(30)
    assert answers == [50_000_000]
    assert gateway.process.wait(15) == 0
    upstream.stop()


def test_a_stream_does_not_hold_up_the_stop(make_gateway):
    gateway = make_gateway()
    gateway.add_user()
    gateway.start()
    answer = gateway.session().get(gateway.url + "/api/v1/stream", stream=True, timeout=30)
    assert answer.status_code == 200
    begun = time.monotonic()
    gateway.process.signal(signal.SIGTERM)
    assert gateway.process.wait(15) == 0
    assert time.monotonic() - begun < 12


def test_the_port_is_taken(make_gateway):
    first = make_gateway()
    first.start()
    second = make_gateway({"listen": f"127.0.0.1:{first.port}"})
    second.start(wait=False)
    assert second.process.wait(15) == 1
    assert str(first.port) in second.process.output()


def test_two_gateways_cannot_share_a_data_folder_in_use(make_gateway):
    """The journal and the MQTT session belong to one. (The database file alone may be shared.)"""
    first = make_gateway()
    first.start()
    second = make_gateway({"data_dir": str(first.data)})
    second.start(wait=False)
    assert second.process.wait(15) == 1, second.process.tail()
    assert first.healthy()


def test_two_gateways_share_one_database(make_gateway, tmp_path):
    """The same SQLite file, folders of their own: both start at once (the migrations' lock), an
    account made at one signs in at the other."""
    database = f"sqlite:{tmp_path}/shared.db"
    secret = "the same secret for both of them: 32 bytes and more"
    both = [make_gateway({"database.url": database, "secret": secret}) for _ in range(2)]
    for gateway in both:
        gateway.start(wait=False)
    for gateway in both:
        wait_until(gateway.healthy, 20)
    both[0].add_user()
    one = both[0].login()
    wait_until(lambda: both[1].client().post(both[1].url + "/auth/login", json={
        "username": "admin", "password": "a long enough passphrase 1"}).status_code == 200, 10, 0.5)
    seen = requests.get(both[1].url + "/auth/me", cookies=dict(one.cookies), timeout=5)
    assert seen.status_code == 200


def test_command_line_beside_and_without_a_running_gateway(make_gateway):
    gateway = make_gateway()
    gateway.add_user("ann")                    # no server: into the database
    gateway.start()
    gateway.add_user("ben", "member")          # beside it: by its socket
    assert gateway.login("ann") and gateway.login("ben")
    names = gateway.cli("user", "list").stdout
    assert "ann" in names and "ben" in names
    assert (gateway.data / "control.sock").stat().st_mode & 0o777 == 0o600
    twice = gateway.cli("user", "add", "ann", "--role", "admin", "--password-stdin",
                        input="a long enough passphrase 1\n", check=False)
    assert twice.returncode == 1 and twice.stderr
    short = gateway.cli("user", "add", "cat", "--role", "admin", "--password-stdin",
                        input="short\n", check=False)
    assert short.returncode in (1, 2)
    ben = gateway.login("ben")
    gateway.cli("user", "remove", "ben")
    wait_until(lambda: ben.get(gateway.url + "/auth/me").status_code == 401, 5, 0.1)
    last = gateway.cli("user", "remove", "ann", check=False)
    assert last.returncode == 1, "the last administrator is gone"


def test_secrets_on_disk_are_private(make_gateway):
    gateway = make_gateway()
    gateway.add_user()
    gateway.start()
    gateway.stop()
    loose = [path.name for path in gateway.data.rglob("*")
             if path.is_file() and path.stat().st_mode & 0o077]
    assert not loose, f"others may read {loose}"


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture
def secured(make_gateway, authority, tmp_path):
    certificate, key = authority.issue("gateway")
    chain = tmp_path / "tls.crt", tmp_path / "tls.key"
    chain[0].write_bytes(certificate.read_bytes())
    chain[1].write_bytes(key.read_bytes())
    gateway = make_gateway({"tls.certificate": chain[0], "tls.key": chain[1]})
    gateway.verify = str(authority.certificate)
    gateway.add_user()
    return gateway.start(), chain


def peer_serial(gateway, authority, minimum=None, maximum=None):
    context = ssl.create_default_context(cafile=str(authority.certificate))
    if minimum:
        context.minimum_version = minimum
    if maximum:
        context.maximum_version = maximum
    import socket
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as tls:
            return tls.getpeercert()["serialNumber"], tls.version()


def test_https(secured, authority):
    gateway, _ = secured
    session = gateway.login()
    cookie = [c for c in session.cookies if c.name == "caredian_session"][0]
    assert cookie.secure
    assert session.get(gateway.url + "/auth/me").status_code == 200
    assert peer_serial(gateway, authority)[1] == "TLSv1.3"
    assert peer_serial(gateway, authority, maximum=ssl.TLSVersion.TLSv1_2)[1] == "TLSv1.2"
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{gateway.port}", "-tls1_1",
                           "-cipher", "DEFAULT@SECLEVEL=0"], input=b"", capture_output=True,
                          timeout=10)
    assert b"Cipher is (NONE)" in done.stdout


def test_plain_http_to_a_tls_port_is_refused(secured):
    gateway, _ = secured
    with Raw(gateway.port) as raw:
        raw.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = raw.read(3, until_closed=True)
    assert answer.closed and answer.status in (None, 400)
    assert gateway.healthy()


def test_a_new_certificate_is_taken_up(secured, authority):
    gateway, chain = secured
    before, _ = peer_serial(gateway, authority)
    certificate, key = authority.issue("gateway")
    chain[0].write_bytes(certificate.read_bytes())
    chain[1].write_bytes(key.read_bytes())
    gateway.reload()
    wait_until(lambda: peer_serial(gateway, authority)[0] != before, 15, 0.2)


def test_a_bad_certificate_leaves_the_old_one(secured, authority):
    gateway, chain = secured
    before, _ = peer_serial(gateway, authority)
    chain[0].write_text("not a certificate\n")
    gateway.reload()
    time.sleep(1)
    assert peer_serial(gateway, authority)[0] == before


@pytest.mark.bench
def test_start_and_idle_memory(make_gateway, release):
    """Start to /healthz within 0.3 s, at most 25 MB when idle: the best of three starts, since a
    busy machine only adds."""
    gateway = make_gateway(build=release, settings={"log.level": "info"})
    gateway.add_user()
    times, sizes = [], []
    for _ in range(3):
        gateway.start()
        times.append(gateway.started_in)
        time.sleep(1)
        sizes.append(gateway.process.rss())
        assert gateway.stop() == 0
    print(f"start {min(times):.3f} s, idle {min(sizes) / 1e6:.1f} MB")
    assert min(times) <= 0.3
    assert min(sizes) <= 25e6
