"""Start to the first answer of /healthz, and memory when idle: the median of seven starts of the
release build with its default settings (and an account, so that it is not the first run)."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import result  # noqa: E402

from harness.gateway import Gateway  # noqa: E402


def main():
    times, sizes = [], []
    with tempfile.TemporaryDirectory() as work:
        gateway = Gateway(Path(work), {"log.level": "info"}, build="release")
        gateway.add_user()
        for _ in range(7):
            gateway.start()
            times.append(gateway.started_in)
            time.sleep(2)
            sizes.append(gateway.process.rss())
            assert gateway.stop() == 0
    start, size = statistics.median(times), statistics.median(sizes)
    result("Start and idle", 50, [
        {"what": "start to /healthz", "ours": f"{start:.3f} s", "goal": "≤ 0.3 s",
         "met": start <= 0.3},
        {"what": "memory when idle", "ours": f"{size / 1e6:.1f} MB", "goal": "≤ 25 MB",
         "met": size <= 25e6}])


if __name__ == "__main__":
    main()
