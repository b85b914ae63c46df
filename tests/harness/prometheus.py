"""A real Prometheus on loopback that reads one gateway's /metrics every second."""

import shutil
from pathlib import Path

import requests

from .process import PATH, Process, free_port

MISSING = "prometheus is not installed (scripts/setup test)"


def available():
    return bool(shutil.which("prometheus", path=PATH))


class Prometheus:
    def __init__(self, folder, gateway):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (self.folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: caredian\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{gateway.port}']}}]\n")
        self.process = Process(
            [shutil.which("prometheus", path=PATH) or "prometheus",
             f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
            self.folder / "prometheus.log", name="prometheus")

    def healthy(self):
        try:
            return requests.get(self.url + "/-/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def start(self):
        self.process.start()
        self.process.wait_ready(self.healthy, 30, "/-/ready")
        return self

    def stop(self):
        return self.process.stop()

    def query(self, expression):
        """The values of now: [{"metric": {…}, "value": [time, "1"]}]."""
        answer = requests.get(self.url + "/api/v1/query", params={"query": expression}, timeout=10)
        assert answer.ok, f"{expression}: {answer.text}"
        return answer.json()["data"]["result"]
