"""Pictures of every page of the console, to be looked at: the demo home with two weeks of past, on
the real program, in both languages, light and dark, at phone and desktop size.

    .cache/venv/bin/python tests/web/pictures.py FOLDER [--build dev] [--only home,devices] [--days 14]

It needs build/PRESET/caredian and demo-home (scripts/build PRESET caredian demo-home), Mosquitto and
Chromium. Writes FOLDER/<page>-<size>-<language>-<scheme>.png, and says which page was wider than its
screen or had an error in the browser's console."""

import argparse
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from playwright.sync_api import sync_playwright  # noqa: E402

from harness.gateway import Gateway, binary  # noqa: E402
from harness.mosquitto import Mosquitto  # noqa: E402
from harness.mqtt import Publisher  # noqa: E402
from harness.process import PATH, Process, wait_until  # noqa: E402
from web.conftest import FLAGS, LOCALES, SIZES  # noqa: E402

LOOKS = list(product(SIZES, LOCALES, ("light", "dark")))
UNKNOWN = ("attic/box/state", '{"Temp": "21.5", "soil": {"moist": 31}, "pump": "ON"}')


def series(device, field):
    """A series of the history page's address."""
    parts = [field.get("device", device["sources"][0]["device"]),
             field.get("measurement", device["measurement"]), field["name"]]
    for pair in sorted(field.get("tags", device["tags"]).items()):
        parts += pair
    return "s=" + quote("~".join(quote(part, safe="") for part in parts), safe="~")


def with_field(devices, name):
    """Devices and their field whose name ends so, numbers only."""
    return [(d, f) for d in devices for f in d["fields"]
            if f["name"].endswith(name) and isinstance(f["value"], (int, float))]


def press(page, selector):
    page.locator(selector).first.click()


def pages(devices):
    """name → (path, what must be there, what is done then)."""
    def of(device, tab=""):
        return f"/devices/{quote(device['id'], safe='')}" + (f"?tab={tab}" if tab else "")
    warm, wet = with_field(devices, "temperature"), with_field(devices, "humidity")
    climate, power = warm[0][0], with_field(devices, "power")[0][0]
    several = "&".join(series(d, f) for d, f in [*warm[:3], *wet[:2], *with_field(devices, "power")[:1]])
    one = series(*warm[0])
    chart = "cd-chart canvas"
    return {
        "home": ("/", "cd-tile", None),
        "menu": ("/", "cd-tile", lambda p: press(p, "cd-menu #opener")),
        "devices": ("/devices", "cd-device-row", None),
        "devices-edit": ("/devices", "cd-device-row", lambda p: press(p, "button.edit")),
        "devices-none": ("/devices?q=nothing-at-all", "cd-devices", None),
        "device": (of(climate), chart, None),
        "device-power": (of(power), chart, None),
        "device-entities": (of(climate, "entities"), "cd-device-entities", None),
        "device-messages": (of(climate, "messages"), "cd-device-messages li", None),
        "device-becomes": (of(climate, "messages"), "cd-device-messages li",
                           lambda p: press(p, "cd-device-messages li button")),
        "device-about": (of(climate, "about"), "cd-device-about dd", None),
        "device-unknown": ("/devices/nobody", "cd-device", None),
        "history-empty": ("/history", "cd-history", None),
        "history-several": (f"/history?{several}&range=7d", "cd-legend dl", None),
        "history-compare": (f"/history?{one}&range=24h&compare=week", "cd-legend dl", None),
        "mapping": ("/mapping", "cd-mapping textarea", None),
        "mapping-explained": ("/mapping", "cd-mapping textarea", explain_one),
        "keys": ("/keys", "cd-keys", None),
        "keys-add": ("/keys", "cd-keys", lambda p: press(p, "cd-keys .button")),
        "people": ("/people", "cd-people li", None),
        "people-add": ("/people", "cd-people #add", lambda p: press(p, "cd-people #add")),
        "roles": ("/roles", "cd-roles #add", None),
        "roles-add": ("/roles", "cd-roles #add", lambda p: press(p, "cd-roles #add")),
        "access": ("/access", "cd-access .rooms", None),
        "audit": ("/audit", "cd-audit li", None),
        "system": ("/system", "cd-dead-letters li", None),
        "missing": ("/nowhere/at/all", "body", None),
    }


def explain_one(page):
    topic, payload = UNKNOWN
    page.locator("#topic").fill(topic)
    page.locator("#payload").fill(payload)
    page.locator("#payload").press("Control+Enter")
    page.locator("cd-explanation").wait_for()


class Camera:
    def __init__(self, playwright, folder, url):
        import shutil
        self.browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium", path=PATH), args=FLAGS)
        self.folder, self.url, self.wrong = folder, url, []
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, shots, look, cookies=()):
        size, lang, scheme = look
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale=LOCALES[lang], color_scheme=scheme,
            timezone_id="Asia/Seoul", has_touch=size == "phone", is_mobile=size == "phone",
            reduced_motion="reduce", device_scale_factor=1)
        context.add_cookies([{"name": c.name, "value": c.value, "url": self.url} for c in cookies])
        for name, (path, there, then) in shots.items():
            page = context.new_page()
            file = f"{name}-{size}-{lang}-{scheme}"
            page.on("pageerror", lambda e, file=file: self.wrong.append(f"{file}: {e}"))
            try:
                page.goto(self.url + path)
                page.locator(there).first.wait_for(timeout=20_000)
                page.wait_for_timeout(900)
                if then:
                    then(page)
                    page.wait_for_timeout(600)
            except Exception as e:  # the picture shows why
                self.wrong.append(f"{file}: {str(e).splitlines()[0]}")
            page.screenshot(path=self.folder / f"{file}.png", full_page=then is None)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.wrong.append(f"{file}: {wide} pixels too wide")
            page.close()
        context.close()
        print(f"  {size}, {lang}, {scheme}: {len(shots)}", flush=True)


def fill(gateway, broker, days):
    """The demo home: its past, then itself for a while; a message that nobody can read."""
    past = subprocess.Popen([str(binary(gateway.build, "demo-home")), "--past", str(days), "--quiet"],
                            stdout=subprocess.PIPE)
    done = subprocess.run([str(binary(gateway.build)), "history", "import", "--format", "lp", "-"],
                          stdin=past.stdout, env=gateway.process.env, capture_output=True, text=True)
    assert past.wait() == 0 and done.returncode == 0, done.stderr
    home = Process([binary(gateway.build, "demo-home"), "--url", broker.url, "--speed", "20", "--quiet"],
                   gateway.folder / "demo.log", name="demo-home")
    home.start()
    wait_until(lambda: gateway.system()["devices"]["count"] >= 50, 120, 0.5, "the demo home")
    with Publisher(broker) as publisher:
        publisher.publish("garden/gate", '{"open":')
        publisher.publish(*UNKNOWN)
    return home


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--build", default="dev")
    parser.add_argument("--only", default="")
    parser.add_argument("--days", type=int, default=14)
    arguments = parser.parse_args()
    wanted = [name for name in arguments.only.split(",") if name]

    def chosen(shots):
        return {n: s for n, s in shots.items() if not wanted or n in wanted}
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        broker = Mosquitto(Path(work) / "broker").start()
        gateway = Gateway(Path(work) / "gateway", {
            "mqtt.url": broker.url, "mqtt.client_id": "pictures", "log.level": "warning"},
            build=arguments.build)
        home = None
        try:
            gateway.start()
            camera = Camera(playwright, arguments.folder, gateway.url)
            first = chosen({"first-run": ("/first-run", "[name=code]", None)})
            for look in LOOKS if first else []:
                camera.take(first, look)
            gateway.add_user()
            cookies = gateway.session().cookies
            gateway.wait_connected()
            home = fill(gateway, broker, arguments.days)
            time.sleep(40)
            for look in LOOKS:
                camera.take(chosen({"sign-in": ("/auth/login", "[name=username]", None)}), look)
                camera.take(chosen(pages(gateway.devices())), look, cookies)
            print("\n".join(camera.wrong) or "nothing wrong that a program can see")
            camera.browser.close()
        finally:
            for process in (home, gateway.process, broker.process):
                if process:
                    process.kill()
    return 1 if camera.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
