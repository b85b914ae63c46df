"""A real browser (Debian's Chromium) in front of the console.

Screenshots go to the folder in CAREDIAN_SCREENSHOTS, when it is set: look at them after a change.
"""

import os
import shutil
from pathlib import Path

import pytest

from harness.process import ROOT

from .standin import DIST, PASSWORD, Server

SIZES = {"phone": (390, 844), "desktop": (1280, 860)}
LOCALES = {"ko": "ko-KR", "en": "en-US"}
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--no-proxy-server",
]
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
# Said by the browser when a request fails; the tests that cut the connection expect it.
NETWORK = ("Failed to load resource", "net::ERR_")


@pytest.fixture(scope="module")
def chromium():
    """One browser for a file. Playwright keeps an event loop running in this thread as long as it
    lives; the next file's tests may want one of their own."""
    path = shutil.which("chromium")
    if not path:
        pytest.skip("chromium is not installed (scripts/setup test)")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Eyes:
    """One page, and what went wrong on it."""

    def __init__(self, page, name):
        self.page = page
        self.name = name
        self.wrong = []
        self.network_may_fail = False
        page.on("pageerror", lambda error: self.wrong.append(f"page error: {error}"))
        page.on("console", self.said)

    def said(self, message):
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith(NETWORK) and self.network_may_fail:
            return
        self.wrong.append(f"{message.type}: {message.text}")

    def shift(self):
        """How far the page jumped by itself (cumulative layout shift; 0.1 is what people notice)."""
        return self.page.evaluate("window.shifted")

    def shot(self, name, full=True):
        folder = os.environ.get("CAREDIAN_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{self.name}-{name}.png", full_page=full)

    def accessible(self):
        """axe-core finds nothing serious; nothing is wider than the screen."""
        if not AXE.is_file():
            pytest.skip("axe-core is not installed (scripts/console modules web)")
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("async () => (await axe.run(document)).violations")
        serious = [
            f"{v['id']} ({v['impact']}): {v['help']}: {node['target']} {node['failureSummary']}"
            for v in found if v["impact"] in ("serious", "critical") for node in v["nodes"]
        ]
        assert not serious, "\n".join(serious)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{wide} pixels stand out on the right"


@pytest.fixture
def look(chromium):
    """look(lang=, size=, scheme=, name=): an Eyes. At the end: no error, no violation of the policy."""
    opened = []

    def open_page(lang="en", size="phone", scheme="light", name="page", width=None):
        w, h = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width or w, "height": h}, locale=LOCALES[lang], color_scheme=scheme,
            timezone_id="Asia/Seoul", has_touch=size == "phone", is_mobile=size == "phone", reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        # A violation is an error on the console too; this also names the directive.
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => "
            "console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))"
        )
        context.add_init_script(
            "window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(e => "
            "{ if (!e.hadRecentInput) window.shifted += e.value })).observe({ type: 'layout-shift', buffered: true })"
        )
        eyes = Eyes(context.new_page(), f"{name}-{size}-{lang}-{scheme}")
        opened.append((context, eyes))
        return eyes

    yield open_page
    wrong = [line for _, eyes in opened for line in eyes.wrong]
    for context, _ in opened:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def standin():
    """The stand-in for the gateway, running."""
    if not (DIST / "index.html").is_file():
        pytest.skip("the console is not built (scripts/console)")
    server = Server().start()
    yield server
    server.stop()


@pytest.fixture
def signed_in(standin, look):
    """signed_in(path="/", user="anna", …): an Eyes on that page of the stand-in; None: on no page yet."""

    def go(path="/", user="anna", **arguments):
        eyes = look(**arguments)
        standin.home.sessions.add(user)
        eyes.page.context.add_cookies([{"name": "caredian_session", "value": user, "url": standin.url}])
        if path:
            eyes.page.goto(standin.url + path)
        return eyes

    return go


__all__ = ["PASSWORD"]
