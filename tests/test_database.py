"""Accounts and sessions in MariaDB: as in a file, and what happens when the server is away."""

import signal

import pytest
import requests

from harness import mariadb
from harness.certificates import Authority
from harness.gateway import PASSWORD
from harness.process import wait_until


def dependency(gateway, name="database"):
    """What /readyz says of it."""
    for one in gateway.ready().json()["dependencies"]:
        if one["name"] == name:
            return one
    return None


def wait_state(gateway, state, timeout=15):
    wait_until(lambda: dependency(gateway)["state"] == state, timeout, 0.1, f"the database {state}")


def test_accounts_and_sessions_live_in_the_server(make_gateway, database_server):
    gateway = make_gateway({"database.url": database_server.url})
    gateway.add_user()
    gateway.start()
    assert not (gateway.data / "caredian.db").exists()
    session = gateway.login()
    made = session.post(gateway.url + "/api/v1/users", json={
        "username": "hong", "password": PASSWORD, "role": "member", "full_name": "홍길동 🏠"})
    assert made.status_code in (200, 201), made.text
    assert "홍길동 🏠" in database_server.sql("SELECT full_name FROM accounts", "caredian")
    gateway.restart()
    assert session.get(gateway.url + "/auth/me").status_code == 200, "the session is kept"
    assert session.post(gateway.url + "/auth/logout").status_code in (200, 204)
    assert PASSWORD not in gateway.process.output(whole=True)
    assert "p@ss" not in gateway.process.output(whole=True)


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_a_dead_database_degrades_only_what_needs_it(
        make_gateway, database_server, broker, publisher, how):
    gateway = make_gateway({"database.url": database_server.url, "mqtt.url": broker.url})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    session = gateway.session()
    publisher.publish("room/sensor", '{"temperature": 20.5}')
    gateway.wait_readings(1, field="temperature")
    if how == "killed":
        database_server.kill()
    else:
        database_server.process.signal(signal.SIGSTOP)
    wait_state(gateway, "degraded", 30)
    answer = gateway.ready()
    assert answer.status_code == 200, "what runs on goes on"
    assert dependency(gateway)["feature"] and dependency(gateway)["reason"]
    publisher.publish("room/sensor", '{"temperature": 21.5}')
    gateway.wait_readings(2, field="temperature")
    stranger = gateway.client().post(gateway.url + "/auth/login", timeout=60,
                                     json={"username": "admin", "password": PASSWORD})
    assert stranger.status_code in (500, 503), stranger.text
    if how == "killed":
        database_server.start(prepare=False)
    else:
        database_server.process.signal(signal.SIGCONT)
    wait_state(gateway, "up", 30)
    assert gateway.login()
    assert session.get(gateway.url + "/auth/me", timeout=30).status_code == 200


def test_the_gateway_starts_while_the_database_is_away(make_gateway, database_server, broker):
    database_server.process.stop()  # in order: its own tables of users must be whole
    gateway = make_gateway({"database.url": database_server.url, "mqtt.url": broker.url})
    gateway.start()
    gateway.wait_connected()
    assert dependency(gateway)["state"] == "degraded"
    answer = requests.get(gateway.url + "/auth/me", timeout=30)
    assert answer.status_code == 503 and "database" in answer.text, answer.text
    database_server.start(prepare=False)
    wait_state(gateway, "up")
    # Tables are made, and what was not read at the start is read: until then people are told to
    # try again.
    wait_until(lambda: "the database is there" in gateway.process.output(), 20)
    gateway.add_user()
    assert gateway.login()


def test_the_certificate_is_checked(make_gateway, make_database_server, authority, tmp_path):
    server = make_database_server(authority=authority)
    good = make_gateway({"database.url": server.url_without_password,
                         "database.password": mariadb.PASSWORD,
                         "database.ca": str(authority.certificate)})
    good.add_user()
    good.start()
    assert good.login()
    encrypted = server.sql("SELECT COUNT(*) FROM information_schema.processlist p "
                           "WHERE p.user='caredian' AND p.command='Sleep'")
    assert int(encrypted) >= 1
    stranger = Authority(tmp_path / "stranger")
    for settings in ({"database.ca": str(stranger.certificate)}, {"database.tls": True}, {}):
        bad = make_gateway({"database.url": server.url, **settings})
        bad.folder.mkdir(parents=True, exist_ok=True)
        done = bad.cli("user", "list", check=False)
        assert done.returncode == 1, settings
        assert "p@ss" not in done.stdout + done.stderr


def test_a_backup_moves_from_the_file_to_the_server_and_back(make_gateway, database_server):
    file, server, again = (make_gateway(s) for s in (
        {}, {"database.url": database_server.url}, {}))
    key = "a passphrase of the backup\n"
    file.add_user("hong")
    for one in (server, again):
        one.folder.mkdir(parents=True, exist_ok=True)
    backup = file.folder / "a.backup"
    file.cli("backup", backup, "--passphrase-stdin", input=key)
    assert b"hong" not in backup.read_bytes() and backup.stat().st_mode & 0o777 == 0o600
    wrong = server.cli("restore", backup, "--passphrase-stdin", input="another passphrase\n",
                       check=False)
    assert wrong.returncode == 1 and "Nothing was changed" in wrong.stderr
    server.cli("restore", backup, "--passphrase-stdin", input=key)
    second = server.folder / "b.backup"
    server.cli("backup", second, "--passphrase-stdin", input=key)
    again.cli("restore", second, "--passphrase-stdin", input=key)
    again.start()
    assert again.login("hong")
    running = again.cli("restore", second, "--passphrase-stdin", input=key, check=False)
    assert running.returncode == 1, "a gateway is at work on it"


def test_a_newer_schema_is_refused(make_gateway, database_server):
    gateway = make_gateway({"database.url": database_server.url})
    gateway.add_user()
    database_server.sql("UPDATE schema_versions SET version = 99 WHERE room='identity.accounts'",
                        "caredian")
    gateway.start(wait=False)
    assert gateway.process.wait(20) == 1
    assert "newer" in gateway.process.output()
