"""Settings as an operator gives them: mistakes are named with their place, all at once, exit 2."""

import re

import pytest

from harness.gateway import PASSWORD
from harness.process import wait_until

# YAML, words that the message must hold. Each is one mistake on a known line.
MISTAKES = [
    ("unknown key", "mqtt:\n  urll: mqtt://x\n", 2, "urll"),
    ("unknown section", "mqqt:\n  url: mqtt://x\n", 1, "mqqt"),
    ("not a number", "workers: many\n", 1, "workers"),
    ("negative", "workers: -1\n", 1, "workers"),
    ("not a URL", "mqtt:\n  url: broker\n", 2, "mqtt.url"),
    ("wrong scheme", "mqtt:\n  url: http://broker\n", 2, "mqtt.url"),
    ("URL with a password", "mqtt:\n  url: mqtt://u:p@broker\n", 2, "mqtt.url"),
    ("port too large", "mqtt:\n  url: mqtt://broker:70000\n", 2, "mqtt.url"),
    ("bad listen", "listen: [\"here\"]\n", 1, "listen"),
    ("bad network", "trusted_proxies: [\"300.1.1.1/8\"]\n", 1, "trusted_proxies"),
    ("bad duration", "sessions:\n  idle: soon\n", 2, "sessions.idle"),
    ("bad size", "journal:\n  max_bytes: big\n", 2, "journal.max_bytes"),
    ("bad choice", "journal:\n  when_full: explode\n", 2, "journal.when_full"),
    ("bad level", "log:\n  level: loud\n", 2, "log.level"),
    ("bad filter", "mqtt:\n  topics: [\"a/#/b\"]\n", 2, "mqtt.topics"),
    ("short secret", "secret: short\n", 1, "secret"),
    ("a map for a text", "data_dir:\n  a: b\n", 1, "data_dir"),
    ("a list for a map", "mqtt: [1]\n", 1, "mqtt"),
    ("twice", "workers: 1\nworkers: 2\n", 2, "workers"),
    ("certificate without key", "tls:\n  certificate: /nonexistent.pem\n", None, "tls"),
    ("password without user", "mqtt:\n  url: mqtt://b\n  certificate: a.pem\n", None,
     "mqtt.certificate|mqtt.key"),
    ("HA with a path", "home_assistant:\n  url: http://ha:8123/api\n", 2, "home_assistant.url"),
    ("mapping without a topic", "ingest:\n  mappings:\n    - decoder: json\n", 3,
     "rule 1: topic is missing"),
    ("mapping of a level that is none",
     "ingest:\n  mappings:\n    - topic: a/{room}\n      tags:\n        area: '{area}'\n", 5,
     "rule 1: tags: area: names {area}"),
    ("mapping never reached",
     "ingest:\n  mappings:\n    - topic: a/#\n    - measurement: m\n      topic: a/+\n", 5,
     "rule 2: topic: is never reached"),
    ("not YAML", "mqtt: [\n", None, "yaml"),
    ("a tab", "mqtt:\n\turl: x\n", 2, "yaml|tab"),
    ("aliases without end", "a: &a [x]\nb: [*a,*a]\n", None, "alias|unknown|a"),
    ("deep", "a: " + "[" * 200 + "]" * 200 + "\n", None, ""),
]


def check(gateway, text, tmp_path, command="check-config"):
    path = tmp_path / "caredian.yaml"
    path.write_text(text)
    gateway.folder.mkdir(parents=True, exist_ok=True)
    gateway.settings = {}
    return path, gateway.cli(command, "--config", path, check=False)


@pytest.mark.parametrize("text, line, words", [(t, l, w) for _, t, l, w in MISTAKES],
                         ids=[name for name, *_ in MISTAKES])
def test_mistakes_are_named_with_their_line(make_gateway, tmp_path, text, line, words):
    path, done = check(make_gateway(), text, tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert re.search(words, said, re.I), said
    if line:
        assert f"{path.name}:{line}" in said, said


def test_all_problems_at_once_and_the_server_refuses_too(make_gateway, tmp_path):
    text = "workers: many\nmqtt:\n  urll: x\n  url: ftp://x\nlog:\n  level: loud\n"
    for command in ("check-config", "serve"):
        path, done = check(make_gateway(), text, tmp_path, command)
        said = done.stdout + done.stderr
        assert done.returncode == 2, said
        for line in (1, 3, 4, 6):
            assert f"{path.name}:{line}" in said, said


def test_environment_mistakes(make_gateway):
    gateway = make_gateway({"workers": "many", "mqtt.url": "ftp://x"})
    gateway.folder.mkdir(parents=True)
    done = gateway.cli("check-config", check=False)
    assert done.returncode == 2
    assert "CAREDIAN_WORKERS" in done.stdout + done.stderr
    assert "CAREDIAN_MQTT_URL" in done.stdout + done.stderr


def test_unknown_variable_is_only_warned_of(make_gateway):
    gateway = make_gateway({"no.such.thing": "1"})
    gateway.folder.mkdir(parents=True)
    done = gateway.cli("check-config")
    assert "CAREDIAN_NO_SUCH_THING" in done.stdout + done.stderr


def test_secrets_never_show(make_gateway, tmp_path):
    text = f"secret: {PASSWORD * 3}\nmqtt:\n  url: mqtt://127.0.0.1:1\n  username: u\n" \
           f"  password: {PASSWORD}\n"
    path, done = check(make_gateway(), text + "workers: many\n", tmp_path)
    assert PASSWORD not in done.stdout + done.stderr
    gateway = make_gateway(config=path, name="runs")
    path.write_text(text)
    gateway.start()
    gateway.reload()
    gateway.stop()
    assert PASSWORD not in gateway.process.output()


def test_missing_file_and_bad_usage(make_gateway):
    gateway = make_gateway()
    gateway.folder.mkdir(parents=True)
    assert gateway.cli("check-config", "--config", "/no/such.yaml", check=False).returncode == 2
    assert gateway.cli("serve", "--no-such-option", check=False).returncode == 2
    assert gateway.cli("no-such-command", check=False).returncode == 2
    assert gateway.cli("version").stdout.strip()


def test_the_sample_is_good(make_gateway, tmp_path):
    gateway = make_gateway()
    gateway.folder.mkdir(parents=True)
    sample = gateway.cli("config", "sample").stdout
    _, done = check(gateway, sample, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_program_starts_with_no_settings_at_all(make_gateway):
    gateway = make_gateway({"data_dir": ""})  # empty = not set: ./data
    gateway.start()
    assert (gateway.folder / "data").is_dir()


# --- reload --------------------------------------------------------------------------------------


def configured(make_gateway, tmp_path, text):
    path = tmp_path / "caredian.yaml"
    path.write_text(text)
    gateway = make_gateway(config=path)
    for name in ("log.level", "workers"):  # the environment would win over the file
        del gateway.settings[name]
    gateway.add_user()
    return path, gateway.start()


@pytest.mark.parametrize("how", ["SIGHUP", "the file changed"])
def test_reload_applies_what_can_be(make_gateway, tmp_path, how):
    path, gateway = configured(make_gateway, tmp_path, "log:\n  level: info\n")
    path.write_text("log:\n  level: debug\nworkers: 1\n")
    if how == "SIGHUP":
        gateway.reload()
    wait_until(lambda: "log" in gateway.process.output() and re.search(
        "reload|settings", gateway.process.output(), re.I), 10)
    wait_until(lambda: re.search(r"restart", gateway.process.output()), 5)
    assert "workers" in gateway.process.output()
    assert gateway.healthy()


def test_a_bad_file_is_refused_and_the_old_settings_stay(make_gateway, tmp_path):
    path, gateway = configured(make_gateway, tmp_path, "metrics:\n  allow: [\"10.0.0.0/8\"]\n")
    session = gateway.login()
    path.write_text("metrics:\n  allow: [\"nonsense\"]\nlog:\n  level: loud\n")
    gateway.reload()
    gateway.process.wait_output(r"caredian\.yaml:2")
    gateway.process.wait_output(r"caredian\.yaml:4")
    assert session.get(gateway.url + "/auth/me").status_code == 200
    path.unlink()
    gateway.reload()
    assert gateway.healthy()
    path.write_text("log:\n  level: debug\n")
    gateway.reload()
    assert gateway.healthy()
