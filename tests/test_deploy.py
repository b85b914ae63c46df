"""deploy/up: what it writes, and the real Redis, MariaDB, nginx, Mosquitto and gateway with it."""

import shutil
import subprocess

import pytest

from harness import deployed as deploying
from harness.deployed import Deployment, up
from harness.gateway import PASSWORD
from harness.process import PATH, wait_until
from harness.upstream import Upstream

PAGE = {"Accept": "text/html,application/xhtml+xml"}
SECRETS = ("redis", "database", "mqtt", "mqtt-devices")
pytestmark = pytest.mark.skipif(bool(deploying.missing()),
                                reason=f"not installed: {deploying.missing()}")


@pytest.fixture(scope="module")
def home(tmp_path_factory, build):
    one = Deployment(tmp_path_factory.mktemp("deployed"), build)
    try:
        yield one.start()
    finally:
        one.stop()


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


def tree(root):
    return {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
            for path in sorted(root.rglob("*")) if path.is_file()}


def sign_in(home):
    browser = home.client()
    answer = browser.post(home.nginx.url + "/auth/login", timeout=30,
                          json={"username": "admin", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return browser


def test_a_person_signs_in_through_all_of_it(home):
    assert {"redis", "database", "mqtt"} <= home.wait_up()
    page = home.client().get(home.nginx.url + "/", headers=PAGE, timeout=30)
    assert page.status_code == 200 and page.url.startswith(f"{home.nginx.url}/auth/login"), page.url
    browser = sign_in(home)
    assert all(cookie.secure for cookie in browser.cookies)
    assert browser.get(home.nginx.url + "/auth/me", timeout=30).json()["username"] == "admin"
    assert "caredian:session:" in home.redis_cli("KEYS", "caredian:session:*")
    assert "admin" in home.mariadb.sql("SELECT * FROM accounts", "caredian")
    assert not (home.gateway.data / "caredian.db").exists()


def test_a_program_behind_is_one_file(home):
    behind = Upstream()
    try:
        (home.path("/etc/caredian/nginx/programs") / "grafana.conf").write_text(
            f"location /grafana/ {{ include {home.root}/etc/caredian/nginx/caredian-require.conf;"
            f" proxy_pass {behind.url}; }}\n")
        home.nginx.stop()
        home.nginx.start()
        away = home.client().get(home.nginx.url + "/grafana/", headers=PAGE, allow_redirects=False)
        assert away.status_code == 302, away.text
        assert away.headers["Location"].startswith(f"{home.nginx.url}/auth/login"), away.headers
        answer = sign_in(home).get(home.nginx.url + "/grafana/", headers=PAGE, timeout=30)
        assert answer.status_code == 200, answer.text
        headers = {name.lower(): value for name, value in behind.requests[-1][1]}
        assert headers["x-remote-user"] == "admin"
    finally:
        behind.stop()


def test_redis_lets_in_one_user_with_its_own_keys(home):
    assert "NOAUTH" in home.redis_cli("PING", user=None)
    assert "PONG" in home.redis_cli("PING")
    assert "NOPERM" in home.redis_cli("SET", "other", "1")
    assert "NOPERM" in home.redis_cli("CONFIG", "GET", "*")
    assert "yes" in home.path("/etc/redis/redis-caredian.conf").read_text().split("appendonly ")[1]


def test_the_database_user_has_its_database_and_no_rights_to_give(home):
    grants = home.mariadb.sql("SHOW GRANTS FOR caredian@localhost")
    assert "ON `caredian`.*" in grants and "GRANT USAGE ON *.*" in grants, grants
    assert "ALL PRIVILEGES" not in grants and "GRANT OPTION" not in grants
    assert home.mariadb.sql("SELECT default_character_set_name FROM information_schema.schemata "
                            "WHERE schema_name = 'caredian'").strip() == "utf8mb4"


def test_these_rights_are_enough(home, tmp_path):
    """Accounts are made, changed and removed; a backup is taken and put back."""
    gateway, backup, key = home.gateway, tmp_path / "backup", "a passphrase of the test\n"
    gateway.add_user("ben", role="member")
    gateway.cli("user", "role", "ben", "--role", "admin")
    gateway.cli("user", "remove", "ben")
    gateway.cli("backup", backup, "--passphrase-stdin", input=key)
    gateway.stop()
    gateway.cli("restore", backup, "--passphrase-stdin", input=key)
    gateway.start()
    home.wait_up()
    assert sign_in(home).get(home.nginx.url + "/auth/me", timeout=30).ok


def test_the_broker_knows_two_users(home):
    def publish(topic, *who):
        return subprocess.run(
            [shutil.which("mosquitto_pub", path=PATH), "-p", str(home.mqtt_port), "-q", "1",
             "-V", "mqttv5", "-t", topic, "-m", '{"temperature": 21.5}', *who],
            capture_output=True, text=True, timeout=10)
    assert publish("home/kitchen/climate").returncode != 0
    assert publish("home/kitchen/climate", "-u", "devices", "-P", "wrong").returncode != 0
    done = publish("home/kitchen/climate", "-u", "devices", "-P", home.password("mqtt-devices"))
    assert done.returncode == 0, done.stderr
    reader = sign_in(home)
    wait_until(lambda: reader.get(home.nginx.url + "/api/v1/readings?device=climate",
                                  timeout=30).json()["readings"], 20, 0.1, "the reading")
    refused = publish("home/x", "-u", "caredian", "-P", home.password("mqtt"))
    assert "authorized" in (refused.stderr + refused.stdout).lower(), refused


def test_a_second_run_changes_nothing_and_remembers(home):
    before = tree(home.path("/etc"))
    again = up(home.root)
    assert again.returncode == 0, again.stderr
    assert "wrote" not in again.stderr, again.stderr
    assert tree(home.path("/etc")) == before


def test_passwords_stand_in_their_files_alone(home):
    url = home.path("/etc/caredian/redis.url")
    assert url.stat().st_mode & 0o777 == 0o640
    for name in SECRETS:
        path = home.path(f"/etc/caredian/{name}.password")
        assert path.stat().st_mode & 0o777 == 0o640
        secret = path.read_bytes()
        assert len(secret) == 32
        assert secret not in home.made.stderr.encode() + home.made.stdout.encode()
        others = [other for other, kept in tree(home.path("/etc")).items()
                  if secret in kept[0] and other not in (path, url)]
        assert not others, others
    assert len({home.password(name) for name in SECRETS}) == len(SECRETS)
    assert home.path("/etc/caredian/mariadb.sql").stat().st_mode & 0o777 == 0o600
    assert home.path("/etc/caredian/tls/localhost.key").stat().st_mode & 0o777 == 0o600


def test_settings_of_ones_own_are_left_and_what_they_lack_is_shown(root):
    assert up(root, "--with", "redis", "--name", "home.example.org").returncode == 0
    config = root / "etc/caredian/caredian.yaml"
    mine = config.read_text() + "log:\n  level: debug\n"
    config.write_text(mine)
    done = up(root, "--with", "redis,mariadb,nginx")
    assert done.returncode == 0, done.stderr
    assert config.read_text() == mine
    assert "stays as it is" in done.stderr
    assert "url: mysql://caredian@127.0.0.1:3306/caredian" in done.stderr
    assert "public_url: https://home.example.org" in done.stderr
    assert "redis.url" not in done.stderr  # it has that


def test_untouched_settings_follow_but_never_away_from_accounts(root):
    assert up(root, "--with", "redis", "--name", "home.example.org").returncode == 0
    config = root / "etc/caredian/caredian.yaml"
    assert up(root, "--with", "redis,nginx").returncode == 0
    assert "trusted_proxies: [127.0.0.1]" in config.read_text()
    accounts = root / "var/lib/caredian/caredian.db"
    accounts.parent.mkdir(parents=True)
    accounts.touch()
    done = up(root, "--with", "redis,nginx,mariadb")
    assert "database:" not in config.read_text()
    assert "caredian restore" in done.stderr


def test_a_broker_of_ones_own_is_left_alone(root):
    own = root / "etc/mosquitto/conf.d/mine.conf"
    own.parent.mkdir(parents=True)
    own.write_text("listener 1883\nallow_anonymous true\n")
    done = up(root, "--with", "mosquitto")
    assert done.returncode == 0 and "configured here already" in done.stderr, done.stderr
    assert [path.name for path in own.parent.iterdir()] == ["mine.conf"]
    assert not (root / "etc/mosquitto/caredian.passwd").exists()


def test_the_broker_with_certificates_is_the_gateways(root):
    """Its files come from deploy/mosquitto/install, which needs the database."""
    done = up(root, "--with", "broker", "--name", "home.example.org", "--mqtts-port", "8884")
    assert done.returncode == 0, done.stderr
    settings = (root / "etc/caredian/caredian.yaml").read_text()
    assert "mqtt:\n  url: mqtts://127.0.0.1:8884\n" in settings
    assert "broker:\n  directory: /etc/mosquitto/caredian\n" in settings
    assert not (root / "etc/mosquitto").exists() and "password" not in settings


@pytest.mark.parametrize("with_, absent", [
    ("none", ("redis", "nginx", "mosquitto")), ("redis", ("nginx", "mosquitto")),
    ("nginx", ("redis", "mosquitto"))])
def test_only_what_is_asked_for(root, with_, absent):
    assert up(root, "--with", with_, "--name", "home.example.org").returncode == 0
    assert not [name for name in absent if (root / "etc" / name).exists()]
    settings = (root / "etc/caredian/caredian.yaml").read_text()
    assert ("redis:" in settings) == (with_ == "redis") and "database:" not in settings
    assert ("listen: [0.0.0.0:8080]" in settings) == (with_ != "nginx")


@pytest.mark.parametrize("options, said", [
    (("--with", "redis,postgres"), "postgres is not known"),
    (("--with", "broker,mosquitto"), "not both"),
    (("--name", "https://home.example.org"), "a host name"),
    (("--name", "a; rm -rf"), "a host name"),
    (("--port", "80a"), "a number"),
    (("--mqtt-listen", "eth0"), "an IP address"),
    (("--certificate", "x.pem"), "needs --key"),
    (("--unknown",), "deploy/up --name"),
])
def test_options_that_are_refused_write_nothing(root, options, said):
    done = up(root, *options)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert not root.exists()


def test_a_certificate_that_is_given_is_taken(root, authority):
    certificate, key = authority.issue("site")
    assert up(root, "--name", "home.example.org", "--certificate", certificate,
              "--key", key).returncode == 0
    site = (root / "etc/nginx/conf.d/caredian.conf").read_text()
    assert f"ssl_certificate {certificate};" in site and f"ssl_certificate_key {key};" in site
    assert not (root / "etc/caredian/tls").exists()
    assert "listen 80;" in site and "return 301 https://$host$request_uri;" in site
