"""Roles and grants, as an operator writes them: in the file and over the API, by rooms, hours,
pages behind a proxy and Home Assistant's entities; one gateway or two on one database."""

import json

import pytest

from harness.process import wait_until

ROOMS = {"homeassistant/sensor/bed/t/config": ("bed", "침실"),
         "homeassistant/sensor/bath/t/config": ("bath", "욕실")}
ROLES = [{"name": "caregiver", "members": ["person:eve"], "grants": [{"areas": ["침실"]}]}]


def tell_rooms(publisher):
    for topic, (name, area) in ROOMS.items():
        publisher.publish(topic, json.dumps(
            {"name": "Temperature", "uniq_id": name, "stat_t": f"{name}/t",
             "dev": {"ids": name, "name": name, "sa": area}}), retain=True)
        publisher.publish(f"{name}/t", "21.5")


def send(gateway, method, path, body=None):
    return gateway.session().request(method, gateway.url + path, json=body, timeout=10)


def names(gateway, who="eve", path="/api/v1/devices"):
    answer = gateway.session(who, "member").get(gateway.url + path, timeout=10)
    assert answer.status_code == 200, answer.text
    return sorted(d["name"] for d in answer.json()["devices"])


@pytest.fixture
def home(make_gateway, broker, publisher):
    """Two rooms, an administrator, ben without a role of his own, and eve."""
    gateway = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "access",
                            "time_zone": "Asia/Seoul", "roles": ROLES})
    for name, role in (("admin", "admin"), ("ben", "member"), ("eve", "member")):
        gateway.add_user(name, role)
    gateway.start()
    gateway.wait_connected()
    tell_rooms(publisher)
    wait_until(lambda: names(gateway, "ben") == ["bath", "bed"], 20, what="both rooms")
    return gateway


def test_a_role_of_the_file_narrows_what_is_seen(home):
    wait_until(lambda: names(home) == ["bed"], 5, what="eve's room")
    eve = home.session("eve", "member")
    ids = {d["name"]: d["id"] for d in home.devices()}
    assert eve.get(home.url + f"/api/v1/devices/{ids['bed']}").status_code == 200
    assert eve.get(home.url + f"/api/v1/devices/{ids['bath']}").status_code == 404
    assert eve.get(home.url + f"/api/v1/devices/{ids['bed']}/messages").status_code == 403
    areas = eve.get(home.url + "/api/v1/areas").json()["areas"]
    assert [a["name"] for a in areas] == ["침실"]
    home.wait_readings(2, field="value")
    for path in ("/api/v1/readings?field=value", "/api/v1/series", "/api/v1/export"):
        both = home.get(path).text
        assert "bed" in both and "bath" in both, both
        wait_until(lambda: "bed" in eve.get(home.url + path).text, 5, what="her own")
        assert "bath" not in eve.get(home.url + path).text, path
    # What an administrator is shown as hers is the same; nobody else may ask.
    shown = home.get("/api/v1/devices?as=person:eve").json()["devices"]
    assert [d["name"] for d in shown] == ["bed"]
    assert eve.get(home.url + "/api/v1/devices?as=person:ben").status_code == 403
    assert home.get("/api/v1/devices?as=person:nobody").status_code == 400


def test_an_open_stream_follows_what_is_taken_away(home, publisher):
    eve = home.session("eve", "member")
    # Where a new source stands is known after a moment.
    wait_until(lambda: '"bed"' in eve.get(home.url + "/api/v1/series").text, 5, what="eve's room")
    with eve.get(home.url + "/api/v1/stream", stream=True, timeout=20) as stream:
        lines = stream.iter_lines(chunk_size=1)
        publisher.publish("bath/t", "11.25")
        publisher.publish("bed/t", "12.25")
        seen = ""
        while "12.25" not in seen:
            publisher.publish("bed/t", "12.25")
            seen += next(line for line in lines if line.startswith(b"data")).decode()
        assert "11.25" not in seen
        made = send(home, "POST", "/api/v1/grants", {"who": "person:eve", "areas": ["욕실"]})
        assert made.status_code == 201, made.text

        def heard():
            publisher.publish("bed/t", "14.25")
            publisher.publish("bath/t", "13.25")
            return "13.25" in next(line for line in lines if line.startswith(b"data")).decode()
        wait_until(heard, 15, step=0.2, what="the second room")
    gone = send(home, "DELETE", f"/api/v1/grants/{made.json()['id']}")
    assert gone.status_code == 204, gone.text
    assert names(home) == ["bed"]


def test_what_is_made_over_the_api_holds_with_its_answer_and_stands_in_the_audit(home):
    assert names(home, "ben") == ["bath", "bed"]
    made = send(home, "POST", "/api/v1/roles", {
        "name": "guest", "members": ["person:ben"], "grants": [{"areas": ["욕실"]}]})
    assert made.status_code == 201, made.text
    for _ in range(20):  # both workers
        assert names(home, "ben") == ["bath"]
    assert send(home, "DELETE", "/api/v1/roles/guest").status_code == 204
    for _ in range(20):
        assert names(home, "ben") == ["bath", "bed"]
    events = [e["event"] for e in home.get("/api/v1/audit?limit=20").json()["events"]]
    assert events.index("role_removed") < events.index("role_added")
    told = json.loads(home.cli("audit", "verify", "--json").stdout)
    assert told["whole"] is True, told


@pytest.mark.parametrize("body, said", [
    ({"name": "x", "members": ["person:nobody"]}, "no person"),
    ({"name": "x", "grants": [{}]}, ""),
    ({"name": "x", "grants": [{"areas": ["침실"], "hours": "25:00-26:00"}]}, "hours"),
    ({"name": "x", "grants": [{"areas": 5}]}, "areas"),
    ({"name": "x", "grants": [{"areas": ["침실"], "what": 1}]}, "what"),
    ({"name": "admin", "grants": [{"areas": ["침실"]}]}, "admin"),
])
def test_a_role_that_is_not_understood_is_refused_with_a_reason(home, body, said):
    answer = send(home, "POST", "/api/v1/roles", body)
    assert answer.status_code in (400, 409, 422), answer.text
    assert said in answer.json()["detail"]
    assert "x" not in [r["name"] for r in home.get("/api/v1/roles").json()["roles"]]


def test_explain_says_which_grant_and_why_not(home):
    done = home.cli("access", "explain", "person:eve", "read", "area:침실")
    assert done.stdout.startswith("Allowed"), done.stdout
    done = home.cli("access", "explain", "person:eve", "read", "area:욕실")
    assert done.stdout.startswith("Denied") and "caregiver" in done.stdout
    answer = send(home, "POST", "/api/v1/access/explain",
                  {"who": "person:eve", "action": "read", "what": "area:침실"})
    assert answer.status_code == 200 and answer.json()["allowed"] is True, answer.text
    alone = home.session("ben", "member").post(
        home.url + "/api/v1/access/explain",
        json={"who": "person:eve", "action": "read", "what": "area:침실"})
    assert alone.status_code == 403


def test_other_gateways_on_the_same_database_follow(make_gateway, tmp_path):
    common = {"database.url": f"sqlite:{tmp_path}/shared.db",
              "secret": "the same secret for all of them: 32 bytes and more",
              "forward_auth.admin_paths": ["/closed"]}
    one, two = make_gateway(dict(common)), make_gateway(dict(common))
    one.add_user()
    one.add_user("eve", "member")
    one.start()
    two.start()
    eve = two.session("eve", "member")

    def verify(path):
        return eve.get(two.url + "/auth/verify" + path).status_code
    assert (verify("/closed/x"), verify("/open")) == (403, 200)
    made = send(one, "POST", "/api/v1/roles", {
        "name": "closed", "members": ["person:eve"], "grants": [{"paths": ["/closed"]}]})
    assert made.status_code == 201, made.text
    wait_until(lambda: (verify("/closed/x"), verify("/open")) == (200, 403), 5, step=0.1,
               what="the role at the other gateway")
    assert send(one, "DELETE", "/api/v1/roles/closed").status_code == 204
    wait_until(lambda: (verify("/closed/x"), verify("/open")) == (403, 200), 5, step=0.1,
               what="its end at the other gateway")


def test_a_file_that_changes_is_taken_up(make_gateway, tmp_path):
    config = tmp_path / "caredian.yaml"
    config.write_text("roles: []\n")
    gateway = make_gateway(config=config)
    gateway.add_user()
    gateway.add_user("eve", "member")
    gateway.start()
    eve = gateway.login("eve")

    def status():
        return eve.get(gateway.url + "/auth/verify/page").status_code
    assert status() == 200
    config.write_text("roles:\n  - {name: r, members: ['person:eve'], grants: [{paths: [/other]}]}\n")
    gateway.reload()
    wait_until(lambda: status() == 403, 10, step=0.1, what="the narrower role")
    config.write_text("roles:\n  - {name: r, members: ['person:eve'], grants: [{hours: never}]}\n")
    gateway.reload()
    wait_until(lambda: "caredian.yaml:2" in gateway.process.output(whole=True), 10,
               what="the mistake in the log")
    assert status() == 403, "the old one stays"
