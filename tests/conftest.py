"""Fixtures: real parts, each a child on a free loopback port, ended by its id."""

import shutil
import signal
from pathlib import Path

import pytest

from harness import home_assistant as ha
from harness import influxdb as influx
from harness import mariadb
from harness import redis as redis_server
from harness.certificates import Authority
from harness.gateway import Gateway, binary
from harness.mosquitto import Mosquitto
from harness.mqtt import Publisher
from harness.own_broker import OwnBroker, state_of
from harness.process import PATH, wait_until
from harness.upstream import Upstream


def pytest_addoption(parser):
    parser.addoption("--build", default="dev",
                     help="which build of the gateway the tests use: a preset's name (dev)")


@pytest.fixture(scope="session")
def build(request):
    """The preset whose binary is tested."""
    preset = request.config.getoption("--build")
    if not binary(preset).is_file():
        pytest.skip(f"build/{preset}/caredian is not there (scripts/build {preset})")
    return preset


@pytest.fixture(scope="session")
def release():
    """The preset whose binary is measured."""
    if not binary("release").is_file():
        pytest.skip("build/release/caredian is not there (scripts/build release)")
    return "release"


@pytest.fixture
def make_gateway(tmp_path, build):
    """make_gateway(settings={}, config=None, build=…, name=…): a Gateway that is not started yet."""
    made = []

    def make(settings=None, config=None, build=build, name=None, prefix=(), host="127.0.0.1"):
        folder = tmp_path / (name or f"gateway{len(made) or ''}")
        one = Gateway(folder, settings, build=build, config=config, prefix=prefix,
                      host=host)
        made.append(one)
        return one
    yield make
    problems = []
    for one in made:
        try:
            one.process.stop(30)
            one.check_clean()
        except AssertionError as problem:
            problems.append(str(problem))
        finally:
            one.process.kill()
    assert not problems, "\n".join(problems)


@pytest.fixture
def gateway(make_gateway):
    """A running gateway with default settings and an administrator."""
    one = make_gateway()
    one.add_user()
    return one.start()


def _servers(kind, folder, name, available, missing):
    """A function that makes servers of a kind, started, each in a folder of its own."""
    if not available():
        pytest.skip(missing)
    made = []

    def make(**options):
        made.append(kind(folder / f"{name}{len(made) or ''}", **options))
        return made[-1].start()
    yield make
    for one in made:
        one.process.signal(signal.SIGCONT)  # a test may have frozen it
        one.kill()


@pytest.fixture
def make_broker(tmp_path):
    """make_broker(**options of Mosquitto): started."""
    yield from _servers(Mosquitto, tmp_path, "broker", lambda: shutil.which("mosquitto", path=PATH),
                        "mosquitto is not installed (scripts/setup test)")


@pytest.fixture
def own_broker(tmp_path, make_gateway):
    """own_broker(settings={}, arguments=()): an OwnBroker with a running gateway."""
    made, clients = [], []

    def make(settings=None, arguments=(), start=True):
        one = OwnBroker(tmp_path / f"own{len(made)}", make_gateway, settings, arguments)
        made.append(one)
        one.start()
        if start:
            one.gateway.add_user()
            one.gateway.start()
            one.gateway.wait_connected()
            wait_until(lambda: state_of(one.gateway, "broker") == "up", 15)
        connect = one.connect

        def remember(*args, **kwargs):
            clients.append(connect(*args, **kwargs))
            return clients[-1]
        one.connect = remember
        return one
    yield make
    for client in clients:
        client.close()
    for one in made:
        one.process.kill()


@pytest.fixture
def make_database_server(tmp_path):
    """make_database_server(**options of MariaDB): started."""
    yield from _servers(mariadb.MariaDB, tmp_path, "mariadb", mariadb.available, mariadb.MISSING)


@pytest.fixture
def database_server(make_database_server):
    return make_database_server()


@pytest.fixture
def make_redis(tmp_path):
    """make_redis(**options of Redis): started."""
    yield from _servers(redis_server.Redis, tmp_path, "redis", redis_server.available,
                        redis_server.MISSING)


@pytest.fixture
def make_influxdb(tmp_path):
    """make_influxdb(**options of InfluxDB): started."""
    yield from _servers(influx.InfluxDB, tmp_path, "influxdb", influx.available, influx.MISSING)


@pytest.fixture
def influxdb(make_influxdb):
    return make_influxdb()


@pytest.fixture
def redis(make_redis):
    return make_redis()


@pytest.fixture
def persistent_redis(make_redis):
    return make_redis(persistent=True)


@pytest.fixture
def broker(make_broker):
    return make_broker()


@pytest.fixture
def connected(make_gateway, broker):
    """A gateway whose session with `broker` stands."""
    one = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "caredian-test"})
    one.add_user()
    one.start()
    one.wait_connected()
    return one


@pytest.fixture
def publisher(broker):
    with Publisher(broker) as client:
        yield client


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def _home_assistant(folder, broker=None):
    if not ha.available():
        pytest.skip(ha.MISSING)
    return ha.HomeAssistant(folder, broker)


@pytest.fixture(scope="session")
def home_assistant(tmp_path_factory):
    """One real Home Assistant for all tests that only read or switch demo entities."""
    one = _home_assistant(tmp_path_factory.mktemp("home-assistant"))
    try:
        yield one.start()
    finally:
        one.process.kill()


@pytest.fixture
def make_home_assistant(tmp_path):
    """make_home_assistant(broker=None): one of the test's own, which it may stop."""
    made = []

    def make(broker=None):
        one = _home_assistant(Path(tmp_path) / f"ha{len(made)}", broker)
        made.append(one)
        return one.start()
    yield make
    for one in made:
        one.process.kill()


@pytest.fixture(scope="module")
def module_gateway(tmp_path_factory, build):
    """module_gateway(settings): one running gateway with an administrator, shared by a module's
    tests that leave nothing behind."""
    made = []

    def make(settings=None):
        one = Gateway(tmp_path_factory.mktemp("gateway"), settings, build=build)
        made.append(one)
        one.add_user()
        return one.start()
    yield make
    for one in made:
        try:
            one.process.stop(30)
            one.check_clean()
        finally:
            one.process.kill()


@pytest.fixture(scope="module")
def served(module_gateway):
    return module_gateway()


@pytest.fixture(scope="module")
def relayed(module_gateway):
    """(gateway, upstream): the relay towards a recording HTTP server."""
    upstream = Upstream()
    yield module_gateway({"home_assistant.url": upstream.url,
                          "home_assistant.token": "the-gateways-own-token"}), upstream
    upstream.stop()
